"""Pieces of step05's server.c, which the mistakes change."""

SOCKET = "socket(AF_INET, SOCK_STREAM, 0)"
ADDRESS = "    struct sockaddr_in address"
PORT = ".sin_port = htons(8001)"
ANY = "htonl(INADDR_ANY)"
BIND = "bind(listening_fd, (struct sockaddr *)&address, sizeof address)"
IF_BIND = f'    if ({BIND} == -1) {{\n        perror("bind");\n        return 1;\n    }}\n'
LISTEN = "listen(listening_fd, SOMAXCONN)"
IF_LISTEN = f'    if ({LISTEN} == -1) {{\n        perror("listen");\n        return 1;\n    }}\n\n'
SIGPIPE = "    signal(SIGPIPE, SIG_IGN); // else...\n"
LOOP = "    for (;;) {\n        int"
ACCEPT = "accept(listening_fd, NULL, NULL)"
REPLY = "        const char reply"
WRITE = "write(connected_fd, reply, strlen(reply))"
IF_WRITE = f'        if ({WRITE} == -1)\n            perror("write");\n'
CLOSE = '        if (close(connected_fd) == -1)\n            perror("close");\n'
INCLUDE = "#include <signal.h>"
# The parent goes on, and the child serves; and everything from socket on in the loop.
FORK = """        if (fork() != 0) {
            close(connected_fd);
            continue;
        }
"""
IN_LOOP = (("int main(void)\n{", "int main(void)\n{\n    for (;;) {"), (LOOP, "    {\n        int"))
