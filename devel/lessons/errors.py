"""The experiments of docs/errors.md: what brings each error about. README.md beside this file says how a page shows
what came out."""

from pathlib import Path

from experiments import ONCE, START, started, stopped
from terminals import NotHere


def privileged02(scene):
    lowest = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")
    if lowest.exists() and int(lowest.read_text(encoding="utf-8")) <= 80:
        raise NotHere("port 80 is free for every user here, as in a container")
    scene.server("step02-bind", ("htons(8001)", "htons(80)"))
    scene.run(1, START)


def length02(scene):
    scene.server("step02-bind", ("sizeof address)", "sizeof &address)"))
    scene.run(1, START)


def notconnected03(scene):
    text = "    pause(); // stay alive: when a program ends, the kernel closes its sockets\n"
    scene.server("step03-listen", (text, '    if (read(listening_fd, &address, 1) == -1)\n        perror("read");\n'))
    scene.run(1, START)


def nolisten04(scene):
    text = """    if (listen(listening_fd, SOMAXCONN) == -1) {
        perror("listen");
        return 1;
    }

"""
    scene.server("step04-accept", (text, ""))
    scene.type(1, START)
    scene.sees(1, "accept: ", 2)
    stopped(scene, 1)


def wrong05(scene):
    scene.server("step05-write", ("write(connected_fd", "write(listening_fd"))
    started(scene, 1, START)
    scene.run(2, ONCE)
    scene.sees(1, "write: ")
