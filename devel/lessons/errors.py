"""The experiments of docs/errors.md: what brings each error about. README.md beside this file says how a page shows
what came out."""

from pathlib import Path

from experiments import ONCE, START, started, stopped, traced
from scene import NotHere

TRACE_BIND = "cc server.c && strace -e bind ./a.out"


def misspelt03(scene):
    scene.server("step03-listen", ("listen(listening_fd", "listens(listening_fd"))
    scene.run(1, "cc server.c")


def length02(scene):
    scene.server("step02-bind", ("sizeof address)", "sizeof &address)"))
    scene.run(1, TRACE_BIND)


def closed05(scene):
    write = "        if (write("
    started(scene, "step05-write", (write, f"        close(connected_fd);\n{write}"))
    scene.run(2, ONCE)
    scene.sees(1, "close: ")
    scene.enough(1)


def wrong05(scene):
    started(scene, "step05-write", ("write(connected_fd", "write(listening_fd"))
    scene.run(2, ONCE)
    scene.sees(1, "write: ")
    scene.enough(1)


def segfault05(scene):
    traced(scene, "step05-write", ('reply[] = "hello world"', "*reply = NULL"))
    scene.run(2, ONCE)
    scene.shows_prompt(1)


def brackets02(scene):
    call = "socket(AF_INET, SOCK_STREAM, 0)"
    scene.server("step02-bind", (f" = {call}", ""), ("listening_fd == -1", f"(listening_fd = {call} == -1)"))
    scene.run(1, TRACE_BIND)


def foreign02(scene):
    scene.server("step02-bind", ("htonl(INADDR_ANY)", "INADDR_LOOPBACK"))
    scene.run(1, TRACE_BIND)


def privileged02(scene):
    lowest = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")
    if lowest.exists() and int(lowest.read_text(encoding="utf-8")) <= 80:
        raise NotHere("port 80 is free for every user here, as in a container")
    scene.server("step02-bind", ("htons(8001)", "htons(80)"))
    scene.run(1, START)


def late05(scene):
    shutdown = 'sleep(1);\n        if (shutdown(connected_fd, SHUT_WR) == -1)\n            perror("shutdown");\n'
    started(scene, "step05-write", ('if (write(...perror("write");\n', shutdown))
    scene.run(2, "python3 clients/rude.py")
    scene.sees(1, "shutdown: ")
    scene.enough(1)


def unblocked04(scene):
    edit = ("SOCK_STREAM,", "SOCK_STREAM | SOCK_NONBLOCK,")
    started(scene, "step04-accept", edit, seen="(?s)accept: .*accept: ")
    stopped(scene, 1)
