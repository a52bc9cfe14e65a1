// Asks a server COUNT times, INTERVAL seconds apart, and prints what it sends until it closes.
//
// Run   make clients && clients/client [HOST [PORT [COUNT [INTERVAL]]]]
// Exit  0 every request was answered, 1 one failed, 2 wrong arguments
// Read  man 3 getaddrinfo
//       man 2 connect
//       man 2 read

#include <err.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static _Noreturn void fail(const char *host, const char *port, const char *reason)
{
    fprintf(stderr, "client: %s:%s: %s\n", host, port, reason);
    exit(1);
}

// Returns a descriptor connected to the first address of the host that answers.
static int connect_to(const char *host, const char *port)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *addresses;
    int error = getaddrinfo(host, port, &hints, &addresses);
    if (error != 0)
        fail(host, port, gai_strerror(error));
    for (struct addrinfo *a = addresses; a != NULL; a = a->ai_next) {
        int fd = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
        if (fd != -1 && connect(fd, a->ai_addr, a->ai_addrlen) == 0) {
            freeaddrinfo(addresses);
            return fd;
        }
        error = errno;
        close(fd); // where there was no such socket, this does nothing
    }
    fail(host, port, strerror(error));
}

static void ask(const char *host, const char *port)
{
    int fd = connect_to(host, port);
    char *reply = NULL;
    size_t length = 0;
    ssize_t n;
    do {
        char *larger = realloc(reply, length + 65536);
        if (larger == NULL || (n = read(fd, larger + length, 65535)) == -1) // 1 is for the newline
            fail(host, port, strerror(errno));
        reply = larger;
        length += (size_t)n;
    } while (n > 0);
    close(fd);
    if (length == 0)
        fail(host, port, "closed without sending anything");
    reply[length] = '\n';
    if (write(STDOUT_FILENO, reply, length + 1) == -1)
        err(1, "standard output");
    free(reply);
}

// Returns the number, or -1 where it has other characters or is above the limit.
static double number(const char *text, const char *characters, double limit)
{
    char *end;
    double value = strtod(text, &end);
    int plain = text[0] >= '0' && text[strspn(text, characters)] == '\0' && *end == '\0';
    return plain && value <= limit ? value : -1;
}

int main(int argc, char *argv[])
{
    const char *host = argc > 1 ? argv[1] : "localhost";
    const char *port = argc > 2 ? argv[2] : "8001";
    double count = argc > 3 ? number(argv[3], "0123456789", 1e6) : 5;
    double interval = argc > 4 ? number(argv[4], "0123456789.", 3600) : 1;
    if (argc > 5 || host[0] == '\0' || host[0] == '-' || count < 0 || interval < 0 ||
        number(port, "0123456789", 65535) < 0) {
        fprintf(stderr, "usage: client [HOST [PORT [COUNT [INTERVAL]]]]  (localhost 8001 5 1)\n");
        return 2;
    }
    for (int i = 0; i < (int)count; i++) {
        if (i > 0)
            usleep((useconds_t)(interval * 1e6));
        ask(host, port);
    }
}
