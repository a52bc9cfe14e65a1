// Correct: moves the listening socket to a higher descriptor, and closes the lower one.

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    int low = socket(AF_INET, SOCK_STREAM, 0);
    int on = 1;
    setsockopt(low, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(8001)};
    if (bind(low, (struct sockaddr *)&address, sizeof address) == -1 || listen(low, 10) == -1) {
        perror("start");
        return 1;
    }
    int fd = fcntl(low, F_DUPFD, 100);
    close(low);
    for (;;) {
        int client = accept(fd, NULL, NULL);
        write(client, "hello world", 11);
        close(client);
    }
}
