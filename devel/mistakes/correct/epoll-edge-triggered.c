// Correct: epoll, edge-triggered, on non-blocking sockets; the reply when the connection can be
// written to.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
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
    int queue = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.fd = fd};
    epoll_ctl(queue, EPOLL_CTL_ADD, fd, &event);
    for (;;) {
        epoll_wait(queue, &event, 1, -1);
        if (event.data.fd != fd) {
            write(event.data.fd, "hello world", 11);
            close(event.data.fd);
            continue;
        }
        int client;
        while ((client = accept4(fd, NULL, NULL, SOCK_NONBLOCK)) != -1) {
            event = (struct epoll_event){.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.fd = client};
            epoll_ctl(queue, EPOLL_CTL_ADD, client, &event);
        }
    }
}
