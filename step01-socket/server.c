// A program asks the kernel for a TCP socket, and holds it.
//
// Run   make step01 && strace ./a.out
// Read  man 2 socket
//       man 2 pause

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

    fprintf(stderr, "Socket is open, with no address\n");

    pause(); // stay alive: when a program ends, the kernel closes its sockets
}
