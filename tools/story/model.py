"""What two programs have asked their kernel for: a World takes a server's and its clients' calls.

Each Moment that it yields is complete in itself. What strace cannot show (handshake, arrivals,
refusal, TIME-WAIT) is derived from what the programs asked for; tests hold it against the kernel.
"""

import codecs
import re

from story.moment import Moment, Process, asks_nothing, takes
from story.tcp import OPEN, Tcp

ABOUT_SOCKETS = "setsockopt bind listen accept connect write read shutdown".split()
TOLD = "poll nanosleep wait4 epoll_create".split()  # what changes nothing, and yet is told
OPTIONS = "SO_REUSEADDR SO_REUSEPORT SO_LINGER IPV6_V6ONLY".split()  # those that change something


class World:
    """Two programs, and the kernel between them. watched: are the clients traced, too?"""

    def __init__(self, watched=True, **limits):
        self.tcp, self.processes, self.watched = Tcp(**limits), {}, watched
        self.asked = {}  # who: the call that it is in
        self.began = {}  # who: the event that made it; None: what was before; till its first own
        self.cause = 0  # the event without which that one could not be that goes on
        self.epolls = {}  # (who, descriptor): the descriptors that it watches
        self.last = {"processes": {}, "sockets": {}}
        for who in ("server", "client"):
            self.start(who)

    def start(self, who, parent=None, thread=False):
        """A new program; or its child, or thread."""
        mine = self.processes.get(parent)
        fds = mine.fds if mine else dict.fromkeys("012", "terminal")
        ignores = mine.ignores if mine else ()
        self.processes[who] = Process(fds if thread else dict(fds), thread, ignores=ignores)
        self.began[who] = self.tcp.now if parent else None

    def held(self, who, number):
        """The socket behind a program's descriptor, or None."""
        process = self.processes.get(who)
        return process and self.tcp.sockets.get(process.fds.get(str(number)))

    def woken(self, who, call):
        """Has the kernel, meanwhile, what this call waits for? Then it is about to go on. What
        select watches is not looked at."""
        sock, name = self.held(who, call.descriptor), call.kind
        if name == "poll":
            listed = re.findall(r"fd=(\d+)", call.arguments)
            watched = self.epolls.get((who, call.descriptor)) or listed
            return any(each and each.readable() for each in (self.held(who, n) for n in watched))
        if name == "connect" and sock:
            return sock.state == "ESTABLISHED" or sock.error is not None
        return name in ("accept", "read") and sock is not None and sock.readable()

    # --- one event, and the moments that follow from it

    def moment(self, who, key, **facts):
        for name, process in self.processes.items():
            process.woken = name in self.asked and self.woken(name, self.asked[name])
        state, changes = {"wire": [dict(packet) for packet in self.tcp.wire]}, {}
        for part, things in (("processes", self.processes), ("sockets", self.tcp.sockets)):
            before, state[part] = self.last[part], {}
            changes.update({name: None for name in before if name not in things})
            for name, thing in things.items():
                shown, old = thing.shown(), before.get(name)
                state[part][name] = old if old == shown else shown
                if old != shown:
                    changes[name] = {field: value for field, value in shown.items()
                                     if old is None or old[field] != value}
        self.last = state
        return Moment(who, key, facts, state, changes)

    def take(self, who, phase, call, line=None):
        """Yields the moments of one event; none where nothing is to be said of it. phase: does,
        asks (and waits), gets (the answer); or why the story stops here."""
        if who not in self.processes:  # another client; or a thread that was there before
            self.start(who, "server" if ".t" in who else None, ".t" in who)
        process = self.processes[who]
        process.line, process.waits = line or process.line, None
        made = self.began.pop(who, 0)
        self.cause = self.tcp.now if made is None else made
        self.tcp.now, self.tcp.wire = self.tcp.now + 1, []
        self.asked.pop(who, None)
        sock, name = self.held(who, call.descriptor), call.kind
        if phase == "asks":
            self.asked[who], process.waits = call, call.name
            yield from self.waits(who, call, name, sock)
        elif phase in ("does", "gets"):
            yield from self.answered(who, call, name, sock)
        else:
            yield self.moment(who, phase, call=call.name)

    def waits(self, who, call, name, sock):
        if name == "connect" and sock and who.startswith("client"):
            self.tcp.ask(sock, (call.address, call.port))
            yield self.moment(who, "connect-asks", fd=call.descriptor)
            yield from self.steps(self.tcp.handshake(sock))
        else:
            yield self.moment(who, "waits", name=name, call=call.name, fd=call.descriptor)

    def steps(self, steps):
        """The moments of what the kernels do."""
        for who, key, facts in steps:
            yield self.moment(who, key, **facts)

    def answered(self, who, call, name, sock):
        """Yields what follows from the kernel's answer to a call, about that socket or none."""
        facts = {"key": name if call.ok or name == "exit_group" else "failed", "call": call.name,
                 "name": name, "fd": call.descriptor, "result": call.value, "error": call.error}
        after = ()
        if name == "connect" and sock and call.ok and sock.state == "SYN-SENT":
            yield from self.steps(self.tcp.handshake(sock))  # it has asked again, and had room
        if call.ok and not sock and name in ABOUT_SOCKETS:  # a file, the terminal, UDP
            facts["key"] = self.prints(who, call) if name == "write" else "other"
        elif hasattr(self, "do_" + name):
            does = ("do_" if facts["key"] == name else "no_") + name
            after = getattr(self, does, lambda *_: ())(who, call, facts, sock)
        elif name not in TOLD:
            facts["key"] = "other"
        key = facts.pop("key")
        if key != "other":
            yield self.moment(who, key, **facts)
        yield from self.steps(after or ())

    # --- can the kernel have answered so by now, by what the others have done?

    def agrees(self, who, call):
        sock, rule = self.held(who, call.descriptor), getattr(self, "can_" + call.kind, None)
        return not sock or rule is None or call.error == "EINTR" or rule(sock, call)

    def can_connect(self, sock, call):
        if sock.side == "server":
            return True  # whom a server connects to is not followed
        if call.ok and sock.state == "SYN-SENT":  # its request was dropped, and sent again
            listener = self.tcp.listener(sock.peer)
            return listener is not None and not listener.full()
        wanted = sock.state == "ESTABLISHED" if call.ok else sock.error is not None
        return wanted or call.error not in (None, "ECONNREFUSED")

    def can_accept(self, sock, call):
        return bool(sock.queue) or not takes(sock, call) or not self.watched

    def can_read(self, sock, call):
        if call.ok and (call.value or asks_nothing(call)):
            return sock.bytes >= call.value
        if call.ok:
            return not sock.bytes and (sock.eof or sock.dead and not sock.error)
        return call.error not in ("ECONNRESET", "EPIPE") or sock.error == call.error

    def can_write(self, sock, call):
        if call.ok:
            return sock.state in OPEN
        expected = sock.error or ("EPIPE" if sock.state not in OPEN else None)
        return call.error not in ("ECONNRESET", "EPIPE") or call.error == expected

    # --- what each call changes, where it succeeds (do_) and where it fails (no_). In: who called,
    # the call, the facts for the sentence (key: which), the socket behind its descriptor. Out: the
    # kernels' steps that follow, or nothing.

    def prints(self, who, call):
        """What the program's terminal shows: its last two lines, as far as strace tells them."""
        process = self.processes[who]
        if process.fds.get(str(call.descriptor)) != "terminal" or not call.value:
            return "other"
        text = codecs.escape_decode(call.data.encode())[0].decode("utf-8", "replace")
        text = process.printed + text + "…\n" * ('"...' in call.arguments)
        lines = re.sub(r"[^\n -~\u00a0-\uffff]", "", text).split("\n")
        process.printed = "\n".join(lines[-3:] if lines[-1] == "" else lines[-2:])
        return "prints"

    def do_socket(self, who, call, facts, _):
        facts["key"] = "other"
        if call.arguments.startswith("AF_INET") and "SOCK_STREAM" in call.arguments:
            facts["key"] = "socket"
            self.processes[who].fds[str(call.value)] = self.tcp.new(who.partition(".")[0]).id

    def do_setsockopt(self, who, call, facts, sock):
        facts["option"], value = name, _ = call.list[2:4]
        off = value == "[0]" or "l_onoff=0" in value or name == "SO_LINGER" and "r=0" not in value
        if name in OPTIONS:
            others = tuple(each for each in sock.options if each != name)
            sock.options = others if off else (*others, name)

    def do_bind(self, who, call, facts, sock):
        sock.local = facts["host"], facts["port"] = call.address, call.port

    def do_listen(self, who, call, facts, sock):
        self.tcp.listen(sock, int(call.list[1]))

    def do_accept(self, who, call, facts, sock):
        if sock.queue:
            taken = self.tcp.take(sock)
            self.cause = taken.since
        else:  # of a client that nobody watches
            taken = self.tcp.new("server", f"X{call.value}+", state="ESTABLISHED")
        self.processes[who].fds[str(call.value)] = taken.id

    def no_accept(self, who, call, facts, sock):
        if sock and sock.queue and takes(sock, call):
            facts["key"] = "accept-drops"
            return self.tcp.close(self.tcp.take(sock))

    def do_connect(self, who, call, facts, sock):
        if sock.side == "server":
            del self.tcp.sockets[sock.id]
            facts["key"] = "other"

    def no_connect(self, who, call, facts, sock):
        if sock and sock.side == "client":
            sock.state, sock.local, sock.peer, sock.error = "CLOSED", None, None, None
            facts["key"] = "refused" if call.error == "ECONNREFUSED" else "failed"

    def do_write(self, who, call, facts, sock):
        data = call.data + ("..." if '"...' in call.arguments else "")
        return self.tcp.write(sock, data, call.value)

    def do_read(self, who, call, facts, sock):
        facts["key"] = "other" if asks_nothing(call) else "read" if call.value else "read-end"
        if facts["key"] != "other":
            self.cause = sock.since
            # Of the data that are left, only the number is shown.
            sock.bytes, sock.data = max(sock.bytes - call.value, 0), ""

    def no_read(self, who, call, facts, sock):
        if sock and sock.error == call.error:
            sock.error, self.cause = None, sock.since

    no_write = no_read

    def do_shutdown(self, who, call, facts, sock):
        if sock.state == "LISTEN":
            return self.tcp.stop_listening(sock)
        sock.eof = sock.eof or call.list[1] != "SHUT_WR"
        return self.tcp.finish(sock) if call.list[1] != "SHUT_RD" else None

    def do_close(self, who, call, facts, _):
        return self.release(who, [str(call.descriptor)], facts)

    def release(self, who, numbers, facts):
        """Takes descriptors from a program; a socket that no program holds any more is closed."""
        after, fds = [], self.processes[who].fds
        for number in numbers:
            sock = self.tcp.sockets.get(fds.pop(number, None))
            if sock and any(sock.id in each.fds.values() for each in self.processes.values()):
                facts["socket"] = "shared"
            elif sock:
                facts["socket"] = sock.state
                after.append(self.tcp.close(sock))
        return (step for steps in after for step in steps)

    def do_dup(self, who, call, facts, _):
        fds, new = self.processes[who].fds, str(call.value)
        target = fds.get(str(call.descriptor))
        if not target or new == str(call.descriptor):
            facts["key"] = "other"  # a file, of which nothing is known
            return None
        after = self.release(who, [new], {})
        fds[new] = target
        return after

    def do_fcntl(self, who, call, facts, sock):
        waits = call.list[1] != "F_SETFL" or "O_NONBLOCK" not in call.arguments
        facts["key"] = "dup" if "F_DUPFD" in call.arguments else "other" if waits else "nonblocking"
        return self.do_dup(who, call, facts, sock) if facts["key"] == "dup" else None

    def do_epoll_ctl(self, who, call, facts, _):
        does, facts["about"] = call.list[1:3]
        facts["does"] = does.rpartition("_")[2]
        watched = self.epolls.setdefault((who, call.descriptor), set())
        (watched.discard if facts["does"] == "DEL" else watched.add)(facts["about"])

    def do_rt_sigaction(self, who, call, facts, _):
        facts["key"], facts["signal"] = "other", call.list[0]
        if "SIG_IGN" in call.list[1]:
            facts["key"] = "ignores"
            self.processes[who].ignores += call.list[0],
        elif "sa_handler=0x" in call.list[1]:
            facts["key"] = "handles"

    def do_clone(self, who, call, facts, _):
        """A thread shares its parent's descriptors, a child gets copies of them. What is made to
        run another program (vfork) is no part of the story."""
        thread = "CLONE_THREAD" in call.arguments
        facts["key"] = "thread" if thread else "clone" if call.child else "other"
        if call.child:
            self.start(call.child, who, thread)

    def do_exit_group(self, who, call, facts, _):
        process = self.processes[who]
        process.end = facts["status"] = call.arguments
        others = [each for each in self.processes.values()
                  if each is not process and each.fds is process.fds and each.end is None]
        if call.name == "exit" and others:
            facts["key"], process.fds = "thread-ends", {}
            return None
        for each in others:
            each.end = process.end
        facts["key"] = "killed" if call.arguments.startswith("killed") else "exit_group"
        return self.release(who, list(process.fds), facts)
