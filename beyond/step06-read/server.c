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
#include <unistd.h>

enum { LONGEST = 8192 }; // bytes that a request may have

// Reports a call that has failed. Returns what the call returned.
static ssize_t check(const char *call, ssize_t result)
{
    if (result == -1)
        perror(call);
    return result;
}

// Returns the reply to a request.
static const char *reply_to(const char *request, size_t length)
{
    if (memmem(request, length, "\r\n\r\n", 4) == NULL)
        return "HTTP/1.0 431 Request Header Fields Too Large\r\n\r\n";
    if (strncmp(request, "HEAD /", 6) == 0)
        return "HTTP/1.0 200 OK\r\nContent-Length: 11\r\n\r\n";
    if (strncmp(request, "GET /", 5) != 0)
        return "HTTP/1.0 400 Bad Request\r\n\r\n";
    return "HTTP/1.0 200 OK\r\nContent-Length: 11\r\n\r\nhello world";
}

static void serve(int connected_fd)
{
    char request[LONGEST];
    size_t length = 0;
    // A request comes in as many pieces as the network likes. A blank line ends it.
    do {
        ssize_t n = check("read", read(connected_fd, request + length, LONGEST - length));
        if (n <= 0)
            return; // an error, or the client has gone
        length += (size_t)n;
    } while (memmem(request, length, "\r\n\r\n", 4) == NULL && length < LONGEST);
    const char *reply = reply_to(request, length);
    if (check("write", write(connected_fd, reply, strlen(reply))) == -1)
        return;

    // To close with bytes unread would reset the connection, and the client might lose its reply:
    // say that this was all, and read until the client closes too, or says nothing for two seconds.
    struct timeval limit = {.tv_sec = 2};
    if (check("shutdown", shutdown(connected_fd, SHUT_WR)) == -1)
        return;
    check("setsockopt", setsockopt(connected_fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit));
    while (read(connected_fd, request, LONGEST) > 0)
        ;
}

int main(void)
{
    int on = 1, listening_fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(8001)}; // on 0.0.0.0
    if (check("socket", listening_fd) == -1 ||
        check("setsockopt", setsockopt(listening_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on)) ||
        check("bind", bind(listening_fd, (struct sockaddr *)&address, sizeof address)) ||
        check("listen", listen(listening_fd, SOMAXCONN)))
        return 1;

    signal(SIGPIPE, SIG_IGN); // else a write to a client that has gone would end the server
    fprintf(stderr, "Server is listening on 0.0.0.0:8001\n");

    for (;;) {
        int connected_fd = accept(listening_fd, NULL, NULL);
        if (check("accept", connected_fd) == -1) {
            sleep(1); // no descriptor free, say: trying again at once would fail again
            continue;
        }
        serve(connected_fd);
        check("close", close(connected_fd));
    }
}
