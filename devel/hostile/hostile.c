// hostile MODE COUNT: clients that do what a server would rather not see, on port 8001.
//
//   reset N    N connections, each reset (RST) as soon as it is there
//   abandon N  the same, after the end of the client's own data (FIN)
//   hold N     N connections at once that say nothing and read nothing, until it is killed
//   load N CONCURRENCY hello|nothing
//              N connections, so many at a time; each is to bring the 11 bytes hello world, or
//              nothing, and then the end. A new one begins when one ends.
//
// Out    "holding" once hold has all its connections; the seconds that load took
// Exit   0 it could do so, 1 it could not, or a reply was wrong, 2 wrong arguments; SIGALRM ends it
//        after a minute
// Read   socket(7), on SO_LINGER; tcp(7); epoll(7)

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE = 15 }; // seconds without any answer

static void check(int good, const char *what)
{
    if (good)
        return;
    perror(what);
    exit(1);
}

// The server closes first, so its side of each connection stays in TIME-WAIT for a minute, and a
// client has some 28,000 ports for its connections to one address. But every address in 127.0.0.0/8
// is this machine: the serial number chooses among 256 of them, from 127.1.0.0 on.
static int connect_to_server(long serial, int flags)
{
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(8001)};
    server.sin_addr.s_addr = htonl(0x7f010000 + (uint32_t)(serial % 256));
    int fd = socket(AF_INET, SOCK_STREAM | flags, 0);
    check(fd != -1, "hostile: socket");
    int result = connect(fd, (struct sockaddr *)&server, sizeof server);
    check(result == 0 || errno == EINPROGRESS, "hostile: connect");
    return fd;
}

// Closing with a linger time of 0 sends RST in place of FIN.
static void reset_each(long count, int fin_first)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    for (long i = 0; i < count; i++) {
        int fd = connect_to_server(i, 0);
        check(!fin_first || shutdown(fd, SHUT_WR) == 0, "hostile: shutdown");
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        close(fd);
    }
}

static void hold(long count)
{
    for (long i = 0; i < count; i++)
        connect_to_server(i, 0);
    puts("holding");
    fflush(stdout);
    for (;;)
        pause();
}

// Reads until the end of the reply, and ends the program where that is not the right one.
static void judge(int fd, const char *right)
{
    char reply[64];
    ssize_t n, length = 0;
    struct timeval limit = {.tv_sec = PATIENCE};
    fcntl(fd, F_SETFL, 0); // what follows is on its way: it waits for that
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    while ((n = recv(fd, reply + length, sizeof reply - 1 - (size_t)length, 0)) > 0)
        length += n;
    check(n == 0, "hostile: read");
    reply[length] = '\0';
    if (strcmp(reply, right) != 0) {
        fprintf(stderr, "hostile: a reply is '%s', not '%s'\n", reply, right);
        exit(1);
    }
    close(fd);
}

static void load(long count, long concurrency, const char *right)
{
    struct epoll_event event = {.events = EPOLLIN}, events[64];
    struct timespec begin, end;
    int poller = epoll_create1(0);
    long begun = 0, ended = 0;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    while (ended < count) {
        for (; begun < count && begun - ended < concurrency; begun++) {
            event.data.fd = connect_to_server(begun, SOCK_NONBLOCK);
            check(epoll_ctl(poller, EPOLL_CTL_ADD, event.data.fd, &event) == 0, "hostile: epoll");
        }
        int ready = epoll_wait(poller, events, 64, PATIENCE * 1000);
        check(ready > 0, "hostile: no answer");
        for (int i = 0; i < ready; i++, ended++)
            judge(events[i].data.fd, right);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    double seconds = (double)(end.tv_sec - begin.tv_sec);
    printf("%.6f\n", seconds + (double)(end.tv_nsec - begin.tv_nsec) / 1e9);
}

int main(int argc, char *argv[])
{
    const char *mode = argc > 2 ? argv[1] : "";
    long count = argc > 2 ? strtol(argv[2], NULL, 10) : 0;
    alarm(60);

    if (strcmp(mode, "reset") == 0 || strcmp(mode, "abandon") == 0) {
        reset_each(count, mode[0] == 'a');
    } else if (strcmp(mode, "hold") == 0) {
        hold(count);
    } else if (strcmp(mode, "load") == 0 && argc == 5) {
        load(count, strtol(argv[3], NULL, 10), argv[4][0] == 'h' ? "hello world" : "");
    } else {
        fputs("usage: hostile reset|abandon|hold COUNT\n"
              "       hostile load COUNT CONCURRENCY hello|nothing\n",
              stderr);
        return 2;
    }
    return 0;
}
