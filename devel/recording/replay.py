#!/usr/bin/env python3
"""replay.py RECORDING...: makes the calls of recorded runs itself, one by one, to judge the model.

After each call the kernel's table of sockets has to be what the model says: states, ports, unread
bytes, the length of the accept queue. A call that waits in the recording has to find nothing; one
that is answered gets the same answer. Needs a network in which nothing else uses the port.

Exit  0, or 1 with what differs
"""
import errno
import os
import socket
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "tools"))
import kernel  # noqa: E402
from story import recording, run  # noqa: E402

OPTIONS = {"SO_REUSEADDR": struct.pack("i", 1), "SO_LINGER": struct.pack("ii", 1, 0)}


class Programs:
    """The recorded programs' sockets: {(who, descriptor): socket}, all of this process."""

    def __init__(self):
        self.held = {}

    def act(self, event):
        """Makes the call. Returns its value, or the error's name; None where it is none of ours."""
        name, call, held = event.call.kind, event.call, self.held
        sock = held.get((event.who, call.descriptor))
        if name == "socket":
            self.give(event.who, call.value, socket.socket())
        elif name == "clone":
            for number, each in self.of(event.who):
                self.give(call.child, number, each.dup())
        elif name == "exit_group":
            for number, each in self.of(event.who):
                held.pop((event.who, number)).close()
        elif name == "close" and sock:
            held.pop((event.who, call.descriptor)).close()
        elif sock:
            try:
                return getattr(self, name, lambda *_: None)(event.who, call, sock)
            except OSError as error:
                return errno.errorcode[error.errno]
        return None

    def of(self, who):
        return [(number, sock) for (holder, number), sock in self.held.items() if holder == who]

    def give(self, who, number, sock):
        sock.setblocking(False)
        self.held[who, number] = sock

    def setsockopt(self, _, call, sock):
        option = call.list[2]
        sock.setsockopt(socket.SOL_SOCKET, getattr(socket, option), OPTIONS[option])

    def bind(self, _, call, sock):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # after the recording before
        sock.bind((call.address, call.port))

    def listen(self, _, call, sock):
        sock.listen(int(call.list[1]))

    def accept(self, who, call, sock):
        self.give(who, call.value, sock.accept()[0])
        return call.value

    def connect(self, _, call, sock):
        """Asks; and asks again what has become of it."""
        error = sock.connect_ex((call.address, call.port))
        return 0 if error in (0, errno.EISCONN) else errno.errorcode[error]

    def read(self, _, call, sock):
        return len(sock.recv(65535))

    def write(self, _, call, sock):
        return sock.send(bytes(int(call.list[2])), socket.MSG_NOSIGNAL)

    def shutdown(self, _, call, sock):
        sock.shutdown(getattr(socket, call.list[1]))


def expected(event):
    """The answer that the kernel has to give. A signal interrupts the recorded calls only."""
    if event.phase == "asks":
        return "EINPROGRESS" if event.call.kind == "connect" else "EAGAIN"
    error = (event.call.error or "").replace("EINTR", "EAGAIN")
    return event.call.value if event.call.ok else error


def ends(port):
    return kernel.sockets(port=port) + kernel.sockets(peer=port)


def rows(port, old):
    """The kernel's table: (state, whose end it is, bytes or connections that wait); as it is, and
    without the end of the data, which counts as a byte until a read has come to it. old: the ports
    of connections that were there before."""
    found = [(run.STATES[row.state], "server" if row.port == port else "client", row.queue)
             for row in ends(port) if (row.port, row.peer) not in old]
    less = [(state, end, waiting - (state == "CLOSE-WAIT")) for state, end, waiting in found]
    return sorted(found), sorted(less)


def promised(sockets, port):
    """The same by the model."""
    for sock in sockets.values():
        if sock["state"] != "CLOSED" and port in (sock["local"][1], (sock["peer"] or (0, 0))[1]):
            waiting = len(sock["queue"]) if sock["state"] == "LISTEN" else sock["bytes"]
            yield sock["state"], "server" if sock["local"][1] == port else "client", waiting


def differs(event, value, moment, port, old):
    """What is not as the model says after a call, which had that value; or None."""
    early = value == "ECONNREFUSED" and event.phase == "asks"  # the refusal may be quick
    if value not in (None, expected(event)) and not early:
        return f"expected {expected(event)}, the kernel says {value}"
    if any(not packet.get("done") and not packet.get("lost") for packet in moment.state["wire"]):
        return None  # the model stops a packet on its way here, which we cannot
    said = sorted(promised(moment.state["sockets"], port))
    if run.until(lambda: said in rows(port, old), 2):  # the kernel may delay an ACK
        return None
    return f"the model says {said}, the kernel {rows(port, old)[0]}"


def replay(path):
    """Plays one recording. Returns the number of calls."""
    programs, events = Programs(), recording.read(path)
    last = {}
    for moment in recording.play(events):
        last.update(dict.fromkeys(range(moment.event, len(events)), moment))
    port = next(event.call.port for event in events if event.call.kind == "connect")
    old = {(row.port, row.peer) for row in ends(port)}
    for number, event in enumerate(events):
        wrong = differs(event, programs.act(event), last[number], port, old)
        if wrong:
            sys.exit(f"{path}, {event}: {wrong}")
    for sock in programs.held.values():
        sock.close()
    return len(events)


if __name__ == "__main__":
    for each in sys.argv[1:]:
        print(f"{each}: {replay(each)} calls, as the model says")
