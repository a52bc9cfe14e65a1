// make step03 && strace ./a.out: the kernel completes handshakes, and nobody picks the clients up.
//
// Visit  make clients && clients/client    (or: python3 clients/client.py, ruby clients/client.rb)
// Read   man 2 socket, and so on for each call; man 7 ip, tcp, socket, signal

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
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

    setvbuf(stdout, NULL, _IONBF, 0); // unbuffered: print at once, also into a pipe or a file
    fputs("Server is listening on 0.0.0.0:8001\n", stdout);

    pause();
}
