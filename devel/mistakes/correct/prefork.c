// Correct: three processes accept on one socket, the parent waits for them.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
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
    for (int i = 0; i < 3; i++) {
        if (fork())
            continue;
        for (;;) {
            int client = accept(fd, NULL, NULL);
            write(client, "hello world", 11);
            close(client);
        }
    }
    close(fd);
    wait(NULL);
}
