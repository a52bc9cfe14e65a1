"""What the kernel holds: a World takes the events of a server and its client, and follows TCP's rules.

Each moment that it yields is complete in itself: {who, key, facts, state}. `who` did it: client, client-kernel,
server-kernel or server. What strace cannot show (handshake, arrivals, refusal, TIME-WAIT) is derived from what
the programs asked for. A test holds every state against the kernel's own.
"""

from story.tcp import CLIENT_PORT, Kernel

SAME = {"accept4": "accept", "send": "write", "sendto": "write", "sendmsg": "write", "writev": "write",
        "recv": "read", "recvfrom": "read", "recvmsg": "read", "readv": "read", "fork": "clone", "vfork": "clone",
        "clone3": "clone", "exit": "exit_group", "ppoll": "poll", "epoll_pwait": "poll", "epoll_wait": "poll",
        "select": "poll", "pselect6": "poll", "dup2": "dup", "dup3": "dup", "clock_nanosleep": "nanosleep"}
ABOUT_SOCKETS = {"setsockopt", "bind", "listen", "accept", "connect", "write", "read", "shutdown"}


def kind(call):
    """The name under which a call's rule is found: accept for accept4, and so on."""
    if call.name in ("poll", "ppoll") and call.arguments.startswith("NULL, 0"):
        return "pause"  # what pause is where the machine has no call of that name
    return SAME.get(call.name, call.name)


def next_child(names):
    """The name of the server's next child, or thread that it starts, where there are these names already."""
    return f"server.{2 + sum('.' in name and '.t' not in name for name in names)}"


class World(Kernel):
    """Two programs, and the kernel between them."""

    def __init__(self):
        super().__init__()
        for who in ("server", "client"):
            self.processes[who] = {"fds": {n: "terminal" for n in ("0", "1", "2")}, "waits": None, "woken": False,
                                   "line": None, "end": None, "ignores": [], "thread": False}
            self.seen[who] = {who: 0}

    # --- looking things up

    def held(self, who, number):
        """The socket behind a program's descriptor, or None."""
        return self.sockets.get(self.processes[who]["fds"].get(str(number)))

    def any_readable(self, who):
        """Is there a socket of the program's that has something for it?"""
        return any(self.readable(self.sockets[s]) for s in self.processes[who]["fds"].values() if s in self.sockets)

    def woken(self, who):
        """Has the kernel, meanwhile, what the program's call waits for? Then it is about to go on."""
        call = self.asked[who]
        sock, name = self.held(who, call.descriptor), kind(call)
        if name == "poll":
            return self.any_readable(who)
        if name == "connect" and sock:
            return sock["state"] == "ESTABLISHED" or sock["error"] is not None
        return name in ("accept", "read") and sock is not None and self.readable(sock)

    def ready(self, who, call):
        """Can the kernel have answered like this by now, going by what the other side has done?"""
        if who not in self.processes:
            return True  # a thread that was there before the first socket
        name, sock = kind(call), self.held(who, call.descriptor)
        if name == "poll" and call.value:
            return self.any_readable(who)
        if name == "wait4" and call.ok:
            return any(p["end"] for w, p in self.processes.items() if w != who)
        if sock is None or call.error == "EAGAIN":
            return True
        if name == "connect":
            return sock["state"] == "ESTABLISHED" if call.ok else sock["error"] is not None
        if name == "accept" and call.ok:
            return bool(sock["queue"])
        if name == "read" and call.ok:
            return sock["bytes"] >= call.value if call.value else sock["eof"] and not sock["bytes"]
        return name != "read" or sock["error"] is not None

    # --- one event, and the moments that follow from it

    def take(self, who, phase, call, line=None):
        """Yields the moments of one event. phase: does, asks (and waits), gets (the answer)."""
        if who not in self.processes:
            self.start("server", who, True)  # a thread that was there before the first socket
        process, seen = self.processes[who], self.seen.setdefault(who, {})
        process["line"] = line or process["line"]
        seen[who] = seen.get(who, 0) + 1
        self.wire = []
        self.asked.pop(who, None)
        process["waits"] = None
        if phase != "asks":
            yield from self.answered(who, call, kind(call), self.held(who, call.descriptor))
            return
        self.asked[who], process["waits"] = call, call.name
        if kind(call) == "connect" and self.held(who, call.descriptor):
            yield from self.handshake(who, call.descriptor, call.port)
        else:
            yield self.moment(who, "waits", name=kind(call), call=call.name, fd=call.descriptor)

    def answered(self, who, call, name, sock):
        """Yields the moments that follow from the kernel's answer to a call about that socket, or about none."""
        facts = {"key": name if call.ok or name == "exit_group" else "failed", "call": call.name,
                 "fd": call.descriptor, "result": call.value, "error": call.error}
        after = []
        if call.ok and sock is None and name in ABOUT_SOCKETS:  # a file, the terminal, a socket that is not TCP's
            facts["key"] = "prints" if name == "write" and call.descriptor in (1, 2) else "other"
        elif facts["key"] == name or name == "connect" and sock:
            rule = getattr(self, "do_" + name, None)
            after = rule and rule(who, call, facts, sock) or []
        yield self.moment(who, facts.pop("key"), **facts)
        for step in after:
            yield from step()

    # --- rules: what each call changes. In: who, the call, the facts for the sentence, the socket behind its descriptor
    # (which those in ABOUT_SOCKETS have). Out: what the kernels do next, or nothing.

    def do_socket(self, who, call, facts, _):
        if not call.arguments.startswith("AF_INET") or "SOCK_STREAM" not in call.arguments:
            facts["key"] = "other"
            return
        letter = "C" if who == "client" else "S"
        number = 1 + sum(1 for s in self.sockets if s.startswith(letter) and not s.endswith("+"))
        self.processes[who]["fds"][str(call.value)] = self.new_socket(f"{letter}{number}")["id"]

    def do_setsockopt(self, who, call, facts, sock):
        name = facts["option"] = call.list[2]
        if name.startswith("SO_"):
            sock["options"] = [o for o in sock["options"] if o != name] + [name] * (call.list[3] != "[0]")

    def do_bind(self, who, call, facts, sock):
        sock["local"] = f"{call.address}:{call.port}"
        facts.update(host=call.address, port=call.port)

    def do_listen(self, who, call, facts, sock):
        sock["local"] = sock["local"] or f"0.0.0.0:{CLIENT_PORT - 1}"  # never bound: any free port
        sock["state"], sock["backlog"] = "LISTEN", int(call.list[1])

    def do_accept(self, who, call, facts, sock):
        if sock["queue"]:
            name = sock["queue"].pop(0)
            self.knows(who, name)
        else:  # of a client that nobody watches
            name = self.new_socket(f"X{call.value}+", "ESTABLISHED")["id"]
        self.processes[who]["fds"][str(call.value)] = name

    def do_connect(self, who, call, facts, sock):
        if not call.ok:
            sock.update(state="CLOSED", local="", peer="", error=None)
            facts["key"] = "refused" if call.error == "ECONNREFUSED" else "failed"
        self.knows(who, sock["id"])

    def do_write(self, who, call, facts, sock):
        data = call.data + ("..." if '"...' in call.arguments else "")
        other = self.peer(sock)
        self.send(sock, "DATA", data=data, bytes=call.value)
        return [lambda: self.arrives(who, sock, other, data, call.value)]

    def do_read(self, who, call, facts, sock):
        self.knows(who, sock["id"])
        if not call.value:
            self.knows(who, sock["id"] + " end")
            facts["key"] = "read-end"
        sock["bytes"] = max(sock["bytes"] - call.value, 0)
        sock["data"] = sock["data"][call.value:] if sock["bytes"] else ""

    def do_shutdown(self, who, call, facts, sock):
        return self.finish(who, sock) if call.list[1] != "SHUT_RD" else None

    def do_close(self, who, call, facts, _):
        return self.release(who, [str(call.descriptor)], facts)

    def release(self, who, numbers, facts):
        """Takes descriptors from a program; a socket that no program holds any more is closed."""
        after, fds = [], self.processes[who]["fds"]
        for number in numbers:
            sock = self.sockets.get(fds.pop(number, None))
            if sock and any(sock["id"] in p["fds"].values() for p in self.processes.values()):
                facts["socket"] = "shared"
            elif sock:
                facts["socket"] = sock["state"]
                after += self.closed(who, sock)
        return after

    def do_dup(self, who, call, facts, _):
        fds = self.processes[who]["fds"]
        if str(call.descriptor) in fds:
            fds[str(call.value)] = fds[str(call.descriptor)]

    def do_fcntl(self, who, call, facts, sock):
        if "F_DUPFD" in call.arguments:
            self.do_dup(who, call, facts, sock)

    def do_rt_sigaction(self, who, call, facts, _):
        facts["key"] = "other"
        if "SIG_IGN" in call.list[1]:
            facts.update(key="ignores", signal=call.list[0])
            self.processes[who]["ignores"].append(call.list[0])

    def do_clone(self, who, call, facts, _):
        """A new task: with CLONE_THREAD it shares its parent's descriptors, else it gets a copy of them."""
        thread, child = "CLONE_THREAD" in call.arguments, next_child(self.processes)
        self.start(who, child, thread)
        self.knows(child, who)
        facts["key"] = "thread" if thread else "clone"

    def start(self, who, child, thread):
        mine = self.processes[who]
        self.processes[child] = dict(mine, fds=mine["fds"] if thread else dict(mine["fds"]), waits=None, woken=False,
                                     end=None, ignores=list(mine["ignores"]), thread=thread)

    def do_exit_group(self, who, call, facts, _):
        process = self.processes[who]
        process["end"] = facts["status"] = call.arguments
        if call.arguments.startswith("killed"):
            facts["key"] = "killed"
        threads = [w for w, p in self.processes.items() if w != who and p["fds"] is process["fds"]]
        if call.name == "exit" and threads:
            process["fds"] = {}
            return []
        return self.release(who, list(process["fds"]), facts)
