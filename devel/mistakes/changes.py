"""Changes of step05's server.c, and what each earns: servers that are right, and further wrong ones."""

from judge.mistakes.source import (
    ACCEPT, ADDRESS, CLOSE, FORK, IF_WRITE, LISTEN, LOOP, REPLY, SIGPIPE, SOCKET, WRITE,
)

MAIN = "int main(void)\n{\n"
WHOLE_LOOP = LOOP + '...perror("close");\n    }\n'
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
POLL = """    struct pollfd waiting = {.fd = listening_fd, .events = POLLIN};
    for (;;) {
        int client;
        if (poll(&waiting, 1, 200) == 1)
            while ((client = accept4(listening_fd, NULL, NULL, SOCK_NONBLOCK)) != -1) {
                write(client, "hello world", 11);
                close(client);
            }
    }
"""
EPOLL = """    int queue = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.fd = listening_fd};
    epoll_ctl(queue, EPOLL_CTL_ADD, listening_fd, &event);
    for (;;) {
        int client;
        epoll_wait(queue, &event, 1, -1);
        if (event.data.fd != listening_fd) {
            write(event.data.fd, "hello world", 11);
            close(event.data.fd);
        } else
            while ((client = accept4(listening_fd, NULL, NULL, SOCK_NONBLOCK)) != -1) {
                event = (struct epoll_event){.events = EPOLLOUT | EPOLLET, .data.fd = client};
                epoll_ctl(queue, EPOLL_CTL_ADD, client, &event);
            }
    }
"""
SIX = """    int fd6 = socket(AF_INET6, SOCK_STREAM, 0);
    setsockopt(fd6, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(fd6, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    struct sockaddr_in6 address6 = {.sin6_family = AF_INET6, .sin6_port = htons(8001)};
    bind(fd6, (struct sockaddr *)&address6, sizeof address6);
    listen(fd6, SOMAXCONN);
    struct pollfd both[] = {{.fd = listening_fd, .events = POLLIN}, {.fd = fd6, .events = POLLIN}};
"""
NONBLOCK = (SOCKET, "socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)")


def include(name):
    return MAIN, f"#include <{name}>\n" + MAIN


CHANGES = (
    # --- right -----------------------------------------------------------------------------------
    ("right", "accept4 and send: the client's address, MSG_NOSIGNAL in place of signal", (
        (SOCKET, "socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP)"),
        (LISTEN, "listen(listening_fd, 1)"), (SIGPIPE, ""),
        (LOOP, "    struct sockaddr_in peer;\n    socklen_t length = sizeof peer;\n" + LOOP),
        (ACCEPT, "accept4(listening_fd, (struct sockaddr *)&peer, &length, SOCK_CLOEXEC)"),
        (WRITE, "send(connected_fd, reply, strlen(reply), MSG_NOSIGNAL)"),
        (CLOSE, "        shutdown(connected_fd, SHUT_WR);\n" + CLOSE))),
    ("right", "daemon: it goes to the background, and its starter ends", (
        (MAIN, "#include <sys/stat.h>\n" + MAIN + "    umask(0);\n    if (fork())\n        _exit(0);\n"
         "    setsid();\n    if (fork())\n        _exit(0);\n"),)),
    ("right", "dual stack: one IPv6 socket that takes IPv4 clients too; several writes", (
        (SOCKET, "socket(AF_INET6, SOCK_STREAM, 0)"),
        (ADDRESS + " = {...};",
         "    int off = 0;\n    setsockopt(listening_fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);\n"
         "    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons(8001)};"),
        (IF_WRITE, "        for (const char *c = reply; *c && write(connected_fd, c, 1) != -1; c++)\n"
         "            ;\n"))),
    ("right", "epoll, edge-triggered, until EAGAIN", (
        include("sys/epoll.h"), NONBLOCK, (WHOLE_LOOP, EPOLL))),
    ("right", "fork: a child for each client, writev; the children die of SIGPIPE alone", (
        include("sys/uio.h"), (SIGPIPE, "    signal(SIGCHLD, SIG_IGN);\n"),
        (REPLY, FORK + "        close(listening_fd);\n" + REPLY),
        (WRITE, 'writev(connected_fd, (struct iovec[]){{"hello ", 6}, {"world", 5}}, 2)'),
        (CLOSE, "        _exit(0);\n"))),
    ("right", "inetd: another program writes to the connection", (
        (SIGPIPE, "    signal(SIGCHLD, SIG_IGN);\n"),
        (IF_WRITE, '        if (fork() == 0) {\n            dup2(connected_fd, 1);\n'
         '            close(connected_fd);\n            execlp("printf", "printf", reply, NULL);\n'
         '            _exit(127);\n        }\n'))),
    ("right", "listener moved to a higher descriptor, and the lower one closed", (
        include("fcntl.h"),
        (LOOP, "    int low = listening_fd;\n    listening_fd = fcntl(low, F_DUPFD, 100);\n"
         "    close(low);\n" + LOOP))),
    ("note no-family", "no family", (("        .sin_family = AF_INET,\n", ""),)),
    ("right", "poll with a time limit, EAGAIN is no error", (
        include("poll.h"), NONBLOCK, (WHOLE_LOOP, POLL))),
    ("right", "prefork: three processes accept on one socket", (
        include("sys/wait.h"),
        (LOOP, "    int children = 0;\n    while (children < 3 && fork())\n        children++;\n"
         "    if (children == 3) {\n        close(listening_fd);\n        wait(NULL);\n    }\n" + LOOP))),
    ("right", "threads: one for each client, sendmsg", (
        (MAIN, "#include <pthread.h>\n#include <stdint.h>\n" + THREAD + MAIN),
        (REPLY + '...perror("close");\n', START_THREAD))),
    ("right", "two families: another socket for IPv6 alone", (
        include("poll.h"),
        (LOOP, SIX + "    for (;;) {\n        poll(both, 2, -1);\n        int"),
        (ACCEPT, "accept(both[both[0].revents == 0].fd, NULL, NULL)"))),
    ("right", "waits a thousand times a second before it begins, as runtimes do", (
        (MAIN, "#include <linux/futex.h>\n#include <sys/syscall.h>\n#include <time.h>\n" + MAIN +
         "    int never = 0;\n    struct timespec millisecond = {.tv_nsec = 1000000};\n"
         "    for (int i = 0; i < 150; i++)\n"
         "        syscall(SYS_futex, &never, FUTEX_WAIT, 0, &millisecond);\n"),)),
    ("note no-reuseaddr", "without SO_REUSEADDR", (("    int on = 1;\n..." + ADDRESS, ADDRESS),)),
    # --- wrong -----------------------------------------------------------------------------------
    ("setsockopt/arguments", "a bool for the option", (("int on = 1", "_Bool on = 1"),)),
    ("accept/ends-after-clients", "no loop", ((LOOP, "    {\n        int"), ("            continue;\n", ""))),
    ("note wrong-descriptor", "closes twice", ((CLOSE, "        close(connected_fd);\n" + CLOSE),)),
    ("run/error", "ends by itself after the third", (
        (CLOSE, CLOSE + "        static int clients;\n        if (++clients == 3)\n            _exit(3);\n"),)),
)
