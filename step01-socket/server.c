// make step01 && strace ./a.out: a program asks the kernel for a socket, and holds it.
//
// Visit  make clients && clients/client    (or: python3 clients/client.py, ruby clients/client.rb)
// Read   man 2 socket, and so on for each call; man 7 ip, tcp, socket, signal

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
