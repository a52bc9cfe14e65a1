"""Changes of step05's server.c, and what each earns: servers that are right, and others."""

from judge.mistakes.source import (
    ACCEPT, ADDRESS, BIND, CLOSE, FORK, IF_WRITE, LOOP, REPLY, SOCKET, WRITE,
)

MAIN = "int main(void)\n{\n"
WHOLE_LOOP = LOOP + '...perror("close");\n    }\n'
SERVE_ALL = """    for (int client;;) {
        WAIT
        while ((client = accept4(listening_fd, NULL, NULL, SOCK_NONBLOCK)) != -1) {
            write(client, "hello world", 11);
            close(client);
        }
    }
"""
POLL = SERVE_ALL.replace(
    "WAIT", "poll(&(struct pollfd){.fd = listening_fd, .events = POLLIN}, 1, 200);")
EPOLL = """    int queue = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.fd = listening_fd};
    epoll_ctl(queue, EPOLL_CTL_ADD, listening_fd, &event);
""" + SERVE_ALL.replace("WAIT", "epoll_wait(queue, &event, 1, -1);")
SELECT = """    fd_set set = {0};
    FD_SET(listening_fd, &set);
""" + SERVE_ALL.replace("WAIT", """struct timeval limit = {.tv_usec = 300000};
        select(4, &set, NULL, NULL, &limit);
        if (!FD_ISSET(listening_fd, &set))
            continue;""")
OPTION = ("    if (setsockopt(listening_fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, 4) == -1)\n"
          '        return perror("setsockopt"), 1;\n')
FORGET_CHILDREN = ("    signal(SIGPIPE, SIG_IGN);", "    signal(SIGCHLD, SIG_IGN);")
NONBLOCK = (SOCKET, "socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)")
SERVE = """static void *serve(void *client)
{
    send((intptr_t)client, "hello world", 11, 0);
    close((intptr_t)client);
    return NULL;
}
"""
START = """        pthread_t thread;
        static int client;
        client = connected_fd;
        if (pthread_create(&thread, NULL, serve, (void *)(intptr_t)connected_fd) == 0)
            pthread_detach(thread);
"""


def include(name, more=""):
    return MAIN, f"#include <{name}>\n{more}{MAIN}"


def threads(serve, start):
    return include("pthread.h", "#include <stdint.h>\n" + serve), (
        REPLY + '...perror("close");\n', start)


CHANGES = (
    ("right", "accept4 and send: MSG_NOSIGNAL in place of signal", (
        (SOCKET, "socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP)"),
        ("SOMAXCONN", "1"), ("    signal(SIGPIPE, SIG_IGN);", ""),
        (LOOP, "    struct sockaddr_in peer;\n    socklen_t length = sizeof peer;\n" + LOOP),
        (ACCEPT, "accept4(listening_fd, (struct sockaddr *)&peer, &length, SOCK_CLOEXEC)"),
        (WRITE, "send(connected_fd, reply, strlen(reply), MSG_NOSIGNAL)"),
        (CLOSE, "        shutdown(connected_fd, SHUT_WR);\n" + CLOSE))),
    ("right", "daemon: it goes to the background, and its starter ends", (
        (MAIN, MAIN + "    if (fork())\n        _exit(0);\n    setsid();\n"),)),
    ("right", "dual stack: one IPv6 socket that takes IPv4 clients too; several writes", (
        (SOCKET, "socket(AF_INET6, SOCK_STREAM, 0)"),
        (ADDRESS + " = {...};",
         "    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons(8001)};"),
        (IF_WRITE, "        for (int i = 0; i < 11; i++)\n"
         "            write(connected_fd, reply + i, 1);\n"))),
    ("right", "epoll, edge-triggered, until EAGAIN", (
        include("sys/epoll.h"), NONBLOCK, (WHOLE_LOOP, EPOLL))),
    ("right", "fork: a child for each client; the children die of SIGPIPE alone", (
        FORGET_CHILDREN, (CLOSE, "        _exit(0);\n"),
        (REPLY, FORK + "        close(listening_fd);\n" + REPLY))),
    ("right", "inetd: another program writes to the connection", (
        FORGET_CHILDREN,
        (IF_WRITE, '        if (fork() == 0) {\n            dup2(connected_fd, 1);\n'
         '            execlp("printf", "printf", reply, NULL);\n        }\n'))),
    ("right", "poll with a time limit, EAGAIN is no error", (
        include("poll.h"), NONBLOCK, (WHOLE_LOOP, POLL))),
    ("right", "prefork: two processes accept on one socket", ((LOOP, "    fork();\n" + LOOP),)),
    ("right", "threads: one for each client", threads(SERVE, START)),
    ("accept/shared-variable", "threads get a pointer to one variable", threads(
        SERVE.replace("(intptr_t)client", "*(int *)client"),
        START.replace("(void *)(intptr_t)connected_fd", "&client"))),
    ("accept/set-once", "select, its set filled once", (
        include("sys/select.h"), NONBLOCK, (WHOLE_LOOP, SELECT))),
    ("bind/family", "an IPv4 address for an IPv6 socket", (
        (SOCKET, "socket(AF_INET6, SOCK_STREAM, 0)"),)),
    ("right", "no family", (("        .sin_family = AF_INET,\n", ""),)),
    ("note no-reuseaddr", "without SO_REUSEADDR", (("    int on = 1;\n..." + ADDRESS, ADDRESS),)),
    ("note no-reuseaddr", "SO_REUSEADDR after bind", (
        ("    int on = 1;\n..." + ADDRESS, ADDRESS), (LOOP, OPTION + LOOP))),
    ("setsockopt/arguments", "after listen", ((LOOP, OPTION.replace(", 4", ", 1") + LOOP),)),
    ("note no-failure", "perror without if", ((f"if ({WRITE} == -1)", WRITE + ";"),)),
    ("note wrong-descriptor", "closes twice", ((CLOSE, "        close(connected_fd);\n" + CLOSE),)),
    ("setsockopt/arguments", "a bool for the option", (("int on = 1", "_Bool on = 1"),)),
    ("accept/ended", "no loop", ((LOOP, "    {\n        int"), ("continue;", ""))),
    ("write/missing", "an address that is none", ((WRITE, "write(connected_fd, (void *)1, 11)"),)),
    ("run/waits", "step04's pause is left in the loop", (
        (LOOP, LOOP.replace("int", "pause();\n        int")),)),
    ("run/waits", "sleeps before accept", ((LOOP, "    sleep(60);\n" + LOOP),)),
    ("run/error", "binds twice", (("listen(listening_fd, SOMAXCONN)", BIND),)),
    ("run/error", "ends by itself after the third", (
        (LOOP, "    int clients = 0;\n" + LOOP),
        (CLOSE, CLOSE + "        if (++clients == 3)\n            _exit(3);\n"))),
)
