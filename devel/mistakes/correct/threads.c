// Correct: a thread for each client, sendmsg for the reply. Build with -pthread.

#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static void *serve(void *argument)
{
    int client = (int)(intptr_t)argument;
    struct iovec text = {"hello world", 11};
    struct msghdr message = {.msg_iov = &text, .msg_iovlen = 1};
    sendmsg(client, &message, 0);
    close(client);
    return NULL;
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    int on = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(8001)};
    if (bind(fd, (struct sockaddr *)&address, sizeof address) == -1 || listen(fd, 10) == -1) {
        perror("start");
        return 1;
    }
    for (;;) {
        int client = accept(fd, NULL, NULL);
        pthread_t thread;
        if (client == -1)
            continue;
        if (pthread_create(&thread, NULL, serve, (void *)(intptr_t)client) != 0)
            close(client);
        else
            pthread_detach(thread);
    }
}
