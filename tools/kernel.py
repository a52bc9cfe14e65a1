"""What the kernel says of TCP sockets and of processes, read from /proc.  See proc(5)."""

import collections
import os

from guard import stat_fields

ESTABLISHED, TIME_WAIT, LISTEN = 1, 6, 10  # states
EVERY = range(1, 13)
# Ports are numbers, inode is text as in /proc/PID/fd, queue is Recv-Q: of a listening socket, how
# many finished connections wait for accept.
Socket = collections.namedtuple("Socket", "peer port state inode queue")


def listed(file, states, port, peer):
    """The sockets of one file of /proc/net, of these states and ports; port 0 is any."""
    with open(f"/proc/net/{file}", encoding="ascii") as table:
        rows = [row.split() for row in table.read().splitlines()[1:]]
    for row in rows:
        numbers = (int(each.rpartition(":")[2], 16) for each in row[1:5])
        own, other, state, queue = numbers
        if state in states and port in (0, own) and peer in (0, other):
            yield Socket(other, own, state, row[9], queue)


def sockets(states=EVERY, port=0, peer=0):
    """The sockets of both families in one of the states, on that port, with that peer's; 0: any."""
    found = []
    for file in ("tcp", "tcp6"):
        try:
            found += listed(file, states, port, peer)
        except OSError:  # a kernel without IPv6
            continue
    return found


def other_end(client, port):
    """The socket at the other end of this client's connection, as a list: it may be gone."""
    return sockets(EVERY, port, client.getsockname()[1])


def listeners(port):
    """The inodes of the sockets that listen on the port."""
    return [each.inode for each in sockets([LISTEN], port)]


def listening_port(inode):
    """The port that this socket listens on, or None."""
    return next((each.port for each in sockets([LISTEN]) if each.inode == inode), None)


def in_time_wait(port):
    """How many of the port's connections are over, and still remembered.  (tcp(7))"""
    return len(sockets([TIME_WAIT], port))


def holder(inode):
    """(name, process id, is it stopped?) of a process that holds the socket; None where it may not
    be seen, since it is another user's."""
    for pid, _, what in descriptors(filter(str.isdigit, os.listdir("/proc"))):
        if what != f"socket:[{inode}]":
            continue
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
                name, _, rest = file.read().partition(" (")[2].rpartition(") ")
            return name, int(pid), rest.startswith("T")
        except OSError:
            continue
    return None


def threads(pids):
    """(id of thread, state) of every thread of these processes."""
    for pid in pids:
        try:
            tasks = os.listdir(f"/proc/{pid}/task")
        except OSError:
            continue
        for task in tasks:
            if fields := stat_fields(f"{pid}/task/{task}"):
                yield int(task), fields[0]


def seconds(pids):
    """Processor time that they have used, their ended children included."""
    stats = (stat_fields(pid) for pid in pids)
    ticks = sum(int(fields[i]) for fields in stats if fields for i in (11, 12, 13, 14))
    return ticks / os.sysconf("SC_CLK_TCK")


def descriptors(pids):
    """(process, descriptor, what it stands for) of all that they have open."""
    for pid in pids:
        try:
            for number in os.listdir(f"/proc/{pid}/fd"):
                yield pid, int(number), os.readlink(f"/proc/{pid}/fd/{number}")
        except OSError:
            continue
