// A request is read to its end, and answered in HTTP: curl and a browser show "hello world".
//
// Run   make step06 && strace ./a.out
// Read  man 2 read
//       man 2 shutdown
//       man 7 socket (SO_RCVTIMEO)

#define _GNU_SOURCE // memmem
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { LONGEST = 8192 }; // that a request may be

// What a request is told; nothing (NULL) until the blank line has come that ends it.
static const char *reply_to(const char *request, size_t length)
{
    if (memmem(request, length, "\r\n\r\n", 4) == NULL)
        return length < LONGEST ? NULL : "HTTP/1.0 431 Request Header Fields Too Large\r\n\r\n";
    if (strncmp(request, "GET /", 5) != 0)
        return "HTTP/1.0 400 Bad Request\r\n\r\n";
    return "HTTP/1.0 200 OK\r\nContent-Length: 11\r\n\r\nhello world";
}

static void serve(int connected_fd)
{
    char request[LONGEST], unread[LONGEST];
    size_t length = 0;
    const char *reply;
    // A request comes in as many pieces as the network likes.
    while ((reply = reply_to(request, length)) == NULL) {
        ssize_t n = read(connected_fd, request + length, LONGEST - length);
        if (n == -1)
            perror("read");
        if (n <= 0) // it has gone
            break;
        length += (size_t)n;
    }
    if (reply != NULL && write(connected_fd, reply, strlen(reply)) == -1)
        perror("write");

    // To close with bytes unread would reset the connection, and the client might lose its reply:
    // say that this was all, and read until the client closes too, but for two seconds at most.
    struct timeval second = {.tv_sec = 1};
    time_t end = time(NULL) + 1;
    if (shutdown(connected_fd, SHUT_WR) == -1)
        perror("shutdown");
    if (setsockopt(connected_fd, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof second) == -1)
        perror("setsockopt");
    while (read(connected_fd, unread, sizeof unread) > 0 && time(NULL) < end)
        ;
    if (close(connected_fd) == -1)
        perror("close");
}

int main(void)
{
    int listening_fd = socket(AF_INET, SOCK_STREAM, 0);
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

    signal(SIGPIPE, SIG_IGN); // else a write to a client that has gone would end the server
    fprintf(stderr, "Server is listening on 0.0.0.0:8001\n");

    for (;;) {
        int connected_fd = accept(listening_fd, NULL, NULL);
        if (connected_fd == -1) {
            perror("accept");
            sleep(1); // no descriptor free, say: trying again at once would fail again
            continue;
        }

        serve(connected_fd);
    }
}
