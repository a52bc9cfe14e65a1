"""The experiments of docs/errors.md: what brings each error about. README.md beside this file says how a page shows
what came out."""

from pathlib import Path

from experiments import ONCE, START, started, stopped
from scene import NotHere


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
    reads = '    if (read(listening_fd, &address, 1) == -1)\n        perror("read");\n'
    scene.server("step03-listen", ("    pause();...\n", reads))
    scene.run(1, START)


def nolisten04(scene):
    started(scene, "step04-accept", ("    if (listen(...        return 1;\n    }\n\n", ""), seen="(?s)accept: .*accept: ")
    stopped(scene, 1)


def wrong05(scene):
    started(scene, "step05-write", ("write(connected_fd", "write(listening_fd"))
    scene.run(2, ONCE)
    scene.sees(1, "write: ")
