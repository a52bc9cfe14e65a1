"""What two programs have asked their kernel for: a World takes a server's and its clients' calls.

Each Moment that it yields is complete in itself. What strace cannot show (handshake, arrivals,
refusal, TIME-WAIT) is derived from what the programs asked for.
"""

import codecs
import copy
import dataclasses

from story.tcp import OPEN, Tcp

ABOUT_SOCKETS = "setsockopt bind listen accept connect write read shutdown".split()
TOLD = "poll wait4 epoll_create epoll_ctl".split()  # told, although nothing changes
OPTIONS = "SO_REUSEADDR SO_REUSEPORT SO_LINGER IPV6_V6ONLY".split()  # those that change something


@dataclasses.dataclass
class Process:
    """A process of a program; or a thread, which shares its process's descriptors."""

    fds: dict  # number: the id of a socket, or "terminal"
    thread: bool = False
    waits: str = None  # the call that it waits in
    woken: bool = False  # has the kernel what it waits for?
    started: bool = False  # has it made a call?
    end: str = None  # an exit status, or "killed by SIGPIPE"
    ignores: tuple = ()  # signals
    printed: str = ""  # the last of what it printed


@dataclasses.dataclass
class Moment:
    """Something that happened, and how everything is then.

    who: server, client, server.1 (a child or a thread), client.1, server-kernel, client-kernel.
    key, facts: for its sentence. state: {name: {field: value}} of the processes and the sockets.
    changes: what is new in it, and None for what has gone. wire: the packets on their way.
    event: the number of its call.
    """

    who: str
    key: str
    facts: dict
    state: dict
    changes: dict
    wire: list
    event: int = 0


class World:
    """Two programs, and the kernel between them. port: the client's, where it is known."""

    def __init__(self, port=None):
        self.tcp, self.processes = Tcp(port), {}
        self.asked = {}  # who: the call that it is in
        self.last = {}  # the state at the last moment
        for who in ("server", "client"):
            self.start(who)

    def start(self, who, parent=None, thread=False):
        """A new program; or its child, or thread."""
        mine = self.processes.get(parent)
        fds = mine.fds if mine else dict.fromkeys("012", "terminal")
        self.processes[who] = Process(fds if thread else dict(fds), thread,
                                      ignores=mine.ignores if mine else ())

    def held(self, who, number):
        """The socket behind a program's descriptor, or None."""
        process = self.processes.get(who)
        return process and self.tcp.sockets.get(process.fds.get(str(number)))

    def woken(self, who, call):
        """Has the kernel, meanwhile, what this call waits for? Then it is about to go on."""
        sock = self.held(who, call.descriptor)
        if call.kind == "connect" and sock:
            return sock.state == "ESTABLISHED" or sock.error is not None
        return call.kind in ("accept", "read") and sock is not None and sock.readable()

    # --- one event, and the moments that follow from it

    def moment(self, who, key, facts):
        for name, process in self.processes.items():
            process.woken = name in self.asked and self.woken(name, self.asked[name])
        last, things = self.last, {**self.processes, **self.tcp.sockets}
        self.last = {name: vars(copy.deepcopy(thing)) for name, thing in things.items()}
        changes = dict.fromkeys(last.keys() - things.keys())
        for name, new in self.last.items():
            old = last.get(name, {})
            if fields := {k: v for k, v in new.items() if k not in old or old[k] != v}:
                changes[name] = fields
        return Moment(who, key, facts, self.last, changes, self.tcp.wire)

    def take(self, who, phase, call):
        """Yields the moments of one event; none where nothing is to be said of it. phase: does,
        asks (and waits), gets (the answer); or why the story stops here."""
        if who not in self.processes:  # another client; or a thread that was there before
            self.start(who, "server" if ".t" in who else None, ".t" in who)
        process, sock = self.processes[who], self.held(who, call.descriptor)
        process.started, process.waits = True, None
        self.tcp.wire = []
        self.asked.pop(who, None)
        facts = {"call": call.name, "name": call.kind, "fd": call.descriptor,
                 "result": call.value, "error": call.error}
        if phase == "asks":
            self.asked[who], process.waits, said = call, call.name, ("waits", {})
            if call.kind == "connect" and sock and sock.side == "client":
                after = self.tcp.connect(sock, (call.address, call.port))
                said = "connect-asks", {}, after
        else:
            said = self.answered(who, call, sock) if phase in ("does", "gets") else (phase, {})
        key, more, *steps = said or (None, {})
        if key:
            yield self.moment(who, key, {**facts, **more})
        for acts, key, more in steps[0] if steps else ():
            yield self.moment(acts, key, {**facts, **more})

    def answered(self, who, call, sock):
        """What follows from the kernel's answer to a call, about that socket or none."""
        name, does = call.kind, getattr(self, "do_" + call.kind, None)
        if not call.ok and name != "exit_group":
            return self.failed(who, call, sock) if does or name in TOLD else None
        if not sock and name in ABOUT_SOCKETS:  # a file, the terminal, UDP
            return self.prints(who, call) if name == "write" else None
        return does(who, call, sock) if does else (name, {}) if name in TOLD else None

    # --- can the kernel have answered so by now, by what the others have done?

    def agrees(self, who, call):
        sock, rule = self.held(who, call.descriptor), getattr(self, "can_" + call.kind, None)
        return not sock or rule is None or call.error == "EINTR" or rule(sock, call)

    def can_connect(self, sock, call):
        if sock.side == "server":
            return True  # whom a server connects to is not followed
        wanted = sock.state == "ESTABLISHED" if call.ok else sock.error is not None
        return wanted or call.error not in (None, "ECONNREFUSED")

    def can_accept(self, sock, call):
        return bool(sock.queue) or not self.takes(sock, call)

    def takes(self, sock, call):
        """Has this accept taken a connection? It fails after that where the address has no room."""
        lost = call.error in ("EINVAL", "EFAULT") and "NULL, NULL" not in call.arguments
        return call.ok or lost and sock.state == "LISTEN"

    def can_read(self, sock, call):
        if not call.ok:
            return call.error not in ("ECONNRESET", "EPIPE") or sock.error == call.error
        if call.value or self.looks(call):
            return sock.bytes >= call.value
        return not sock.bytes and sock.eof and not sock.error

    def looks(self, call):
        """Does this read leave what there is where it is?"""
        return "MSG_PEEK" in call.arguments or call.list[2:3] == ["0"]

    def can_write(self, sock, call):
        if call.ok or call.error not in ("ECONNRESET", "EPIPE"):
            return not call.ok or sock.state in OPEN
        return call.error == (sock.error or (None if sock.state in OPEN else "EPIPE"))

    # --- what each call changes. In: who called, the call, the socket behind its descriptor. Out:
    # the key of its sentence, more facts for that, and the kernels' steps that follow; or None.

    def failed(self, who, call, sock):
        if call.kind == "accept" and sock and sock.queue and self.takes(sock, call):
            return "failed", {}, self.tcp.close(self.tcp.take(sock))
        if call.kind == "connect" and sock and sock.side == "client":
            sock.state, sock.local, sock.peer, sock.error = "CLOSED", None, None, None
            return "refused" if call.error == "ECONNREFUSED" else "failed", {}
        if sock and sock.error == call.error:
            sock.error = None
        return "failed", {}

    def prints(self, who, call):
        """What the program's terminal shows, as far as strace tells it."""
        process = self.processes[who]
        if process.fds.get(str(call.descriptor)) != "terminal" or not call.value:
            return None
        text = codecs.escape_decode(call.data.encode())[0].decode("utf-8", "replace")
        process.printed = (process.printed + text + "…\n" * ('"...' in call.arguments))[-200:]
        return "prints", {}

    def do_socket(self, who, call, _):
        if not call.arguments.startswith("AF_INET") or "SOCK_STREAM" not in call.arguments:
            return None
        self.processes[who].fds[str(call.value)] = self.tcp.new(who.partition(".")[0]).id
        return "socket", {}

    def do_setsockopt(self, who, call, sock):
        name, value = call.list[2:4]
        off = value == "[0]" or "l_onoff=0" in value or name == "SO_LINGER" and "r=0" not in value
        if name in OPTIONS:
            sock.options = tuple(sorted({*sock.options, name} - ({name} if off else set())))
        return "setsockopt", {"option": name}

    def do_bind(self, who, call, sock):
        sock.local = call.address, call.port
        return "bind", {"host": call.address, "port": call.port}

    def do_listen(self, who, call, sock):
        self.tcp.listen(sock, int(call.list[1]))
        return "listen", {}

    def do_accept(self, who, call, sock):
        if sock.queue:
            taken = self.tcp.take(sock)
        else:  # of a client that nobody watches
            taken = self.tcp.new("server", f"X{call.value}+", state="ESTABLISHED")
        self.processes[who].fds[str(call.value)] = taken.id
        return "accept", {}

    def do_connect(self, who, call, sock):
        if sock.side == "client":
            return "connect", {}
        del self.tcp.sockets[sock.id]
        return None

    def do_write(self, who, call, sock):
        data = call.data + ("..." if '"...' in call.arguments else "")
        return "write", {}, self.tcp.write(sock, data, call.value)

    def do_read(self, who, call, sock):
        if self.looks(call):
            return None
        # Of the data that are left, only the number is shown.
        sock.bytes, sock.data = max(sock.bytes - call.value, 0), ""
        return "read" if call.value else "read-end", {}

    def do_shutdown(self, who, call, sock):
        if sock.state == "LISTEN":
            return "shutdown", {}, self.tcp.stop_listening(sock)
        sock.eof = sock.eof or call.list[1] != "SHUT_WR"
        return "shutdown", {}, self.tcp.finish(sock) if call.list[1] != "SHUT_RD" else ()

    def do_close(self, who, call, _):
        held, after = self.release(who, [str(call.descriptor)])
        return "close", {"socket": held}, after

    def release(self, who, numbers):
        """Takes descriptors from a program; a socket that no program holds any more is closed.
        Returns the state of the last one, or "shared", and what follows."""
        state, after, fds = None, [], self.processes[who].fds
        for number in numbers:
            sock = self.tcp.sockets.get(fds.pop(number, None))
            if sock and any(sock.id in each.fds.values() for each in self.processes.values()):
                state = "shared"
            elif sock:
                state = sock.state
                after.append(self.tcp.close(sock))
        return state, (step for steps in after for step in steps)

    def do_dup(self, who, call, sock):
        if not sock or call.value == call.descriptor:
            return None  # a file, of which nothing is known
        _, after = self.release(who, [str(call.value)])
        self.processes[who].fds[str(call.value)] = sock.id
        return "dup", {}, after

    def do_fcntl(self, who, call, sock):
        if "F_DUPFD" in call.arguments:
            return self.do_dup(who, call, sock)
        return ("nonblocking", {}) if "O_NONBLOCK" in call.list[-1] else None

    def do_rt_sigaction(self, who, call, _):
        if "SIG_IGN" in call.list[1]:
            self.processes[who].ignores += call.list[0],
            return "ignores", {"signal": call.list[0]}
        return ("handles", {"signal": call.list[0]}) if "sa_handler=0x" in call.list[1] else None

    def do_clone(self, who, call, _):
        """A thread shares its parent's descriptors, a child gets copies of them. What is made to
        run another program (vfork) is no part of the story."""
        thread = "CLONE_THREAD" in call.arguments
        if call.child:
            self.start(call.child, who, thread)
        return ("thread" if thread else "clone", {}) if thread or call.child else None

    def do_exit_group(self, who, call, _):
        process, status = self.processes[who], call.arguments
        process.end = status
        others = [each for each in self.processes.values()
                  if each is not process and each.fds is process.fds and each.end is None]
        if call.name == "exit" and others:
            process.fds = {}
            return "thread-ends", {}
        for each in others:
            each.end = status
        _, after = self.release(who, list(process.fds))
        return "killed" if status.startswith("killed") else "exit_group", {"status": status}, after
