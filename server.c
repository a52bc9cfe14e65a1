// Each client is told "hello world", and its connection closed.
//
// Run   make step05 && strace ./a.out
// Read  man 2 write
//       man 7 signal (SIGPIPE)

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    int listening_fd = socket(AF_INET, SOCK_STREAM, 0);
    if (listening_fd == -1) {
        perror("socket");
        return 1;
    }

    // Without this, bind fails for a minute after this port has served somebody.
    int on = 1;
    if (setsockopt(listening_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == -1) {
        perror("setsockopt");
        return 1;
    }

    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(8001), // host to network: most significant byte first
        .sin_addr.s_addr = htonl(INADDR_ANY), // 0.0.0.0: every address that this machine has
    };
    // The cast: bind takes the address of any family, and each has a struct of its own.
    if (bind(listening_fd, (struct sockaddr *)&address, sizeof address) == -1) {
        perror("bind");
        return 1;
    }

    if (listen(listening_fd, SOMAXCONN) == -1) {
        perror("listen");
        return 1;
    }

    signal(SIGPIPE, SIG_IGN); // else a write to a client that has gone would end the server
    fprintf(stderr, "Server is listening on 0.0.0.0:8001\n");

    for (;;) {
        int connected_fd = accept(listening_fd, NULL, NULL);
        if (connected_fd == -1) {
            perror("accept");
            sleep(1); // no descriptor free, say: trying again at once would fail again
            continue;
        }

        const char reply[] = "hello world";
        if (write(connected_fd, reply, strlen(reply)) == -1)
            perror("write");

        if (close(connected_fd) == -1)
            perror("close");
    }
}
