// hostile MODE [NUMBER]: a client that does what a server would rather not see, on port 8001.
//
//   reset N    N connections, each reset (RST) as soon as it is there
//   abandon N  the same, after the end of the client's own data (FIN)
//   syn N      N times a SYN and then no more of it; needs root (raw sockets)
//   hold N     N connections at once that say nothing and read nothing, until it is killed
//   crowd N    N connections at once, and waits for all replies
//   flood N    N connections, one after the other
//   mega       sends a megabyte before it reads
//   slow MS    reads a byte, waits MS milliseconds, and so on
//
// Out    what came of it, in a line; "holding" once hold has all its connections
// Exit   0 it could do so, 1 it could not, 2 wrong arguments; SIGALRM ends it after a minute
// Read   socket(7), on SO_LINGER; tcp(7); raw(7); epoll(7)

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static struct sockaddr_in server = {.sin_family = AF_INET};
static const char promised[] = "hello world";
static long served, empty, failed; // how many connections got the promised reply, none, an error

static void check(int good, const char *what)
{
    if (good)
        return;
    perror(what);
    exit(1);
}

static int connect_to_server(int flags)
{
    int fd = socket(AF_INET, SOCK_STREAM | flags, 0);
    check(fd != -1, "hostile: socket");
    int result = connect(fd, (struct sockaddr *)&server, sizeof server);
    check(result == 0 || errno == EINPROGRESS, "hostile: connect");
    return fd;
}

// Closing with a linger time of 0 sends RST in place of FIN.
static void reset(int fd)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    check(setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0, "hostile: linger");
    close(fd);
}

static void reset_each(long count, int fin_first)
{
    for (long i = 0; i < count; i++) {
        int fd = connect_to_server(0);
        if (fin_first)
            check(shutdown(fd, SHUT_WR) == 0, "hostile: shutdown");
        reset(fd);
    }
}

// Sums 16-bit words in ones' complement, as TCP's checksum wants.
static unsigned sum(const void *data, size_t size)
{
    const unsigned char *bytes = data;
    unsigned total = 0;
    for (size_t i = 0; i + 1 < size; i += 2)
        total += (unsigned)bytes[i] << 8 | bytes[i + 1];
    return total;
}

// The kernel knows of no such connection, and answers the server's SYN and ACK with RST.
static void send_syns(long count)
{
    int fd = socket(AF_INET, SOCK_RAW, IPPROTO_TCP);
    check(fd != -1, "hostile: raw socket");
    for (long i = 0; i < count; i++) {
        struct tcphdr header = {.dest = server.sin_port, .doff = sizeof header / 4, .syn = 1};
        header.source = htons((uint16_t)(20000 + i % 10000));
        header.window = htons(1024);
        unsigned total = sum(&header, sizeof header) + 2 * sum(&server.sin_addr, 4);
        total += IPPROTO_TCP + sizeof header;
        total = (total & 0xffff) + (total >> 16);
        header.check = htons((uint16_t) ~(total + (total >> 16)));
        ssize_t sent =
            sendto(fd, &header, sizeof header, 0, (struct sockaddr *)&server, sizeof server);
        check(sent == sizeof header, "hostile: sendto");
    }
    close(fd);
}

// Reads once. Returns whether there may be more; else counts what came in all and closes.
static int read_some(int fd, char *reply, size_t *length)
{
    ssize_t n = read(fd, reply + *length, sizeof promised - *length);
    if (n == -1 && errno == EAGAIN)
        return 1;
    if (n > 0) {
        *length += (size_t)n;
        if (*length < sizeof promised)
            return 1;
    }
    if (n == 0 && *length == 0)
        empty++;
    else if (n == 0 && *length == strlen(promised) && memcmp(reply, promised, *length) == 0)
        served++;
    else
        failed++;
    close(fd);
    return 0;
}

static void flood(long count)
{
    for (long i = 0; i < count; i++) {
        char reply[sizeof promised];
        size_t length = 0;
        int fd = connect_to_server(0);
        while (read_some(fd, reply, &length))
            ;
    }
}

static void crowd(long count, int reads)
{
    struct visitor {
        int fd;
        size_t length;
        char reply[sizeof promised];
    } *visitors = calloc((size_t)count, sizeof *visitors);
    int all = epoll_create1(0);
    check(visitors != NULL && all != -1, "hostile: epoll_create1");
    for (long i = 0; i < count; i++) {
        visitors[i].fd = connect_to_server(SOCK_NONBLOCK);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &visitors[i]};
        check(epoll_ctl(all, EPOLL_CTL_ADD, visitors[i].fd, &event) == 0, "hostile: epoll_ctl");
    }
    if (!reads) {
        puts("holding");
        for (;;)
            pause();
    }
    for (long left = count; left > 0;) {
        struct epoll_event event;
        check(epoll_wait(all, &event, 1, -1) == 1, "hostile: epoll_wait");
        struct visitor *visitor = event.data.ptr;
        if (!read_some(visitor->fd, visitor->reply, &visitor->length))
            left--;
    }
    free(visitors);
    close(all);
}

static void send_megabyte(void)
{
    static const char chunk[65536];
    const char *ending = "closed";
    int fd = connect_to_server(0);
    long sent = 0;
    while (sent < 16 * (long)sizeof chunk) {
        ssize_t n = send(fd, chunk, sizeof chunk, MSG_NOSIGNAL);
        if (n == -1) {
            ending = strerror(errno);
            break;
        }
        sent += n;
    }
    char reply[64];
    ssize_t length = read(fd, reply, sizeof reply), n = length;
    while (n > 0)
        n = read(fd, reply + length, sizeof reply - (size_t)length);
    if (n == -1)
        ending = strerror(errno);
    printf("sent %s, got \"%.*s\", then: %s\n", sent < 1 << 20 ? "a part" : "all",
           length > 0 ? (int)length : 0, reply, ending);
    close(fd);
}

static void read_slowly(long milliseconds)
{
    struct timespec pause = {.tv_sec = milliseconds / 1000,
                             .tv_nsec = milliseconds % 1000 * 1000000};
    int fd = connect_to_server(0);
    char byte;
    while (read(fd, &byte, 1) == 1) {
        putchar(byte);
        nanosleep(&pause, NULL);
    }
    putchar('\n');
    close(fd);
}

int main(int argc, char *argv[])
{
    const char *mode = argc > 1 ? argv[1] : "";
    long number = argc > 2 ? strtol(argv[2], NULL, 10) : 0;
    server.sin_port = htons(8001);
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    setvbuf(stdout, NULL, _IONBF, 0);
    alarm(60);

    int counts = strcmp(mode, "flood") == 0 || strcmp(mode, "crowd") == 0;
    if (strcmp(mode, "mega") == 0 && argc == 2)
        send_megabyte();
    else if (argc != 3 || number < 1 || number > 1000000)
        mode = "";
    else if (strcmp(mode, "reset") == 0 || strcmp(mode, "abandon") == 0)
        reset_each(number, mode[0] == 'a');
    else if (strcmp(mode, "syn") == 0)
        send_syns(number);
    else if (strcmp(mode, "hold") == 0 || strcmp(mode, "crowd") == 0)
        crowd(number, mode[0] == 'c');
    else if (strcmp(mode, "flood") == 0)
        flood(number);
    else if (strcmp(mode, "slow") == 0)
        read_slowly(number);
    else
        mode = "";
    if (mode[0] == '\0') {
        fputs("usage: hostile reset|abandon|syn|hold|crowd|flood|slow NUMBER, or hostile mega\n",
              stderr);
        return 2;
    }
    if (counts)
        printf("%ld got the reply, %ld nothing, %ld failed\n", served, empty, failed);
    return 0;
}
