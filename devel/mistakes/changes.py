"""Changes of step05's server.c, and what each earns: servers that are right, and others."""

from judge.mistakes.source import (
    ACCEPT, ADDRESS, CLOSE, FORK, IF_WRITE, LISTEN, LOOP, REPLY, SIGPIPE, SOCKET, WRITE,
)

MAIN = "int main(void)\n{\n"
WHOLE_LOOP = LOOP + '...perror("close");\n    }\n'
NONBLOCK = (SOCKET, "socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)")
THREAD = """static void *serve(void *client)
{
    send((intptr_t)client, "hello world", 11, 0);
    close((intptr_t)client);
    return NULL;
}
"""
START = """        pthread_t thread;
        if (pthread_create(&thread, NULL, serve, (void *)(intptr_t)connected_fd) == 0)
            pthread_detach(thread);
"""
POLL = """    struct pollfd waiting = {.fd = listening_fd, .events = POLLIN};
    for (int client;;)
        if (poll(&waiting, 1, 200) == 1)
            while ((client = accept4(listening_fd, NULL, NULL, SOCK_NONBLOCK)) != -1) {
                write(client, "hello world", 11);
                close(client);
            }
"""
EPOLL = """    int queue = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.fd = listening_fd};
    epoll_ctl(queue, EPOLL_CTL_ADD, listening_fd, &event);
    for (int client;;) {
        epoll_wait(queue, &event, 1, -1);
        while ((client = accept4(listening_fd, NULL, NULL, SOCK_NONBLOCK)) != -1) {
            write(client, "hello world", 11);
            close(client);
        }
    }
"""


def include(name, more=""):
    return MAIN, f"#include <{name}>\n{more}{MAIN}"


CHANGES = (
    ("right", "accept4 and send: MSG_NOSIGNAL in place of signal", (
        (SOCKET, "socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP)"),
        (LISTEN, "listen(listening_fd, 1)"), (SIGPIPE, ""),
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
        (SIGPIPE, "    signal(SIGCHLD, SIG_IGN);\n"), (CLOSE, "        _exit(0);\n"),
        (REPLY, FORK + "        close(listening_fd);\n" + REPLY))),
    ("right", "inetd: another program writes to the connection", (
        (SIGPIPE, "    signal(SIGCHLD, SIG_IGN);\n"),
        (IF_WRITE, '        if (fork() == 0) {\n            dup2(connected_fd, 1);\n'
         '            execlp("printf", "printf", reply, NULL);\n        }\n'))),
    ("right", "poll with a time limit, EAGAIN is no error", (
        include("poll.h"), NONBLOCK, (WHOLE_LOOP, POLL))),
    ("right", "prefork: two processes accept on one socket", ((LOOP, "    fork();\n" + LOOP),)),
    ("right", "threads: one for each client", (
        include("pthread.h", "#include <stdint.h>\n" + THREAD),
        (REPLY + '...perror("close");\n', START))),
    ("right", "no family", (("        .sin_family = AF_INET,\n", ""),)),
    ("note no-reuseaddr", "without SO_REUSEADDR", (("    int on = 1;\n..." + ADDRESS, ADDRESS),)),
    ("note wrong-descriptor", "closes twice", ((CLOSE, "        close(connected_fd);\n" + CLOSE),)),
    ("setsockopt/arguments", "a bool for the option", (("int on = 1", "_Bool on = 1"),)),
    ("accept/ended", "no loop", ((LOOP, "    {\n        int"), ("continue;", ""))),
    ("write/missing", "an address that is none", ((WRITE, "write(connected_fd, (void *)1, 11)"),)),
    ("run/not-reached", "sleeps before accept", ((LOOP, "    sleep(60);\n" + LOOP),)),
    ("run/error", "ends by itself after the third", (
        (LOOP, "    int clients = 0;\n" + LOOP),
        (CLOSE, CLOSE + "        if (++clients == 3)\n            _exit(3);\n"))),
)
