// Correct: a child for each client, writev for the reply. The children die of SIGPIPE alone.

#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

int main(void)
{
    signal(SIGCHLD, SIG_IGN);
    int on = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(8001)};
    if (bind(fd, (struct sockaddr *)&address, sizeof address) == -1 || listen(fd, 10) == -1) {
        perror("start");
        return 1;
    }
    for (;;) {
        int client = accept(fd, NULL, NULL);
        if (client == -1)
            continue;
        if (fork() == 0) {
            close(fd);
            struct iovec parts[] = {{"hello ", 6}, {"world", 5}};
            writev(client, parts, 2);
            _exit(0);
        }
        close(client);
    }
}
