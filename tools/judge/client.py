"""The clients that a program is checked with. They leave in a way that, where it can be helped,
leaves no connection in TIME-WAIT behind."""

import errno
import select
import socket
import struct
import time

import kernel

MOST = 1 << 15  # bytes of a reply; what goes beyond has no end


class Client:
    """One connection to the program: what came, and how it ended. rude: it breaks off at once."""

    def __init__(self, port, address="127.0.0.1", request=b"", rude=False):
        self.port, self.address, self.request, self.rude = port, address, b"", rude
        self.data, self.since, self.took = b"", time.monotonic(), 0  # took: seconds until its end
        self.end = None  # "closed", "reset", "endless", or None while it is open
        self.error = None  # the errno's name, where connect failed
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        # A full buffer soon stops a server that sends without end.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, MOST)
        self.socket.settimeout(1 if rude else 5)
        try:
            self.socket.connect((address, port))
        except ConnectionResetError:
            self.end = "reset"  # it was connected, and reset before connect returned
        except OSError as error:
            self.error = errno.errorcode.get(error.errno, "ETIMEDOUT")
        self.socket.setblocking(False)
        if request:
            self.ask(request)
        if rude:
            self.leave(abruptly=True)

    def ask(self, request):
        """Sends a request; that it does not arrive shows in what comes back."""
        self.request = request
        try:
            self.socket.send(request)
        except OSError:
            pass

    def receive(self):
        """Takes what has come. Is there nothing more to come?"""
        while not (self.error or self.end) and select.select([self.socket], [], [], 0)[0]:
            try:
                part = self.socket.recv(65536)
            except ConnectionResetError:
                self.end = "reset"
                break
            self.data += part
            self.end = "closed" if not part else "endless" if len(self.data) > MOST else None
        self.took = time.monotonic() - self.since
        return bool(self.error or self.end)

    def held(self):
        """Does a process still hold the server's end of this connection?"""
        return any(each.inode != "0" for each in kernel.other_end(self.socket, self.port))

    def leave(self, held=False, abruptly=False):
        """Ends the connection: with a reset, which leaves no TIME-WAIT behind; with a FIN, as any
        client does, where the server has not closed its end (held). abruptly: with a FIN and then a
        reset, as a client does that goes away without reading."""
        try:
            if abruptly:
                self.socket.shutdown(socket.SHUT_WR)
            if not held:
                linger = struct.pack("ii", 1, 0)
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        except OSError:
            pass  # it has left before
        self.socket.close()
