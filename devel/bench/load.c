// load COUNT CONCURRENCY: makes COUNT connections to the server on port 8001 of this machine, with
// CONCURRENCY of them open at any time, and checks that each brings "hello world" and then ends.
//
// Out    one line: connections N failed N seconds S user_us N system_us N
//        (the time from the first connect to the last close, and load's own processor time)
// Err    how many connections failed, and of what, in one line
// Exit   0 every reply was right, 1 some were not, 2 the arguments are wrong
// Read   epoll(7) connect(2) ip(7) getrusage(2)
//
// A closed loop: a new connection starts when one ends. No answer at all for 10 seconds ends it.

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PORT = 8001, MOST_OPEN = 1000, PATIENCE_MS = 10000 };

static const char expected[] = "hello world";
enum { LENGTH = sizeof expected - 1 };

struct connection {
    int fd;
    size_t length;
    char reply[LENGTH + 1]; // one byte more than is right, to notice a longer reply
};

enum outcome { GOOD, REFUSED, NO_PORT, RESET, SHORT, WRONG, SILENT, UNTRIED, OTHER, OUTCOMES };

static const char *const names[OUTCOMES] = {
    [REFUSED] = "refused",
    [NO_PORT] = "without a free port",
    [RESET] = "reset",
    [SHORT] = "closed before the whole reply",
    [WRONG] = "with a wrong reply",
    [SILENT] = "without an answer for 10 s",
    [UNTRIED] = "not tried after that",
    [OTHER] = "of other errors",
};

static long counts[OUTCOMES];
static char first_failure[128]; // what the server sent, or the error, in the first that tells more

// Ends the program: a call that the program cannot do without failed.
static void failed(const char *call)
{
    fprintf(stderr, "load: %s: %s\n", call, strerror(errno));
    exit(1);
}

// Returns the number that text spells, from 1 to most. Ends the program if it does not.
static long number(const char *text, long most, const char *name)
{
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 || value < 1 || value > most) {
        fprintf(stderr, "load: %s must be a number from 1 to %ld, not '%s'\n", name, most, text);
        exit(2);
    }
    return value;
}

static enum outcome outcome_of(int error)
{
    switch (error) {
    case ECONNREFUSED:
        return REFUSED;
    case EADDRNOTAVAIL:
        return NO_PORT;
    case ECONNRESET:
    case EPIPE:
        return RESET;
    }
    if (first_failure[0] == '\0')
        snprintf(first_failure, sizeof first_failure, "%s", strerror(error));
    return OTHER;
}

// What the server sent in full, once it has closed or sent too much.
static enum outcome outcome_of_reply(const struct connection *c)
{
    if (c->length == LENGTH && memcmp(c->reply, expected, LENGTH) == 0)
        return GOOD;
    if (c->length < LENGTH && memcmp(c->reply, expected, c->length) == 0)
        return SHORT;
    if (first_failure[0] == '\0')
        snprintf(first_failure, sizeof first_failure, "\"%.*s\"", (int)c->length, c->reply);
    return WRONG;
}

// Starts the connection with this serial number. Returns GOOD, or what went wrong at once.
//
// The server closes first, so its side of each connection stays in TIME_WAIT for a minute, and a
// client has some 28,000 ports to tell its connections to one address apart. But every address in
// 127.0.0.0/8 is this machine: calling 256 of them in turn makes that 7 million.
static enum outcome begin(struct connection *c, long serial, int poller)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(PORT),
        .sin_addr.s_addr = htonl(0x7f010000 + (uint32_t)(serial % 256)), // 127.1.0.0 and on
    };
    c->length = 0;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (c->fd == -1)
        failed("socket");
    if (connect(c->fd, (struct sockaddr *)&address, sizeof address) == -1 && errno != EINPROGRESS) {
        enum outcome outcome = outcome_of(errno);
        close(c->fd);
        return outcome;
    }
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.ptr = c};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, c->fd, &event) == -1)
        failed("epoll_ctl");
    return GOOD;
}

// Reads what is there. Returns 1, with the outcome, when the connection has ended, else 0.
static int advance(struct connection *c, enum outcome *outcome)
{
    for (;;) {
        ssize_t n = read(c->fd, c->reply + c->length, sizeof c->reply - c->length);
        if (n == -1 && errno == EAGAIN)
            return 0;
        if (n == -1) {
            *outcome = outcome_of(errno);
            return 1;
        }
        c->length += (size_t)n;
        if (n == 0 || c->length == sizeof c->reply) {
            *outcome = outcome_of_reply(c);
            return 1;
        }
    }
}

static void run(long count, long concurrency)
{
    static struct connection connections[MOST_OPEN];
    struct connection *idle[MOST_OPEN];
    struct epoll_event events[MOST_OPEN];
    long idle_count = concurrency, begun = 0;
    for (long i = 0; i < concurrency; i++)
        idle[i] = &connections[i];
    int poller = epoll_create1(0);
    if (poller == -1)
        failed("epoll_create1");

    while (begun < count || idle_count < concurrency) {
        while (begun < count && idle_count > 0) {
            enum outcome outcome = begin(idle[idle_count - 1], begun++, poller);
            if (outcome == GOOD)
                idle_count--;
            else
                counts[outcome]++;
        }
        if (idle_count == concurrency)
            continue;
        int ready = epoll_wait(poller, events, MOST_OPEN, PATIENCE_MS);
        if (ready == -1 && errno != EINTR)
            failed("epoll_wait");
        if (ready == 0) {
            counts[SILENT] += concurrency - idle_count;
            counts[UNTRIED] += count - begun;
            break;
        }
        for (int i = 0; i < ready; i++) {
            struct connection *c = events[i].data.ptr;
            enum outcome outcome;
            if (!advance(c, &outcome))
                continue;
            counts[outcome]++;
            close(c->fd);
            idle[idle_count++] = c;
        }
    }
    close(poller);
}

static long microseconds(struct timeval from, struct timeval to)
{
    return (long)(to.tv_sec - from.tv_sec) * 1000000 + (long)(to.tv_usec - from.tv_usec);
}

static void report_failures(long count)
{
    fprintf(stderr, "load: %ld of %ld connections failed:", count - counts[GOOD], count);
    const char *separator = "";
    for (int i = GOOD + 1; i < OUTCOMES; i++) {
        if (counts[i] == 0)
            continue;
        fprintf(stderr, "%s %ld %s", separator, counts[i], names[i]);
        separator = ",";
    }
    if (first_failure[0] != '\0')
        fprintf(stderr, " (first: %s)", first_failure);
    fputs("\n", stderr);
}

int main(int argc, char *argv[])
{
    if (argc != 3) {
        fputs("usage: load COUNT CONCURRENCY\n", stderr);
        return 2;
    }
    long count = number(argv[1], 10000000, "COUNT");
    long concurrency = number(argv[2], MOST_OPEN, "CONCURRENCY");

    struct timespec start, end;
    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    clock_gettime(CLOCK_MONOTONIC, &start);
    run(count, concurrency);
    clock_gettime(CLOCK_MONOTONIC, &end);
    getrusage(RUSAGE_SELF, &after);

    double seconds =
        (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
    printf("connections %ld failed %ld seconds %.6f user_us %ld system_us %ld\n", count,
           count - counts[GOOD], seconds, microseconds(before.ru_utime, after.ru_utime),
           microseconds(before.ru_stime, after.ru_stime));
    if (counts[GOOD] == count)
        return 0;
    report_failures(count);
    return 1;
}
