// Mistake  if (client): every success of accept is taken for a failure
// Reached  4 of 5
// Hint     accept returned 4, a success, and the program took it for a failure

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
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(8001)};
    if (bind(fd, (struct sockaddr *)&address, sizeof address) == -1) {
        perror("bind");
        return 1;
    }
    if (listen(fd, SOMAXCONN) == -1) {
        perror("listen");
        return 1;
    }
    for (;;) {
        int client;
        client = accept(fd, NULL, NULL);
        if (client) {
            perror("accept");
            continue;
        }
        write(client, "hello world", 11);
        close(client);
    }
}
