// Correct: non-blocking sockets and poll; EAGAIN is no error. It starts late, and opens a probe
// socket and a pipe first, as runtimes do.

#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    int probe = socket(AF_INET, SOCK_STREAM, 0), ends[2];
    struct sockaddr_in any = {.sin_family = AF_INET};
    bind(probe, (struct sockaddr *)&any, sizeof any);
    listen(probe, 1);
    close(probe);
    close(socket(AF_UNIX, SOCK_STREAM, 0));
    close(socket(AF_INET, SOCK_DGRAM, 0));
    if (pipe(ends) == -1)
        return 1;
    usleep(500000);

    int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(8001)};
    if (bind(fd, (struct sockaddr *)&address, sizeof address) == -1 || listen(fd, 10) == -1) {
        perror("start");
        return 1;
    }
    struct pollfd waiting = {.fd = fd, .events = POLLIN};
    for (;;) {
        if (poll(&waiting, 1, 200) < 1)
            continue;
        int client;
        while ((client = accept4(fd, NULL, NULL, SOCK_NONBLOCK)) != -1) {
            if (write(client, "hello world", 11) == -1)
                perror("write");
            close(client);
        }
        if (errno != EAGAIN)
            perror("accept");
    }
}
