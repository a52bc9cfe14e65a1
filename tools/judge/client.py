"""The clients that a program is checked with. They send nothing, and they leave in a way that, where
it can be helped, leaves no connection in TIME_WAIT behind."""

import os
import select
import socket
import struct

PORT = 8001
LISTEN, TIME_WAIT = "0A", "06"  # states in /proc/net/tcp, see proc(5) and tcp(7)


def kernel_sockets():
    """(peer's port, port, state, inode) of every TCP socket that the kernel knows."""
    for path in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            with open(path, encoding="ascii") as file:
                rows = file.read().splitlines()[1:]
        except OSError:
            continue
        for row in rows:
            fields = row.split()
            port, peer = (int(field.partition(":")[2], 16) for field in fields[1:3])
            yield peer, port, fields[3], fields[9]


def listening():
    return any(port == PORT and state == LISTEN for _, port, state, _ in kernel_sockets())


def listening_port(inode):
    """The port that this socket listens on, or None."""
    for _, port, state, number in kernel_sockets():
        if number == inode and state == LISTEN:
            return port
    return None


def in_time_wait():
    return sum(port == PORT and state == TIME_WAIT for _, port, state, _ in kernel_sockets())


class Client:
    """One connection to the program: what came, and how it ended."""

    def __init__(self, address="127.0.0.1"):
        self.address = address
        self.data = b""
        self.end = None  # "closed", "reset", or None while it is open
        self.error = None  # the errno's name, where connect failed
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.socket.settimeout(5)
        try:
            self.socket.connect((address, PORT))
        except ConnectionResetError:
            self.end = "reset"  # it was connected, and reset before connect returned
        except OSError as error:
            self.error = "ETIMEDOUT" if error.errno is None else name_of(error.errno)
        self.socket.setblocking(False)

    def receive(self):
        """Takes what has come. Is there nothing more to come?"""
        while self.error is None and self.end is None and select.select([self.socket], [], [], 0)[0]:
            try:
                part = self.socket.recv(65536)
            except ConnectionResetError:
                self.end = "reset"
            else:
                self.data += part
                if not part:
                    self.end = "closed"
            if len(self.data) > 1 << 16:
                self.end = "endless"
        return self.error is not None or self.end is not None

    def held_by_server(self):
        """Does a process still hold the server's end of this connection?"""
        own = self.socket.getsockname()[1]
        return any(port == PORT and peer == own and inode != "0" for peer, port, _, inode in kernel_sockets())

    def leave(self, abruptly=False):
        """Ends the connection. Where the server has closed its end, with a reset: that leaves no
        TIME_WAIT behind. Where it has not, with a FIN, as any client does. abruptly: with a FIN and
        then a reset, as a client does that goes away without reading."""
        if self.socket.fileno() == -1:
            return
        try:
            if abruptly:
                self.socket.shutdown(socket.SHUT_WR)
            if abruptly or self.end is None or not self.held_by_server():
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except OSError:
            pass
        self.socket.close()

    def seen(self):
        """What the client saw, in words."""
        if self.error:
            return f"connect to {self.address}:{PORT}: {self.error} ({os.strerror(number_of(self.error))})"
        got = f"{len(self.data)} bytes, {show(self.data)}" if self.data else "nothing"
        end = {"closed": "then the end", "reset": "then a reset", "endless": "and no end"}.get(
            self.end, "and the connection stays open"
        )
        return f"connected, got {got}, {end}"


def show(data):
    """Bytes as a C string literal, cut to a readable length."""
    special = {0: "\\0", 9: "\\t", 10: "\\n", 13: "\\r", 34: '\\"', 92: "\\\\"}
    text = "".join(special.get(b, chr(b) if 32 <= b < 127 else f"\\x{b:02x}") for b in data[:48])
    return f'"{text}"' + ("..." if len(data) > 48 else "")


def name_of(number):
    import errno

    return errno.errorcode.get(number, str(number))


def number_of(name):
    import errno

    return getattr(errno, name, 0)
