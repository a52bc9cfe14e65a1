// floor: the least that C can do per connection: accept, write, close, and not one check.
// No server to copy: it is the line that the bench measures the others against.
//
// Read   accept(2) write(2) close(2)

#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    int listening_fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(8001)};
    setsockopt(listening_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    bind(listening_fd, (struct sockaddr *)&address, sizeof address);
    listen(listening_fd, SOMAXCONN);
    signal(SIGPIPE, SIG_IGN);
    for (;;) {
        int fd = accept(listening_fd, NULL, NULL);
        ssize_t unchecked = write(fd, "hello world", 11);
        (void)unchecked;
        close(fd);
    }
}
