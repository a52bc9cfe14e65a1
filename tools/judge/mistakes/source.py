"""Pieces of step05's server.c, which the mistakes change."""

SOCKET = "socket(AF_INET, SOCK_STREAM, 0)"
ADDRESS = "    struct sockaddr_in address"
ANY = "htonl(INADDR_ANY)"
BIND = "bind(listening_fd, (struct sockaddr *)&address, sizeof address)"
CAST = "    // The cast:"
IF_BIND = "    if (bind(...return 1;\n    }\n"
IF_LISTEN = "    if (listen(...return 1;\n    }\n\n"
LOOP = "    for (;;) {\n        int"
ACCEPT = "accept(listening_fd, NULL, NULL)"
REPLY = "        const char reply"
WRITE = "write(connected_fd, reply, strlen(reply))"
IF_WRITE = f'        if ({WRITE} == -1)\n            perror("write");\n'
CLOSE = '        if (close(connected_fd) == -1)\n            perror("close");\n'
# The parent goes on, and the child serves.
FORK = """        if (fork() != 0) {
            close(connected_fd);
            continue;
        }
"""
