// hostile MODE NUMBER: clients that do what a server would rather not see, on port 8001.
//
//   reset N    N connections, each reset (RST) as soon as it is there
//   abandon N  the same, after the end of the client's own data (FIN)
//   syn N      N times a SYN and then no more of it; needs root (raw sockets)
//   hold N     N connections at once that say nothing and read nothing, until it is killed
//
// Out    "holding" once hold has all its connections
// Exit   0 it could do so, 1 it could not, 2 wrong arguments; SIGALRM ends it after a minute
// Read   socket(7), on SO_LINGER; tcp(7); raw(7)

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void check(int good, const char *what)
{
    if (good)
        return;
    perror(what);
    exit(1);
}

// Where the server is, by one of this machine's addresses.
static struct sockaddr_in server_at(uint32_t host)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons(8001), .sin_addr.s_addr = htonl(host)};
}

// The serial number chooses among 256 addresses of this machine: see load.c.
static int connect_to_server(long serial)
{
    struct sockaddr_in server = server_at(0x7f010000 + (uint32_t)(serial % 256));
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    check(fd != -1, "hostile: socket");
    check(connect(fd, (struct sockaddr *)&server, sizeof server) == 0, "hostile: connect");
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
        int fd = connect_to_server(i);
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
    struct sockaddr_in server = server_at(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_RAW, IPPROTO_TCP);
    check(fd != -1, "hostile: raw socket");
    check(connect(fd, (struct sockaddr *)&server, sizeof server) == 0, "hostile: connect");
    for (long i = 0; i < count; i++) {
        struct tcphdr header = {.dest = server.sin_port, .doff = sizeof header / 4, .syn = 1};
        header.source = htons((uint16_t)(20000 + i % 10000));
        header.window = htons(1024);
        unsigned total = sum(&header, sizeof header) + 2 * sum(&server.sin_addr, 4);
        total += IPPROTO_TCP + sizeof header;
        total = (total & 0xffff) + (total >> 16);
        header.check = htons((uint16_t) ~(total + (total >> 16)));
        check(write(fd, &header, sizeof header) == sizeof header, "hostile: write");
    }
}

static void hold(long count)
{
    for (long i = 0; i < count; i++)
        connect_to_server(i);
    puts("holding");
    fflush(stdout);
    for (;;)
        pause();
}

int main(int argc, char *argv[])
{
    const char *mode = argc == 3 ? argv[1] : "";
    long number = argc == 3 ? strtol(argv[2], NULL, 10) : 0;
    alarm(60);

    if (strcmp(mode, "reset") == 0 || strcmp(mode, "abandon") == 0) {
        reset_each(number, mode[0] == 'a');
    } else if (strcmp(mode, "syn") == 0) {
        send_syns(number);
    } else if (strcmp(mode, "hold") == 0) {
        hold(number);
    } else {
        fputs("usage: hostile reset|abandon|syn|hold NUMBER\n", stderr);
        return 2;
    }
    return 0;
}
