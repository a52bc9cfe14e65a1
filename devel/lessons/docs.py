"""The experiments of the pages in docs/: what brings each error about, and riddles."""
from experiments import FILES, LOOK, ONCE, RUNS, START, TRACED, WAITS
from scene import hide, see, server, states

TRACED_BIND = "cc server.c && strace -e bind ./a.out"
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
closed05 = (server("step05-write", CLOSES), (1, START, RUNS), (2, ONCE), see(1, "close: "))
wrong05 = (server("step05-write", ("write(connected_fd", "write(listening_fd")), (1, START, RUNS),
           (2, ONCE), see(1, "write: "))
segfault05 = (server("step05-write", ('reply[] = "hello world"', "*reply = NULL")),
              (1, TRACED, WAITS), (2, ONCE), see(1))
brackets02 = (server("step02-bind", *BRACKETS), (1, TRACED_BIND))
foreign02 = (server("step02-bind", ("htonl(INADDR_ANY)", "INADDR_LOOPBACK")), (1, TRACED_BIND))
privileged02 = (server("step02-bind", ("htons(8001)", "htons(80)")), (1, START))
late05 = (server("step05-write", SHUTS), (1, START, RUNS), (2, "python3 clients/rude.py"),
          see(1, "shutdown: "))
unblocked04 = (server("step04-accept", ("SOCK_STREAM,", "SOCK_STREAM | SOCK_NONBLOCK,")),
               (1, START, "(?s)accept: .*accept: "), (1, "^C"))


def opened(number):
    """The riddle of this number is started in terminal 1."""
    return (1, f"make riddle NAME={number}"), (1, "strace ./a.out", WAITS)


colleague05 = (*opened(22), (3, "ss -ltn 'sport = :8001'"), (1, "^C"))  # bind/loopback-only
liar05 = (*opened(63), (2, ONCE), (1, "^C"))  # bind/port-zero
astray05 = (*opened(29), (2, ONCE, ""), see(1, WAITS, 2), (2, "^C"), (1, "^C"))  # accept/precedence
held05 = (*opened(56), (2, ONCE, ""), see(1, WAITS, 2), (3, FILES), (2, "^C"),
          (1, "^C"))  # close/duplicate
slowly05 = (*opened(12), (2, ONCE), (2, ONCE), (2, ONCE), (3, FILES), (1, "^C"))  # close/leak
polite05 = (*opened(49), (2, ONCE, ""), see(1, r"^read\(4"), states("ESTAB"),
            (3, LOOK))  # write/waits-for-more
first05 = (*opened(96), (2, ONCE, ""), see(1, r"EBADF \(Bad file descriptor\)$"), hide(1),
           (2, "^C"), (2, ONCE), (1, "^C"))  # accept/closes-listener
