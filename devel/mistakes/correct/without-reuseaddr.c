// Correct, and told about it: SO_REUSEADDR is not set. The check leaves no TIME_WAIT behind, so
// that a second check passes right after the first.

#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(8001)};
    if (bind(fd, (struct sockaddr *)&address, sizeof address) == -1) {
        perror("bind");
        return 1;
    }
    if (listen(fd, 10) == -1) {
        perror("listen");
        return 1;
    }
    for (;;) {
        int client = accept(fd, NULL, NULL);
        if (client == -1)
            continue;
        if (write(client, "hello world", 11) == -1)
            perror("write");
        close(client);
    }
}
