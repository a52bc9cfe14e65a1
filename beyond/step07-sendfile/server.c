// The path of a request names a file in beyond/public: a browser shows a page with a picture.
//
// Run   make step07 && strace ./a.out, in the repository's top folder
// Read  man 2 open
//       man 2 fstat
//       man 2 sendfile

#define _GNU_SOURCE // memmem
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
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

// What a browser is to take a file for, by the ending of its name.
static const char *type_of(const char *name)
{
    const char *dot = strrchr(name, '.'), *ending = dot == NULL ? "" : dot;
    return strcmp(ending, ".html") == 0  ? "text/html"
           : strcmp(ending, ".css") == 0 ? "text/css"
           : strcmp(ending, ".png") == 0 ? "image/png"
                                         : "text/plain";
}

// Returns the head of the reply to a request. Opens the file that follows it, and sets its size.
static const char *reply_to(char *request, size_t length, int *file_fd, off_t *size)
{
    if (memmem(request, length, "\r\n\r\n", 4) == NULL)
        return "HTTP/1.0 431 Request Header Fields Too Large\r\n\r\n";
    int head_only = strncmp(request, "HEAD /", 6) == 0;
    if (!head_only && strncmp(request, "GET /", 5) != 0)
        return "HTTP/1.0 400 Bad Request\r\n\r\n";
    char *name = request + (head_only ? 6 : 5);
    name[strcspn(name, " ?\r")] = '\0';
    name = *name == '\0' ? "index.html" : name;
    // Without a slash, and with no link followed, no name leads out of the folder.
    if (strchr(name, '/') == NULL)
        *file_fd = open(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    struct stat file;
    if (*file_fd == -1 || fstat(*file_fd, &file) == -1 || !S_ISREG(file.st_mode))
        return "HTTP/1.0 404 Not Found\r\n\r\n";
    *size = head_only ? 0 : file.st_size;
    const char *head = "HTTP/1.0 200 OK\r\nContent-Type: %s\r\nContent-Length: %lld\r\n\r\n";
    snprintf(request, LONGEST, head, type_of(name), (long long)file.st_size);
    return request; // the reply has taken its place
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
    int file_fd = -1;
    off_t left = 0;
    const char *reply = reply_to(request, length, &file_fd, &left);
    if (check("send", send(connected_fd, reply, strlen(reply), MSG_MORE)) == -1)
        left = 0; // no file without its head
    while (left > 0) {
        ssize_t n = check("sendfile", sendfile(connected_fd, file_fd, NULL, (size_t)left));
        left = n > 0 ? left - n : 0;
    }
    if (file_fd != -1)
        check("close", close(file_fd));

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
        check("listen", listen(listening_fd, SOMAXCONN)) ||
        check("chdir beyond/public", chdir("beyond/public")))
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
