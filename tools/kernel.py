"""What the kernel says of TCP sockets, asked as ss asks (sock_diag(7)), else read from /proc/net; and of processes.
See proc(5)."""

import collections
import errno
import os
import socket
import struct

from guard import stat_fields

TIME_WAIT, LISTEN = 6, 10  # states
EVERY = range(1, 14)  # 13, bound and no more, is told by Linux 6.8 and newer only
SOCK_DIAG, ONE, ALL, DONE, ERROR = 20, 1, 0x301, 3, 2  # netlink(7)
ANY_COOKIE = (1 << 64) - 1
Socket = collections.namedtuple("Socket", "peer port state inode queue")  # queue: Recv-Q


def asked(family, states, port, peer, ends=None):
    """The sockets of a family, in one of the states, on a port (0: any), with that peer's port (0: any). ends: both
    IPv4 addresses, where the one socket between them is meant, which is found without a look at all the others."""
    wanted = struct.pack("=BBBxI", family, socket.IPPROTO_TCP, 0, sum(1 << state for state in states))
    wanted += struct.pack(">HH4s12x4s12xIQ", port, peer, *(ends or (b"", b"")), 0, ANY_COOKIE)
    found = []
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 4) as netlink:
        netlink.send(struct.pack("=IHHII", 16 + len(wanted), SOCK_DIAG, ONE if ends else ALL, 1, 0) + wanted)
        while not ends or not found:
            answer = netlink.recv(1 << 16)
            while answer:
                length, kind = struct.unpack_from("=IH", answer)
                if kind == DONE or kind == ERROR and struct.unpack_from("=i", answer, 16)[0] == -errno.ENOENT:
                    return found
                if kind == ERROR:
                    raise OSError("sock_diag")
                own, other = struct.unpack_from(">HH", answer, 20)
                queue, _, _, inode = struct.unpack_from("=IIII", answer, 72)
                found.append(Socket(other, own, answer[17], str(inode), queue))
                answer = answer[(length + 3) & ~3 :]
    return found


def listed(family, states, port, peer):
    """The same from a file of /proc/net."""
    with open("/proc/net/tcp" if family == socket.AF_INET else "/proc/net/tcp6", encoding="ascii") as file:
        rows = [row.split() for row in file.read().splitlines()[1:]]
    numbers = [[int(each.rpartition(":")[2], 16) for each in row[1:5]] for row in rows]
    found = (Socket(peer, own, state, row[9], queue) for row, (own, peer, state, queue) in zip(rows, numbers))
    return [each for each in found if each.state in states and port in (0, each.port) and peer in (0, each.peer)]


def sockets(states=EVERY, port=0, peer=0):
    """Those sockets, of both families."""
    found = []
    for family in (socket.AF_INET, socket.AF_INET6):
        for ask in (asked, listed):
            try:
                found += ask(family, states, port, peer)
                break
            except OSError:
                continue
    return found


def other_end(client, address, port):
    """The socket at the other end of this client's connection, as a list: it may be gone, and with it its inode."""
    own, peer = client.getsockname()
    try:
        ends = [socket.inet_aton(each) for each in (address, own)]
        return [each for each in asked(socket.AF_INET, EVERY, port, peer, ends) if each.state != LISTEN]
    except OSError:
        return sockets(EVERY, port, peer)


def listeners(port):
    """The inodes of the sockets that listen on the port."""
    return [each.inode for each in sockets([LISTEN], port)]


def listening_port(inode):
    """The port that this socket listens on, or None."""
    return next((each.port for each in sockets([LISTEN]) if each.inode == inode), None)


def in_time_wait(port):
    """How many of the port's connections are over, and still remembered."""
    return len(sockets([TIME_WAIT], port))


def holder(inode):
    """(name, process id, is it stopped?) of a process that holds the socket; None where it may not be seen."""
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
    return sum(int(fields[i]) for fields in stats if fields for i in (11, 12, 13, 14)) / os.sysconf("SC_CLK_TCK")


def descriptors(pids):
    """(process, descriptor, what it stands for) of all that they have open."""
    for pid in pids:
        try:
            for number in os.listdir(f"/proc/{pid}/fd"):
                yield pid, int(number), os.readlink(f"/proc/{pid}/fd/{number}")
        except OSError:
            continue
