// One thread for all clients: it waits for whoever is ready, and gives each ten seconds.
//
// Run   make step09 && strace ./a.out
// Read  man 7 epoll

#define _GNU_SOURCE // memmem, accept4
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LONGEST = 8192, CLIENTS = 16384, SECONDS = 10 };
static struct client {
    size_t length; // of its request so far
    const char *reply; // what it has still to be told; NULL until its request has ended
    time_t since; // when it came; 0: there is no such client
} clients[CLIENTS]; // the index is the descriptor
static char requests[CLIENTS][LONGEST]; // costs memory only where something is written

// What a request is told; nothing (NULL) until the blank line has come that ends it.
static const char *reply_to(const char *request, size_t length)
{
    if (memmem(request, length, "\r\n\r\n", 4) == NULL)
        return length < LONGEST ? NULL : "HTTP/1.0 431 Request Header Fields Too Large\r\n\r\n";
    if (strncmp(request, "GET /", 5) != 0)
        return "HTTP/1.0 400 Bad Request\r\n\r\n";
    return "HTTP/1.0 200 OK\r\nContent-Length: 11\r\n\r\nhello world";
}

// Does for a client what needs no waiting. Returns 0, or -1, if its connection is to be closed.
static ssize_t serve(int epoll_fd, int fd)
{
    const char *reply = clients[fd].reply;
    if (reply == NULL || *reply == '\0') {
        ssize_t n = read(fd, requests[fd] + clients[fd].length, LONGEST - clients[fd].length);
        if (n <= 0 || reply != NULL)
            return n;
        clients[fd].length += (size_t)n;
        reply = reply_to(requests[fd], clients[fd].length);
        if (reply == NULL)
            return n;
        clients[fd].length = 0;
    }
    ssize_t n = write(fd, reply, strlen(reply));
    if (n == -1 || (reply[n] == '\0' && shutdown(fd, SHUT_WR) == -1))
        return -1;
    clients[fd].reply = reply + n;
    struct epoll_event event = {reply[n] == '\0' ? EPOLLIN : EPOLLOUT, {.fd = fd}};
    return epoll_ctl(epoll_fd, EPOLL_CTL_MOD, fd, &event) == 0 ? 1 : -1;
}

int main(void)
{
    int listening_fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (listening_fd == -1) {
        perror("socket");
        return 1;
    }

    // Without this, bind fails for a minute after this port has served somebody.
    int on = 1;
    if (setsockopt(listening_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == -1) {
        perror("setsockopt");
        return 1;
    }

    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(8001), // host to network: most significant byte first
        .sin_addr.s_addr = htonl(INADDR_ANY), // 0.0.0.0: every address that this machine has
    };
    // The cast: bind takes the address of any family, and each has a struct of its own.
    if (bind(listening_fd, (struct sockaddr *)&address, sizeof address) == -1) {
        perror("bind");
        return 1;
    }

    if (listen(listening_fd, SOMAXCONN) == -1) {
        perror("listen");
        return 1;
    }

    struct epoll_event event = {EPOLLIN, {.fd = listening_fd}};
    int epoll_fd = epoll_create1(0);
    if (epoll_fd == -1 || epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listening_fd, &event) == -1) {
        perror("epoll");
        return 1;
    }
    signal(SIGPIPE, SIG_IGN); // else a write to a client that has gone would end the server
    fprintf(stderr, "Server is listening on 0.0.0.0:8001\n");

    for (time_t now = 0, limit = SECONDS;; now = time(NULL), limit = SECONDS) {
        ssize_t n = epoll_wait(epoll_fd, &event, 1, 1000);
        int fd = event.data.fd;
        if (n == 1 && fd == listening_fd) {
            event.data.fd = fd = accept4(listening_fd, NULL, NULL, SOCK_NONBLOCK);
            if (fd == -1) {
                perror("accept");
                sleep(limit = 1); // no descriptor free, say: whoever has been here longer must go
            } else if (fd >= CLIENTS || epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) == -1) {
                close(fd);
            } else {
                clients[fd] = (struct client){.since = time(NULL)};
            }
        } else if (n == 1 && (n = serve(epoll_fd, fd)) <= 0) {
            if (n == -1)
                perror("serve");
            clients[fd].since = 0;
            close(fd);
        }
        for (int i = 0; now != time(NULL) && i < CLIENTS; i++)
            if (clients[i].since != 0 && clients[i].since + limit < time(NULL))
                shutdown(i, SHUT_RDWR); // its time is up; epoll tells us of its end
    }
}
