"""The clients that a program is checked with. The first ones send nothing; all leave in a way that,
where it can be helped, leaves no connection in TIME_WAIT behind."""

import errno
import select
import socket
import struct
import time

import kernel

MOST = 1 << 15  # bytes of a reply; what goes beyond has no end


class Client:
    """One connection to the program: what came, and how it ended."""

    def __init__(self, port, address="127.0.0.1", request=b""):
        self.port, self.address, self.request = port, address, b""
        self.data, self.since = b"", time.monotonic()
        self.end = None  # "closed", "reset", "endless", or None while it is open
        self.error = None  # the errno's name, where connect failed
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        # Who sends without end is to be stopped by a full buffer soon.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, MOST)
        self.socket.settimeout(5)
        try:
            self.socket.connect((address, port))
        except ConnectionResetError:
            self.end = "reset"  # it was connected, and reset before connect returned
        except OSError as error:
            self.error = errno.errorcode.get(error.errno, "ETIMEDOUT")
        self.socket.setblocking(False)
        if request:
            self.ask(request)

    def ask(self, request):
        """Sends a request; that it does not arrive shows in what comes back."""
        self.request = request
        try:
            self.socket.send(request)
        except OSError:
            pass

    def over(self):
        return self.error is not None or self.end is not None

    def receive(self):
        """Takes what has come. Is there nothing more to come?"""
        while not self.over() and select.select([self.socket], [], [], 0)[0]:
            try:
                part = self.socket.recv(65536)
            except ConnectionResetError:
                self.end = "reset"
                break
            self.data += part
            self.end = "closed" if not part else "endless" if len(self.data) > MOST else None
        return self.over()

    def held_by_server(self):
        """Does a process still hold the server's end of this connection?"""
        return any(each.inode != "0" for each in kernel.other_end(self.socket, self.port))

    def leave(self, abruptly=False):
        """Ends the connection. Where the server has closed its end, with a reset: that leaves no
        TIME_WAIT behind. Where it has not, with a FIN, as any client does. abruptly: with a FIN and
        then a reset, as a client does that goes away without reading."""
        try:
            if abruptly:
                self.socket.shutdown(socket.SHUT_WR)
            if abruptly or self.end is None or not self.held_by_server():
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except OSError:
            pass  # it has left before
        self.socket.close()
