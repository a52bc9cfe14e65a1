// Correct: accept4, the client's address, and send with MSG_NOSIGNAL in place of signal.

#define _GNU_SOURCE
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(8001)};
    if (bind(fd, (struct sockaddr *)&address, sizeof address) == -1 || listen(fd, 1) == -1) {
        perror("start");
        return 1;
    }
    for (;;) {
        struct sockaddr_in peer;
        socklen_t length = sizeof peer;
        int client = accept4(fd, (struct sockaddr *)&peer, &length, SOCK_CLOEXEC);
        if (client == -1)
            continue;
        send(client, "hello world", 11, MSG_NOSIGNAL);
        shutdown(client, SHUT_WR);
        close(client);
    }
}
