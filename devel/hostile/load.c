// load hello|http|nothing COUNT CONCURRENCY [SECONDS]: makes COUNT connections to the server on
// port 8001 of this machine, CONCURRENCY at a time, and checks that each brings the whole reply and
// then ends. A closed loop: a new connection starts when one ends. The first failure is the end.
//
// hello    the right reply is the 11 bytes hello world
// http     each asks GET / HTTP/1.0; right is the status 200, and hello world as the body
// nothing  right is the end, and not a byte before it
// SECONDS  how long it waits when nothing happens at all (10)
//
// Out   the seconds that the COUNT connections took
// Exit  0 every reply was right; 1 one was not, and a line says what came; 2 wrong arguments
// Read  epoll(7) ip(7)

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct client {
    int fd;
    size_t length;
    char reply[1024]; // longer than any right one
};

static const char request[] = "GET / HTTP/1.0\r\n\r\n", http_end[] = "\r\n\r\nhello world";
static int http, silence, poller;
static long count, begun, ended;

// Ends the program, with one line.
static void give_up(const char *why)
{
    fprintf(stderr, "load: %ld of %ld replies were right, then: %.*s\n", ended, count,
            (int)strcspn(why, "\r\n"), why);
    exit(1);
}

// Seconds, on a clock that nobody sets.
static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

// Connects the client with this serial number, and returns its socket.
//
// The server closes first, so its side of each connection stays in TIME-WAIT for a minute, and a
// client has some 28,000 ports to tell its connections to one address apart. But every address in
// 127.0.0.0/8 is this machine: calling 256 of them in turn makes that 7 million.
static int connected(long serial)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(8001),
        .sin_addr.s_addr = htonl(0x7f010000 + (uint32_t)(serial % 256)), // 127.1.0.0 and on
    };
    // Who has something to send waits for the connection; the others may be more than it can take.
    int fd = socket(AF_INET, SOCK_STREAM | (http ? 0 : SOCK_NONBLOCK), 0);
    int result = connect(fd, (struct sockaddr *)&address, sizeof address);
    if (fd == -1 || (result == -1 && errno != EINPROGRESS))
        give_up(strerror(errno));
    return fd;
}

// Gives the client its next connection, if there is one left to make.
static void begin(struct client *c)
{
    if (begun == count)
        return;
    c->length = 0;
    c->fd = connected(begun++);
    if (http)
        send(c->fd, request, sizeof request - 1, MSG_NOSIGNAL); // the read says if that failed
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.ptr = c};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, c->fd, &event) == -1)
        give_up(strerror(errno));
}

// Is that the whole reply, and nothing else?
static int is_right(const struct client *c)
{
    size_t tail = sizeof http_end - 1;
    if (!http)
        return strcmp(c->reply, silence ? "" : "hello world") == 0;
    return strncmp(c->reply, "HTTP/1.", 7) == 0 && strncmp(c->reply + 8, " 200 ", 5) == 0 &&
           c->length > tail && strcmp(c->reply + c->length - tail, http_end) == 0;
}

// Reads what is there. Returns 1 when the reply has ended, and was right; 0 when more is to come.
static int has_ended(struct client *c)
{
    ssize_t n;
    do {
        n = recv(c->fd, c->reply + c->length, sizeof c->reply - 1 - c->length, MSG_DONTWAIT);
        c->length += n > 0 ? (size_t)n : 0;
    } while (n > 0); // 0: the end, or no room for more
    if (n == -1 && errno == EAGAIN)
        return 0;
    if (n == -1)
        give_up(strerror(errno));
    c->reply[c->length] = '\0';
    if (!is_right(c))
        give_up(c->length > 0 ? c->reply : "closed without a reply");
    close(c->fd);
    ended++;
    return 1;
}

// Makes all the connections.
static void run(long concurrency, long patience)
{
    struct client *clients = calloc((size_t)concurrency, sizeof *clients);
    struct epoll_event events[64];
    struct client *idle[64];
    poller = epoll_create1(0);
    if (clients == NULL || poller == -1)
        give_up(strerror(errno));
    for (long i = 0; i < concurrency; i++)
        begin(&clients[i]);
    while (ended < count) {
        int idle_count = 0, ready = epoll_wait(poller, events, 64, (int)patience * 1000);
        if (ready == 0)
            give_up("no answer");
        for (int i = 0; i < ready; i++)
            if (has_ended(events[i].data.ptr))
                idle[idle_count++] = events[i].data.ptr;
        while (idle_count > 0)
            begin(idle[--idle_count]);
    }
    free(clients);
}

int main(int argc, char *argv[])
{
    if (argc < 4) {
        fputs("usage: load hello|http|nothing COUNT CONCURRENCY [SECONDS]\n", stderr);
        return 2;
    }
    http = strcmp(argv[1], "http") == 0;
    silence = strcmp(argv[1], "nothing") == 0;
    count = strtol(argv[2], NULL, 10);
    double start = now();
    run(strtol(argv[3], NULL, 10), argc > 4 ? strtol(argv[4], NULL, 10) : 10);
    printf("%.6f\n", now() - start);
    return 0;
}
