// Each client has a thread of its own: cheaper than a process, and with the descriptors of all.
//
// Run   make step09 && strace -f ./a.out
// Read  man 3 pthread_create
//       man 2 clone

#include "../reply.h" // of step07; includes <stdio.h> and <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

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

// What a thread does. Its argument is no pointer, but the number of the descriptor itself.
static void *serve_in_thread(void *argument)
{
    int connected_fd = (int)(intptr_t)argument;
    serve(connected_fd);
    check("close", close(connected_fd));
    return NULL;
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
        pthread_t thread;
        int error = pthread_create(&thread, NULL, serve_in_thread, (void *)(intptr_t)connected_fd);
        if (error == 0) {
            pthread_detach(thread); // nobody waits for its end
        } else {
            fprintf(stderr, "pthread_create: %s\n", strerror(error));
            close(connected_fd);
        }
    }
}
