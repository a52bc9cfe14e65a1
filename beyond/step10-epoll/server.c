// One thread for all clients: it waits in epoll_wait for whoever is ready, and nowhere else.
//
// Run   make step10 && strace ./a.out
// Read  man 7 epoll
//       man 2 accept (accept4)

#include "../reply.h" // of step07; includes <stdio.h> and <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CLIENTS = 16384 };
static struct client {
    enum { READING, WRITING, ENDING } state;
    size_t length; // of the request so far
    int file_fd; // the file that follows the head of the reply, or -1
    off_t left; // how many bytes of it are still to be sent
} clients[CLIENTS]; // the row of a client is its descriptor
static char requests[CLIENTS][LONGEST]; // takes memory only where bytes have come
static int epoll_fd;

// Says what to wait for: of a descriptor that is new to epoll (ADD), or is not (MOD).
static int watch(int operation, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.fd = fd};
    return (int)check("epoll_ctl", epoll_ctl(epoll_fd, operation, fd, &event));
}

// Does for a client what needs no waiting. Returns -1 when its connection is to be closed.
static int serve(int fd)
{
    struct client *client = &clients[fd];
    char *request = requests[fd];
    ssize_t n;
    switch (client->state) {
    case READING:
        n = check("read", read(fd, request + client->length, LONGEST - client->length));
        if (n <= 0)
            return -1; // an error, or the client has gone
        client->length += (size_t)n;
        if (memmem(request, client->length, "\r\n\r\n", 4) == NULL && client->length < LONGEST)
            return 0;
        const char *reply = reply_to(request, client->length, &client->file_fd, &client->left);
        if (check("send", send(fd, reply, strlen(reply), MSG_MORE)) == -1)
            return -1;
        client->state = WRITING;
        return watch(EPOLL_CTL_MOD, fd, EPOLLOUT);
    case WRITING:
        if (client->left > 0) {
            n = check("sendfile", sendfile(fd, client->file_fd, NULL, (size_t)client->left));
            if (n <= 0)
                return -1;
            client->left -= n;
        }
        if (client->left > 0)
            return 0; // there was no room for more
        client->state = ENDING;
        if (check("shutdown", shutdown(fd, SHUT_WR)) == -1)
            return -1;
        return watch(EPOLL_CTL_MOD, fd, EPOLLIN);
    default: // ENDING: whatever still comes is thrown away
        return read(fd, request, LONGEST) > 0 ? 0 : -1;
    }
}

static void welcome(int listening_fd)
{
    int fd = accept4(listening_fd, NULL, NULL, SOCK_NONBLOCK);
    if (check("accept4", fd) == -1) {
        sleep(1); // no descriptor free, say: trying again at once would fail again
    } else if (fd >= CLIENTS || watch(EPOLL_CTL_ADD, fd, EPOLLIN) == -1) {
        close(fd);
    } else {
        clients[fd] = (struct client){.state = READING, .file_fd = -1};
    }
}

static void end(int fd)
{
    if (clients[fd].file_fd != -1)
        check("close", close(clients[fd].file_fd));
    check("close", close(fd));
}

int main(void)
{
    int on = 1, listening_fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(8001)}; // on 0.0.0.0
    if (check("socket", listening_fd) == -1 ||
        check("setsockopt", setsockopt(listening_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on)) ||
        check("bind", bind(listening_fd, (struct sockaddr *)&address, sizeof address)) ||
        check("listen", listen(listening_fd, SOMAXCONN)) ||
        check("chdir beyond/public", chdir("beyond/public")))
        return 1;
    epoll_fd = epoll_create1(0);
    if (check("epoll_create1", epoll_fd) == -1 || watch(EPOLL_CTL_ADD, listening_fd, EPOLLIN) == -1)
        return 1;

    signal(SIGPIPE, SIG_IGN); // else a write to a client that has gone would end the server
    fprintf(stderr, "Server is listening on 0.0.0.0:8001\n");

    for (;;) {
        struct epoll_event event;
        if (epoll_wait(epoll_fd, &event, 1, -1) != 1)
            continue; // a signal has come
        if (event.data.fd == listening_fd)
            welcome(listening_fd);
        else if (serve(event.data.fd) == -1)
            end(event.data.fd);
    }
}
