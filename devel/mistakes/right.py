"""Servers that are right, as changes of step05's server.c. The others are in correct/."""

from judge.mistakes.source import (
    ACCEPT, ADDRESS, CLOSE, FORK, IF_WRITE, LISTEN, LOOP, REPLY, SIGPIPE, SOCKET, WRITE,
)

MAIN = "int main(void)\n{\n"
THREAD = """static void *serve(void *argument)
{
    int client = (int)(intptr_t)argument;
    struct iovec text = {"hello world", 11};
    struct msghdr message = {.msg_iov = &text, .msg_iovlen = 1};
    sendmsg(client, &message, 0);
    close(client);
    return NULL;
}
"""
START_THREAD = """        pthread_t thread;
        if (pthread_create(&thread, NULL, serve, (void *)(intptr_t)connected_fd) == 0)
            pthread_detach(thread);
"""
SERVERS = {
    # The client's address, and send with MSG_NOSIGNAL in place of signal.
    "accept4 and send": (
        (SOCKET, "socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP)"), (LISTEN, "listen(listening_fd, 1)"),
        (SIGPIPE, ""), (LOOP, "    struct sockaddr_in peer;\n    socklen_t length = sizeof peer;\n" + LOOP),
        (ACCEPT, "accept4(listening_fd, (struct sockaddr *)&peer, &length, SOCK_CLOEXEC)"),
        (WRITE, "send(connected_fd, reply, strlen(reply), MSG_NOSIGNAL)"),
        (CLOSE, "        shutdown(connected_fd, SHUT_WR);\n" + CLOSE)),
    # It goes to the background, as daemons do, and its starter ends. umask's answer is octal.
    "daemon": (
        (MAIN, "#include <sys/stat.h>\n" + MAIN + "    umask(0);\n" + "    if (fork())\n        _exit(0);\n" +
         "    setsid();\n    if (fork())\n        _exit(0);\n"),),
    # One IPv6 socket that takes IPv4 clients too; several writes make up the reply.
    "dual stack": (
        (SOCKET, "socket(AF_INET6, SOCK_STREAM, 0)"),
        (ADDRESS + " = {...};",
         "    int off = 0;\n    setsockopt(listening_fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);\n"
         "    setsockopt(listening_fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);\n"
         "    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons(8001)};"),
        (IF_WRITE, "        for (const char *c = reply; *c && write(connected_fd, c, 1) != -1; c++)\n            ;\n")),
    # A child for each client, writev for the reply. The children die of SIGPIPE alone.
    "fork": (
        (MAIN, "#include <sys/uio.h>\n" + MAIN), (SIGPIPE, "    signal(SIGCHLD, SIG_IGN);\n"),
        (REPLY, FORK + "        close(listening_fd);\n" + REPLY),
        (WRITE, 'writev(connected_fd, (struct iovec[]){{"hello ", 6}, {"world", 5}}, 2)'),
        (CLOSE, "        _exit(0);\n")),
    # It moves the listening socket to a higher descriptor, and closes the lower one.
    "listener moved": (
        (MAIN, "#include <fcntl.h>\n" + MAIN),
        (LOOP, "    int low = listening_fd;\n    listening_fd = fcntl(low, F_DUPFD, 100);\n    close(low);\n" + LOOP)),
    # An address without a family, which Linux takes for IPv4.
    "no family": (("        .sin_family = AF_INET,\n", ""),),
    # Three processes accept on one socket, the parent waits for them.
    "prefork": (
        (MAIN, "#include <sys/wait.h>\n" + MAIN),
        (LOOP, "    int children = 0;\n    while (children < 3 && fork())\n        children++;\n"
         "    if (children == 3) {\n"
         "        close(listening_fd);\n        wait(NULL);\n    }\n" + LOOP)),
    # A thread for each client, sendmsg for the reply.
    "threads": (
        (MAIN, "#include <pthread.h>\n#include <stdint.h>\n" + THREAD + MAIN),
        (REPLY + '...perror("close");\n', START_THREAD)),
    # It wakes up a thousand times a second to see whether it may begin, as runtimes do.
    "waits with a time limit": (
        (MAIN, "#include <linux/futex.h>\n#include <sys/syscall.h>\n#include <time.h>\n" + MAIN +
         "    int never = 0;\n    struct timespec millisecond = {.tv_nsec = 1000000};\n"
         "    for (int i = 0; i < 150; i++)\n        syscall(SYS_futex, &never, FUTEX_WAIT, 0, &millisecond);\n"),),
    # Told about it. The check leaves no TIME_WAIT behind, so that a second check passes right after the first.
    "without SO_REUSEADDR": (("    int on = 1;\n..." + ADDRESS, ADDRESS),),
}
