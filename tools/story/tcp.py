"""What two kernels do with each other when their programs ask them to: TCP's rules, as far as one request needs them.

tcp(7), RFC 9293. Each doing is a moment of the story: {who, key, facts, state}.
"""

import copy

CLIENT_PORT = 50000  # stands for the free port that the kernel chooses


class Kernel:
    """The sockets, and the packet on its way between them.

    Names: S1 is the server's first own socket, C1 the client's, C1+ the end of that connection on the server's side.
    """

    def __init__(self):
        self.processes, self.sockets, self.wire = {}, {}, []
        self.asked = {}  # who: the call it is in
        self.seen = {}  # who, or a socket's id, or its end of data: how many events of each program it may know of

    def peer(self, sock):
        """The socket at the connection's other end, or None."""
        name = sock["id"]
        return self.sockets.get(name[:-1] if name.endswith("+") else name + "+")

    def listener(self, port):
        for sock in self.sockets.values():
            if sock["state"] == "LISTEN" and sock["local"].endswith(f":{port}"):
                return sock
        return None

    def readable(self, sock):
        return bool(sock["queue"] or sock["bytes"] or sock["eof"] or sock["error"])

    def knows(self, who, source):
        """What happened before `source` is from now on in `who`'s past too."""
        mine = self.seen.setdefault(who, {})
        for other, count in self.seen.get(source, {}).items():
            mine[other] = max(mine.get(other, 0), count)

    def moment(self, who, key, **facts):
        for asking in self.processes:
            self.processes[asking]["woken"] = asking in self.asked and self.woken(asking)
        state = {"processes": self.processes, "sockets": self.sockets, "wire": self.wire}
        return {"who": who, "key": key, "facts": facts, "state": copy.deepcopy(state)}

    def side(self, sock):
        return "client-kernel" if sock["id"].startswith("C") and not sock["id"].endswith("+") else "server-kernel"

    def new_socket(self, name, state="CLOSED"):
        self.sockets[name] = {"id": name, "state": state, "local": "", "peer": "", "options": [], "queue": [],
                              "backlog": 0, "bytes": 0, "data": "", "eof": False, "error": None}
        return self.sockets[name]

    def send(self, sock, what, **more):
        self.wire = [dict({"from": sock["id"], "what": what}, **more)]

    def handshake(self, who, number, port):
        """connect: the client's kernel asks, the server's answers, whatever the server's program does."""
        sock = self.held(who, number)
        known = sum(1 for s in self.sockets.values() if s["id"].startswith("C") and s["local"])
        sock.update(state="SYN-SENT", local=f"127.0.0.1:{CLIENT_PORT + known}", peer=f"127.0.0.1:{port}")
        self.send(sock, "SYN")
        yield self.moment(who, "connect-asks", fd=number)
        listener = self.listener(port)
        if listener is None:
            self.wire = [{"from": None, "to": sock["id"], "what": "RST"}]
            yield self.moment("server-kernel", "refuses", port=port)
            sock["error"] = "ECONNREFUSED"
            return
        other = self.new_socket(sock["id"] + "+", "SYN-RECV")
        other.update(local=sock["peer"], peer=sock["local"], options=list(listener["options"]))
        self.send(other, "SYN+ACK")
        yield self.moment("server-kernel", "answers")
        sock["state"] = "ESTABLISHED"
        self.send(sock, "ACK")
        self.knows(sock["id"], "server")
        yield self.moment("client-kernel", "confirms")
        self.wire = []
        other["state"] = "ESTABLISHED"
        listener["queue"].append(other["id"])
        self.knows(other["id"], who)
        yield self.moment("server-kernel", "queues")

    def arrives(self, who, sock, other, data, count):
        self.wire = []
        if other is None:
            return
        if not any(other["id"] in process["fds"].values() for process in self.processes.values()):
            del self.sockets[other["id"]]  # nobody will ever read this
            sock.update(error="ECONNRESET", state="CLOSED")
            yield self.moment(self.side(other), "resets")
            return
        other["bytes"] += count
        other["data"] += data
        self.knows(other["id"], who)
        yield self.moment(self.side(other), "arrives", bytes=count)

    def closed(self, who, sock):
        """The last descriptor has gone: what becomes of the socket."""
        if sock["state"] == "LISTEN":
            del self.sockets[sock["id"]]
            return [lambda name=name: self.abort(self.sockets[name]) for name in sock["queue"]]
        if sock["state"] == "CLOSED":
            del self.sockets[sock["id"]]
            return []
        return [lambda: self.abort(sock)] if sock["bytes"] else self.finish(who, sock)

    def finish(self, who, sock):
        """Sends FIN: from here nothing more will come."""
        if sock["state"] not in ("ESTABLISHED", "CLOSE-WAIT"):
            return []
        sock["state"] = "FIN-WAIT-1" if sock["state"] == "ESTABLISHED" else "LAST-ACK"
        self.send(sock, "FIN")
        return [lambda: self.fin_arrives(who, sock)]

    def fin_arrives(self, who, sock):
        self.wire = []
        other = self.peer(sock)
        if other is None:
            return
        other["eof"] = True
        self.knows(other["id"] + " end", who)
        if sock["state"] == "LAST-ACK":
            other.update(state="TIME-WAIT", eof=False)
            del self.sockets[sock["id"]]
            yield self.moment(self.side(other), "time-wait")
        else:
            sock["state"], other["state"] = "FIN-WAIT-2", "CLOSE-WAIT"
            yield self.moment(self.side(other), "fin-arrives")

    def abort(self, sock):
        """Breaks a connection off: RST, and both ends are gone at once."""
        other = self.peer(sock)
        del self.sockets[sock["id"]]
        self.wire = [{"from": sock["id"], "to": other and other["id"], "what": "RST"}]
        if other:
            other.update(state="CLOSED", error="ECONNRESET", bytes=0, data="")
            self.knows(other["id"], "server")
        yield self.moment(self.side(sock), "resets")
