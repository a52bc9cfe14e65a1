"""What the kernel says of TCP sockets: asked as ss asks (sock_diag(7)), else read from /proc/net (proc(5))."""

import collections
import glob
import os
import socket
import struct

TIME_WAIT, LISTEN, BOUND = 6, 10, 13  # states; bound, and no more, is told by Linux 6.8 and newer only
EVERY = range(1, 14)
SOCK_DIAG, REQUEST_DUMP, DONE, ERROR = 20, 0x301, 3, 2  # netlink(7)
Socket = collections.namedtuple("Socket", "peer port state inode")


def asked(family, states, port, peer):
    """The sockets of a family, in one of the states, on a port (0: any), with that peer's port (0: any)."""
    wanted = struct.pack("=BBBxI", family, socket.IPPROTO_TCP, 0, sum(1 << state for state in states))
    wanted += struct.pack(">HH44x", port, peer)
    found = []
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 4) as netlink:
        netlink.send(struct.pack("=IHHII", 16 + len(wanted), SOCK_DIAG, REQUEST_DUMP, 1, 0) + wanted)
        while True:
            answer = netlink.recv(1 << 16)
            while answer:
                length, kind = struct.unpack_from("=IH", answer)
                if kind == ERROR:
                    raise OSError("sock_diag")
                if kind == DONE:
                    return found
                state, = struct.unpack_from("B", answer, 17)
                own, other = struct.unpack_from(">HH", answer, 20)
                inode, = struct.unpack_from("=I", answer, 84)
                found.append(Socket(other, own, state, str(inode)))
                answer = answer[(length + 3) & ~3 :]


def listed(path, states, port, peer):
    """The same from a file of /proc/net."""
    with open(path, encoding="ascii") as file:
        rows = [row.split() for row in file.read().splitlines()[1:]]
    for row in rows:
        own, other = (int(field.partition(":")[2], 16) for field in row[1:3])
        state = int(row[3], 16)
        if state in states and port in (0, own) and peer in (0, other):
            yield Socket(other, own, state, row[9])


def sockets(states=EVERY, port=0, peer=0):
    """Those sockets, of both families."""
    found = []
    for family, path in ((socket.AF_INET, "/proc/net/tcp"), (socket.AF_INET6, "/proc/net/tcp6")):
        try:
            found += asked(family, states, port, peer)
        except OSError:
            try:
                found += listed(path, states, port, peer)
            except OSError:
                pass
    return found


def listeners(port):
    """The inodes of the sockets that listen on the port."""
    return [each.inode for each in sockets([LISTEN], port)]


def listening_port(inode):
    """The port that this socket listens on, or None."""
    return next((each.port for each in sockets([LISTEN]) if each.inode == inode), None)


def in_time_wait(port):
    """How many of the port's connections are over, and still remembered."""
    return len(sockets([TIME_WAIT], port))


def holds_connection(port, peer):
    """Does a process still hold the server's end of the connection with this client's port?"""
    return any(each.inode != "0" for each in sockets(EVERY, port, peer))


def other_holder(port, own):
    """The holder of a socket on the port that is in none of our own processes, whatever its state; or None."""
    for each in sockets(EVERY, port):
        found = holder(each.inode) if each.inode != "0" else None
        if found and found[1] not in own:
            return found
    return None


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
