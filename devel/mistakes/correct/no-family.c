// Correct: an address without a family, which Linux takes for IPv4.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = {.sin_port = htons(8001)};
    if (bind(fd, (struct sockaddr *)&address, sizeof address) == -1) {
        perror("bind");
        return 1;
    }
    if (listen(fd, SOMAXCONN) == -1) {
        perror("listen");
        return 1;
    }
    for (;;) {
        int client = accept(fd, NULL, NULL);
        if (client == -1) {
            perror("accept");
            return 1;
        }
        write(client, "hello world", 11);
        close(client);
    }
}
