// make step05 && strace ./a.out: every client is told "hello world", then hung up on.
//
// Visit  make clients && clients/client    (or: python3 clients/client.py, ruby clients/client.rb)
// Read   man 2 socket, and so on for each call; man 7 ip, tcp, socket, signal

#include <arpa/inet.h>
#include <errno.h>
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

    // Without this, a restart within a minute of serving a client fails: Address already in use.
    int on = 1;
    if (setsockopt(listening_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == -1) {
        perror("setsockopt");
        return 1;
    }

    // Port and address travel most significant byte first; htons and htonl turn ours around.
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(8001),
        .sin_addr.s_addr = htonl(INADDR_ANY), // 0.0.0.0: every address this machine has
    };
    if (bind(listening_fd, (struct sockaddr *)&address, sizeof address) == -1) {
        perror("bind");
        return 1;
    }

    if (listen(listening_fd, SOMAXCONN) == -1) {
        perror("listen");
        return 1;
    }

    // Without this, writing to a client that has reset the connection would end the server.
    signal(SIGPIPE, SIG_IGN);

    setvbuf(stdout, NULL, _IONBF, 0); // unbuffered: print at once, also into a pipe or a file
    fputs("Server is listening on 0.0.0.0:8001\n", stdout);

    for (;;) {
        int connected_fd = accept(listening_fd, NULL, NULL);
        if (connected_fd == -1) {
            int error = errno; // perror may change errno
            perror("accept");
            if (error == EBADF || error == EINVAL || error == ENOTSOCK)
                return 1; // our own socket is wrong, and stays wrong
            sleep(1); // no descriptor left, say: asking at once would fail again
            continue;
        }

        const char reply[] = "hello world";
        ssize_t written = write(connected_fd, reply, strlen(reply));
        if (written == -1)
            perror("write");
        else if ((size_t)written < strlen(reply))
            fprintf(stderr, "write: only %zd bytes\n", written);

        if (close(connected_fd) == -1)
            perror("close");
    }
}
