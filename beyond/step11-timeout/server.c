// A client that gets no further for ten seconds is shown the door, however often it sends a byte.
//
// Run   make step11 && strace ./a.out
// Read  man 2 clock_gettime
//       man 3 insque
//       man 7 socket (SO_SNDBUF)

#include "../reply.h" // of step07; includes <stdio.h> and <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <search.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CLIENTS = 16384, SECONDS = 10 };
static struct client {
    struct client *next, *previous; // its neighbours in the queue
    time_t until; // the second in which its time is up
    enum { READING, WRITING, ENDING } state;
    size_t length; // of the request so far
    int file_fd; // the file that follows the head of the reply, or -1
    off_t left; // how many bytes of it are still to be sent
} clients[CLIENTS]; // the row of a client is its descriptor
static struct client queue = {.next = &queue, .previous = &queue}; // its first and its last
static char requests[CLIENTS][LONGEST]; // takes memory only where bytes have come
static struct timespec now; // on a clock that nobody can set
static int epoll_fd;

// Says what to wait for: of a descriptor that is new to epoll (ADD), or is not (MOD).
static int watch(int operation, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.fd = fd};
    return (int)check("epoll_ctl", epoll_ctl(epoll_fd, operation, fd, &event));
}

// Gives a client ten seconds from now: the first in the queue is the first whose time is up.
static void renew(struct client *client)
{
    client->until = now.tv_sec + SECONDS + 1;
    remque(client);
    insque(client, queue.previous);
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
        renew(client);
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
        renew(&clients[fd]);
    }
}

static void end(int fd)
{
    remque(&clients[fd]);
    if (clients[fd].file_fd != -1)
        check("close", close(clients[fd].file_fd));
    check("close", close(fd));
}

int main(void)
{
    int on = 1, room = 65536, listening_fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(8001)}; // on 0.0.0.0
    if (check("socket", listening_fd) == -1 ||
        check("setsockopt", setsockopt(listening_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on)) ||
        check("bind", bind(listening_fd, (struct sockaddr *)&address, sizeof address)) ||
        check("setsockopt", setsockopt(listening_fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room)) ||
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
        int ready = epoll_wait(epoll_fd, &event, 1, 1000);
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (ready == 1 && event.data.fd == listening_fd)
            welcome(listening_fd);
        else if (ready == 1 && serve(event.data.fd) == -1)
            end(event.data.fd);
        while (queue.next != &queue && queue.next->until <= now.tv_sec)
            end((int)(queue.next - clients));
    }
}
