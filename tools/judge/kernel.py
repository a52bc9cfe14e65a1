"""What the kernel says of TCP sockets: /proc/net/tcp and tcp6. See proc(5), tcp(7)."""

import collections
import glob
import os

LISTEN, TIME_WAIT = "0A", "06"  # states
Socket = collections.namedtuple("Socket", "peer port state inode")


def sockets():
    """Every TCP socket that the kernel knows: the peer's port, its own, its state, its inode."""
    for path in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            with open(path, encoding="ascii") as file:
                rows = file.read().splitlines()[1:]
        except OSError:
            continue
        for row in rows:
            fields = row.split()
            port, peer = (int(field.partition(":")[2], 16) for field in fields[1:3])
            yield Socket(peer, port, fields[3], fields[9])


def listeners(port):
    """The inodes of the sockets that listen on the port."""
    return [each.inode for each in sockets() if each.port == port and each.state == LISTEN]


def listening_port(inode):
    """The port that this socket listens on, or None."""
    return next((each.port for each in sockets() if each.inode == inode and each.state == LISTEN), None)


def in_time_wait(port):
    """How many of the port's connections are over, and still remembered."""
    return sum(each.port == port and each.state == TIME_WAIT for each in sockets())


def holds_connection(port, peer):
    """Does a process still hold the server's end of the connection with this client's port?"""
    return any(each.port == port and each.peer == peer and each.inode != "0" for each in sockets())


def holder(inode):
    """(name, process id, is it stopped?) of a process that holds the socket; None where it may not be seen."""
    for path in glob.glob("/proc/[0-9]*/fd/*"):
        try:
            if os.readlink(path) == f"socket:[{inode}]":
                with open(os.path.dirname(os.path.dirname(path)) + "/stat", encoding="utf-8", errors="replace") as file:
                    name, _, rest = file.read().partition(" (")[2].rpartition(") ")
                return name, int(path.split("/")[2]), rest.startswith("T")
        except OSError:
            continue
    return None
