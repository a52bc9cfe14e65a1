"""The experiments of the pages in docs/: what brings each error about, and riddles."""
from experiments import ASK, FILES, LOOK, ONCE, RUN, START, STOP, TRACE, TRACED_BIND, WAITS
from scene import hide, see, server, states

SOCKET = "socket(AF_INET, SOCK_STREAM, 0)"
BRACKETS = (f" = {SOCKET}", ""), ("listening_fd == -1", f"(listening_fd = {SOCKET} == -1)")
CLOSES = ("        if (write(", "        close(connected_fd);\n        if (write(")
SHUTS = ('if (write(...perror("write");\n', """\
sleep(1);
        if (shutdown(connected_fd, SHUT_WR) == -1)
            perror("shutdown");
""")

misspelt03 = (server("step03-listen", ("listen(listening_fd", "listens(listening_fd")),
              (1, "cc server.c"))
length02 = (server("step02-bind", ("sizeof address)", "sizeof &address)")), (1, TRACED_BIND))
closed05 = server("step05-write", CLOSES), RUN, ASK, see(1, "close: ")
wrong05 = (server("step05-write", ("write(connected_fd", "write(listening_fd")), RUN, ASK,
           see(1, "write: "))
segfault05 = (server("step05-write", ('reply[] = "hello world"', "*reply = NULL")), TRACE, ASK,
              see(1))
brackets02 = server("step02-bind", *BRACKETS), (1, TRACED_BIND)
foreign02 = (server("step02-bind", ("htonl(INADDR_ANY)", "INADDR_LOOPBACK")), (1, TRACED_BIND))
privileged02 = (server("step02-bind", ("htons(8001)", "htons(80)")), (1, START))
late05 = server("step05-write", SHUTS), RUN, (2, "python3 clients/rude.py"), see(1, "shutdown: ")
unblocked04 = (server("step04-accept", ("SOCK_STREAM,", "SOCK_STREAM | SOCK_NONBLOCK,")),
               (1, START, "(?s)accept: .*accept: "), STOP)


def riddle(number):
    """The riddle of this number is started in terminal 1."""
    return (1, f"make riddle NAME={number}"), (1, "strace ./a.out", WAITS)


WAITING = (2, ONCE, ""), see(1, WAITS, 2)  # a client that gets nothing, and the server waits again
colleague05 = *riddle(22), (3, "ss -ltn 'sport = :8001'"), STOP  # bind/loopback-only
liar05 = *riddle(63), ASK, STOP  # bind/port-zero
astray05 = *riddle(29), *WAITING, (2, "^C"), STOP  # accept/precedence
held05 = *riddle(56), *WAITING, (3, FILES), (2, "^C"), STOP  # close/duplicate
slowly05 = *riddle(12), ASK, ASK, ASK, (3, FILES), STOP  # close/leak
polite05 = (*riddle(49), (2, ONCE, ""), see(1, r"^read\(4"), states("ESTAB"),
            (3, LOOK))  # write/waits-for-more
first05 = (*riddle(96), (2, ONCE, ""), see(1, r"EBADF \(Bad file descriptor\)$"), hide(1),
           (2, "^C"), ASK, STOP)  # accept/closes-listener
