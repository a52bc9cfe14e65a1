// Correct: one IPv6 socket that takes IPv4 clients too.

#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    int fd = socket(AF_INET6, SOCK_STREAM, 0), off = 0, on = 1;
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons(8001)};
    if (bind(fd, (struct sockaddr *)&address, sizeof address) == -1 || listen(fd, 10) == -1) {
        perror("start");
        return 1;
    }
    for (;;) {
        int client = accept(fd, NULL, NULL);
        if (client == -1)
            continue;
        // Several writes make up the reply.
        for (const char *c = "hello world"; *c; c++)
            if (write(client, c, 1) == -1)
                break;
        close(client);
    }
}
