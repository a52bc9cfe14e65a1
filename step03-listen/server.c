// The socket listens: from now on the kernel answers whoever connects.
//
// Run   make step03 && strace ./a.out
// Read  man 2 listen
//       man 7 tcp

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

    fprintf(stderr, "Server is listening on 0.0.0.0:8001\n");

    pause(); // stay alive: when a program ends, the kernel closes its sockets
}
