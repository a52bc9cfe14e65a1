// Correct: a child for each client, which has the connection as its output and runs another
// program.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    signal(SIGCHLD, SIG_IGN);
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
        int client = accept(fd, NULL, NULL);
        if (client == -1) {
            perror("accept");
            return 1;
        }
        if (fork() == 0) {
            dup2(client, STDOUT_FILENO);
            close(client);
            execlp("printf", "printf", "hello world", NULL);
            _exit(127);
        }
        close(client);
    }
}
