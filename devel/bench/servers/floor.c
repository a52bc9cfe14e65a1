// The least that step05 could do: it accepts, writes and closes, and checks nothing.

#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(8001)};
    int on = 1, listening_fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(listening_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listening_fd, (struct sockaddr *)&address, sizeof address) == -1)
        return 1;
    listen(listening_fd, SOMAXCONN);
    signal(SIGPIPE, SIG_IGN);
    for (;;) {
        int connected_fd = accept(listening_fd, NULL, NULL);
        if (write(connected_fd, "hello world", 11) == -1 && connected_fd == -1)
            return 1;
        close(connected_fd);
    }
}
