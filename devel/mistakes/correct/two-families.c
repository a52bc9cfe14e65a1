// Correct: a listening socket for IPv4, another for IPv6 alone.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
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
    int fd6 = socket(AF_INET6, SOCK_STREAM, 0);
    setsockopt(fd6, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(fd6, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    struct sockaddr_in6 address6 = {.sin6_family = AF_INET6, .sin6_port = htons(8001)};
    bind(fd6, (struct sockaddr *)&address6, sizeof address6);
    listen(fd6, SOMAXCONN);
    struct pollfd both[] = {{.fd = fd, .events = POLLIN}, {.fd = fd6, .events = POLLIN}};
    for (;;) {
        poll(both, 2, -1);
        int client = accept(both[both[0].revents == 0].fd, NULL, NULL);
        write(client, "hello world", 11);
        close(client);
    }
}
