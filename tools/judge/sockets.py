"""Which of a program's sockets serves: questions about its trace, answered with its calls."""

import itertools
import re

WRITES = ("write", "writev", "sendto", "sendmsg", "sendmmsg", "send", "sendfile", "pwrite64")
READS = ("read", "readv", "recvfrom", "recvmsg", "recv")
ACCEPTS = ("accept", "accept4")
WATCHES = ("poll", "ppoll", "select", "_newselect", "pselect6", "epoll_ctl")
WAITS = (*ACCEPTS, *WATCHES, *READS, "epoll_wait", "epoll_pwait", "epoll_pwait2", "pause",
         "clock_nanosleep", "nanosleep")
SOCKET_CALLS = ("socket", "bind", "listen", "connect", *ACCEPTS)
NO_FILE = ("EBADF", "ENOTSOCK")  # what a call on a wrong descriptor is told


class Sockets:
    """The growing trace of a program that should serve the port."""

    def __init__(self, trace, port):
        self.trace, self.port = trace, port

    def calls(self, *names, socket=None):
        """The finished calls of these names, of one socket if it is given, in order."""
        found = [c for c in self.trace.calls if c.name in names]
        return [c for c in found if socket is None or c.socket == socket]

    def every(self):
        """Every call, the waiting ones last."""
        return [*self.trace.calls, *self.trace.pending.values()]

    def since(self, call):
        """Every call after that one, the waiting ones last."""
        return self.every()[self.trace.calls.index(call) + 1:]

    def tcp_sockets(self):
        """The socket calls that made a TCP socket."""
        made = [c for c in self.calls("socket") if c.new_socket and "SOCK_STREAM" in c.list[1]]
        return [c for c in made if c.list[0] in ("AF_INET", "AF_INET6")]

    def rank(self, call):
        """How much the socket of this call looks like the one that serves."""
        binds, listens = (self.calls(name, socket=call.new_socket) for name in ("bind", "listen"))
        listened = any(c.ok for c in listens)
        return (
            any(b.ok and b.port == self.port for b in binds) + listened,
            any(b.port == self.port for b in binds),
            listened,
            # Runtimes try out what the kernel can do on sockets of their own, with port 0.
            any(b.port != 0 for b in binds),
            not self.calls("connect", socket=call.new_socket),
            len(listens),
        )

    def server_call(self):
        """The socket call of the socket that serves, or is meant to: the best; or None."""
        return max(reversed(self.tcp_sockets()), key=self.rank, default=None)

    def listening_sockets(self):
        """The socket calls of all that listened on the port, the server's own among them: there may
        be one for each family, or thread, or one after the other."""
        server = self.server_call()
        return [c for c in self.tcp_sockets() if c is server or self.rank(c)[0] == 2]

    def accepted(self):
        """The accept calls on a listening socket that gave a connected one."""
        sockets = {call.new_socket for call in self.listening_sockets()}
        return [c for c in self.calls(*ACCEPTS) if c.socket in sockets and c.new_socket]

    def reads(self):
        """The calls that show that it waits for what a client sends; those that read last."""
        connected = {a.new_socket for a in self.accepted()}
        watching = [c for c in self.every() if c.name in WATCHES and
                    ("IN" in c.text or "select" in c.name) and
                    any(f":[{inode}]" in c.arguments for inode in connected)]
        return watching + [c for c in self.every() if c.name in READS and c.socket in connected]

    def makes_threads(self):
        """Has it made a thread since it accepted its first client?"""
        taken = self.accepted()
        later = self.since(taken[0]) if taken else ()
        return any(c.name.startswith("clone") and "CLONE_THREAD" in c.text for c in later)

    def option(self, name, socket):
        """Has it set this option on the socket, before bind gave that its address?"""
        good = [c for c in self.calls("setsockopt", "bind", socket=socket) if c.ok]
        options = itertools.takewhile(lambda c: c.name != "bind", good)
        return any(re.search(rf"\b{name}, \[[1-9]", c.text) for c in options)
