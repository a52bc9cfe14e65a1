// A client for every step: connects, reads until the server closes, prints what came.
//
// Run    make clients && clients/client [HOST [PORT [COUNT [INTERVAL]]]]
// Exit   0 every request got a reply, 1 a request failed, 2 the arguments are wrong
// Read   getaddrinfo(3) socket(2) connect(2) read(2)
//
// client.py and client.rb take the same arguments, print the same text and exit the same way.

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const char usage[] =
    "usage: client [HOST [PORT [COUNT [INTERVAL]]]]\n"
    "\n"
    "Connects to HOST:PORT (localhost:8001), prints what the server sends until it closes,\n"
    "and does so COUNT times (5), INTERVAL seconds (1) apart.\n";

static char reply[16 * 1024 * 1024 + 1]; // one more byte, for the newline

// Ends the program, exit 2: what is wrong with the arguments, and how they should look.
static void misused(const char *what)
{
    fprintf(stderr, "client: %s\n%s", what, usage);
    exit(2);
}

// Ends the program, exit 1: the request to HOST:PORT failed, and why.
static void failed(const char *host, const char *port, const char *reason)
{
    fprintf(stderr, "client: %s:%s: %s\n", host, port, reason);
    exit(1);
}

// Prints text, all of it, or ends the program, exit 1.
static void show(const char *text, size_t length)
{
    if (fwrite(text, 1, length, stdout) < length) {
        fprintf(stderr, "client: standard output: %s\n", strerror(errno));
        exit(1);
    }
}

// Returns the number that text spells: up to nine digits and, where fraction is 1, up to nine
// more after a point. Returns -1 for anything else.
static double number(const char *text, int fraction)
{
    const char digits[] = "0123456789";
    size_t whole = strspn(text, digits), rest = 0;
    const char *end = text + whole;
    if (fraction && *end == '.') {
        rest = strspn(end + 1, digits);
        end += rest == 0 ? 0 : 1 + rest;
    }
    return whole < 1 || whole > 9 || rest > 9 || *end != '\0' ? -1 : strtod(text, NULL);
}

// Returns a descriptor connected to the first address of HOST:PORT that answers: localhost is
// often ::1 (IPv6) and then 127.0.0.1 (IPv4). Ends the program if none does.
static int connect_to(const char *host, const char *port)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *addresses;
    int error = getaddrinfo(host, port, &hints, &addresses);
    if (error != 0)
        failed(host, port, error == EAI_SYSTEM ? strerror(errno) : gai_strerror(error));

    for (struct addrinfo *a = addresses; a != NULL; a = a->ai_next) {
        int fd = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
        if (fd != -1 && connect(fd, a->ai_addr, a->ai_addrlen) == 0) {
            freeaddrinfo(addresses);
            return fd;
        }
        error = errno;
        if (fd != -1)
            close(fd);
    }
    failed(host, port, strerror(error));
    return -1;
}

// One request: prints the reply and a newline, or ends the program.
static void request(const char *host, const char *port)
{
    int fd = connect_to(host, port);
    size_t length = 0;
    ssize_t n;
    while ((n = read(fd, reply + length, sizeof reply - length)) > 0) {
        length += (size_t)n;
        if (length == sizeof reply)
            failed(host, port, "more than 16 MiB");
    }
    if (n == -1)
        failed(host, port, strerror(errno));
    close(fd);
    if (length == 0)
        failed(host, port, "closed without sending anything");

    reply[length++] = '\n';
    show(reply, length);
}

int main(int argc, char *argv[])
{
    setvbuf(stdout, NULL, _IONBF, 0); // unbuffered: print each reply at once
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        show(usage, strlen(usage));
        return 0;
    }

    const char *host = argc > 1 ? argv[1] : "localhost";
    const char *port = argc > 2 ? argv[2] : "8001";
    double count = argc > 3 ? number(argv[3], 0) : 5;
    double interval = argc > 4 ? number(argv[4], 1) : 1;
    if (argc > 5)
        misused("too many arguments");
    if (host[0] == '\0' || host[0] == '-')
        misused("HOST must be a name or an address");
    if (number(port, 0) < 1 || number(port, 0) > 65535)
        misused("PORT must be a number from 1 to 65535");
    if (count < 0 || count > 1000000)
        misused("COUNT must be a number from 0 to 1000000");
    if (interval < 0 || interval > 86400)
        misused("INTERVAL must be a number of seconds from 0 to 86400");

    struct timespec pause = {.tv_sec = (time_t)interval};
    pause.tv_nsec = (long)((interval - (double)pause.tv_sec) * 1e9);
    for (int i = 0; i < (int)count; i++) {
        if (i > 0)
            nanosleep(&pause, NULL);
        request(host, port);
    }
    return 0;
}
