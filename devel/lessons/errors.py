"""The experiments of docs/errors.md: what brings each error about."""
from pathlib import Path

from experiments import ONCE, RUNS, START, TRACED, WAITS
from scene import hide, see, server

TRACED_BIND = "cc server.c && strace -e bind ./a.out"
SOCKET = "socket(AF_INET, SOCK_STREAM, 0)"
BRACKETS = (f" = {SOCKET}", ""), ("listening_fd == -1", f"(listening_fd = {SOCKET} == -1)")
CLOSES = ("        if (write(", "        close(connected_fd);\n        if (write(")
SHUTS = ('if (write(...perror("write");\n', """\
sleep(1);
        if (shutdown(connected_fd, SHUT_WR) == -1)
            perror("shutdown");
""")


def privileged(scene):
    """In a container port 80 is often free for everybody."""
    lowest = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")
    if lowest.exists() and int(lowest.read_text(encoding="utf-8")) <= 80:
        scene.absent = "port 80 is free for every user here, as in a container"


misspelt03 = (server("step03-listen", ("listen(listening_fd", "listens(listening_fd")),
              (1, "cc server.c"))
length02 = (server("step02-bind", ("sizeof address)", "sizeof &address)")), (1, TRACED_BIND))
closed05 = (server("step05-write", CLOSES), (1, START, RUNS), (2, ONCE), see(1, "close: "), hide(1))
wrong05 = (server("step05-write", ("write(connected_fd", "write(listening_fd")), (1, START, RUNS),
           (2, ONCE), see(1, "write: "), hide(1))
segfault05 = (server("step05-write", ('reply[] = "hello world"', "*reply = NULL")),
              (1, TRACED, WAITS), (2, ONCE), see(1, "killed"))
brackets02 = (server("step02-bind", *BRACKETS), (1, TRACED_BIND))
foreign02 = (server("step02-bind", ("htonl(INADDR_ANY)", "INADDR_LOOPBACK")), (1, TRACED_BIND))
privileged02 = (privileged, server("step02-bind", ("htons(8001)", "htons(80)")), (1, START))
late05 = (server("step05-write", SHUTS), (1, START, RUNS), (2, "python3 clients/rude.py"),
          see(1, "shutdown: "), hide(1))
unblocked04 = (server("step04-accept", ("SOCK_STREAM,", "SOCK_STREAM | SOCK_NONBLOCK,")),
               (1, START, "(?s)accept: .*accept: "), (1, "^C"))
