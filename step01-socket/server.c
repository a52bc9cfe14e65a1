// step01-socket: a program asks the kernel for a socket, and holds it.
//
// Run    make step01 && strace ./a.out
// Visit  make clients && clients/client    (or: python3 clients/client.py, ruby clients/client.rb)
// Read   socket(2), ip(7)

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

    setvbuf(stdout, NULL, _IONBF, 0); // unbuffered: print at once, also into a pipe or a file
    fputs("Socket is open, with no address\n", stdout);

    pause();
}
