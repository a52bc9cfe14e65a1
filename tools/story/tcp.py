"""TCP on one machine: what two kernels do with each other when their programs ask them to.

What follows from a call is a generator of steps. Each step changes the sockets and the wire, and
says what it was: (kernel, key, facts). Addresses are pairs (host, port).  tcp(7), RFC 9293
"""

import dataclasses

CLIENT_PORT = 50000  # stands for the free port that the kernel chooses
SHOWN = 64  # characters of data that are kept to be shown
OPEN = ("ESTABLISHED", "CLOSE-WAIT")  # states in which a program may still send


@dataclasses.dataclass
class Socket:
    """S1 is the server's first socket, C1 the client's, C1+ that connection's end at the server."""

    id: str
    side: str  # client or server
    state: str = "CLOSED"
    local: tuple = None
    peer: tuple = None
    options: tuple = ()
    backlog: int = 0
    queue: tuple = ()  # the ids of what waits for accept
    within: str = None  # the listening socket in which it lies until accept takes it out
    bytes: int = 0  # received, and not read
    data: str = ""
    eof: bool = False  # after these bytes comes the end
    error: str = None  # what the next call is told
    closed: bool = False  # no program holds it any more

    def readable(self):
        return bool(self.queue or self.bytes or self.eof or self.error)

    def leads(self, host, port):
        """Does this address lead to this listening socket?"""
        own, every = self.local[0], "0.0.0.0" if ":" not in host else "::"
        both = own == "::" and "IPV6_V6ONLY" not in self.options
        return self.local[1] == port and (own in (host, every) or both)


class Tcp:
    """The sockets, and the packets of this moment on the wire. port: the client's."""

    def __init__(self, port=None):
        self.sockets, self.wire, self.port = {}, [], port
        self.made = {"client": 0, "server": 0}  # sockets so far

    def new(self, side, name=None, **fields):
        self.made[side] += name is None
        name = name or f"{side[0].upper()}{self.made[side]}"
        self.sockets[name] = Socket(name, side, **fields)
        return self.sockets[name]

    def peer(self, sock):
        """The socket at the connection's other end, or None."""
        return self.sockets.get(sock.id[:-1] if sock.id.endswith("+") else sock.id + "+")

    def send(self, sock, what, **more):
        self.wire = [{"from": sock.id, "what": what, **more}]

    def acknowledge(self, sock):
        """The ACK for what has come is shown beside it, and has arrived itself."""
        self.send(sock, "ACK", done=True)

    # --- a connection begins

    def listen(self, sock, backlog):
        sock.local = sock.local or ("0.0.0.0", CLIENT_PORT - 1)  # never bound: any free port
        with open("/proc/sys/net/core/somaxconn", encoding="ascii") as file:
            most = int(file.read())
        sock.state, sock.backlog = "LISTEN", backlog if 0 <= backlog <= most else most

    def connect(self, sock, address):
        """The client's kernel asks for a connection; the server's answers, whatever its program
        does."""
        port = self.port or CLIENT_PORT - 1 + int(sock.id[1:])
        sock.state, sock.peer, sock.local = "SYN-SENT", address, ("127.0.0.1", port)
        self.send(sock, "SYN")
        return self.handshake(sock)

    def handshake(self, sock):
        listens = (each for each in self.sockets.values() if each.state == "LISTEN")
        listener = next((each for each in listens if each.leads(*sock.peer)), None)
        if listener is None:
            self.wire = [{"from": None, "to": sock.id, "what": "RST"}]
            yield "server-kernel", "refuses", {"port": sock.peer[1]}
            sock.error = "ECONNREFUSED"
        elif len(listener.queue) > listener.backlog:  # Linux lets one more in
            self.send(sock, "SYN", lost=True)
            facts = {"backlog": listener.backlog, "held": len(listener.queue)}
            yield "server-kernel", "drops", facts
        else:
            other = self.new("server", sock.id + "+", state="SYN-RECV", local=sock.peer,
                             peer=sock.local, options=listener.options, within=listener.id)
            self.send(other, "SYN+ACK")
            yield "server-kernel", "answers", {}
            sock.state = "ESTABLISHED"
            self.send(sock, "ACK")
            yield "client-kernel", "confirms", {}
            self.wire, other.state = [], "ESTABLISHED"
            listener.queue += other.id,
            yield "server-kernel", "queues", {}

    def take(self, listener):
        """accept: the first connection comes out of the queue."""
        name, *rest = listener.queue
        listener.queue, self.sockets[name].within = tuple(rest), None
        return self.sockets[name]

    # --- data

    def write(self, sock, data, count):
        self.send(sock, "DATA", data=data[:SHOWN], bytes=count)
        return self.arrives(sock, data, count)

    def arrives(self, sock, data, count):
        other, self.wire = self.peer(sock), []
        if other and other.closed:  # nobody will ever read this
            yield from self.abort(other)
        elif other:
            other.data = (other.data + data)[:SHOWN] if other.data or not other.bytes else ""
            other.bytes += count
            self.acknowledge(other)
            yield other.side + "-kernel", "arrives" + " much" * (count > 65536), {"bytes": count}

    # --- a connection ends

    def close(self, sock):
        """The last descriptor has gone. Returns what follows for the socket."""
        sock.closed = True
        if sock.state in ("CLOSED", "SYN-SENT", "LISTEN"):
            del self.sockets[sock.id]
            return self.stop_listening(sock)
        return self.abort(sock) if sock.bytes or "SO_LINGER" in sock.options else self.finish(sock)

    def stop_listening(self, sock):
        sock.state = "CLOSED"
        return (step for name in sock.queue for step in self.abort(self.sockets[name]))

    def finish(self, sock):
        """Sends FIN: from here nothing more will come. Returns what follows."""
        if sock.state not in OPEN:
            return ()
        sock.state = "FIN-WAIT-1" if sock.state == "ESTABLISHED" else "LAST-ACK"
        self.send(sock, "FIN")
        return self.fin_arrives(sock)

    def fin_arrives(self, sock):
        other, self.wire = self.peer(sock), []
        if other is None:
            return
        self.acknowledge(other)
        if sock.state == "LAST-ACK":
            sock.state, other.state, other.eof = "CLOSED", "TIME-WAIT", not other.closed
            if sock.closed:
                del self.sockets[sock.id]
            yield other.side + "-kernel", "time-wait", {}
        else:
            sock.state, other.state, other.eof = "FIN-WAIT-2", "CLOSE-WAIT", True
            yield other.side + "-kernel", "fin-arrives", {}

    def abort(self, sock):
        """Breaks a connection off with RST: both ends are gone at once. What has arrived before may
        still be read."""
        other = self.peer(sock)
        del self.sockets[sock.id]
        self.wire = [{"from": sock.id, "to": other and other.id, "what": "RST"}]
        if other:
            other.error = "EPIPE" if other.state == "CLOSE-WAIT" else "ECONNRESET"
            other.state, other.eof = "CLOSED", True
            if other.closed:
                del self.sockets[other.id]
        yield sock.side + "-kernel", "resets", {}
