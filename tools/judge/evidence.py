"""What is known of a program once its clients have been there, and it is left in peace: facts, no
words of ours."""

import errno
import os
import re
from functools import cached_property

import kernel

from . import line
from .patience import AT_ONCE
from .sockets import ACCEPTS, SOCKET_CALLS, WAITS, WRITES, Sockets

WILDCARDS = ("0.0.0.0", "::", "::ffff:0.0.0.0")
CALLS = ("socket", "bind", "listen", "accept", "write")  # what each step adds
QUIET = ("close", "shutdown", "getpeername", "getsockname", "getsockopt", "fcntl", "epoll_ctl")
NO_FAILURE = re.compile(r"^(socket|setsockopt|bind|listen|accept|write|send|close): "
                        "(?:Success|No error information)$", re.M)
# How runtimes name the error that ends a program, or a thread of it.
NAMED = re.compile(r"\b([A-Z]\w*)?(Error|Exception)\b|Errno::|^panic: |panicked at|^terminate ")
BANNER = re.compile(r"listen|ready|start|running|waiting|8001", re.I)


def prints(call):
    """Does the call print something? perror does so by a copy of descriptor 2."""
    return call.name in WRITES and call.ok and call.value and "memfd:output" in call.arguments


class Evidence(Sockets):
    """A program's trace, its end, and its clients in the order in which they came.

    source  the reader's, where it is in no file; files: where it is
    ended   how it ended, as strace says it, or None while it lives; failed: with an error status
    killed_by  the signal that ended one of its processes, or ""
    spin    the failing call that it repeats without end
    taken_for_failure  what it named before ": Success": so perror says that nothing failed
    last_own  the last call that concerns a socket, but for closing or asking
    server  the socket call of the socket that serves; bound, listened: what gave it its address,
            and had it listen; well_bound: bound, where that is what the clients call
    takers  the accept calls that gave a connection; connected: the sockets that they gave
    texts   the calls that wrote, or tried to write, the text
    polite  the clients that wait for the end
    victim  the first of them that did not get what it should; any of these may be None
    """

    def __init__(self, visit, reply, files=(), source=None):
        self.visit, self.program, self.patience = visit, visit.program, visit.patience
        super().__init__(self.program.trace, visit.port)
        self.clients, self.reply = visit.clients, reply
        self.files, self.given = files, source
        self.find_end()
        self.find_sockets()
        self.polite = [client for client in self.clients if not client.rude]
        self.victim = next((client for client in self.polite if not self.answered(client)), None)

    def find_end(self):
        """Sets what is about the end."""
        alive = self.program.alive()
        wild = self.program.flood or alive and self.patience.spins_on()
        self.trace.update(AT_ONCE if wild else -1)
        self.spin, ends = self.patience.spins_on(), list(self.trace.ends.values())
        self.ended = None if alive else ends[-1] if ends else "ended"
        killed = re.findall(r"killed by (SIG\w+)", "\n".join(ends))
        self.killed_by = next((signal for signal in killed if signal != "SIGKILL"), "")
        self.failed = bool(re.match("exited with [^0]", self.ended or ""))
        calls = (c for c in reversed(self.trace.calls) if c.name not in QUIET)
        calls = (c for c in calls if c.socket or c.new_socket or c.name in SOCKET_CALLS)
        self.last_own = next(calls, None)
        successes = NO_FAILURE.findall(self.program.output())
        self.taken_for_failure = successes[-1] if successes else None

    def find_sockets(self):
        """Sets what is about sockets."""
        self.server = self.server_call()
        self.bound = next((c for c in self.of_server("bind") if c.ok), None)
        well = self.bound and self.bound.port == self.port and self.bound.address in WILDCARDS
        self.well_bound = self.bound if well else None
        self.listened = next((c for c in self.of_server("listen") if c.ok), None)
        self.takers = self.accepted()
        self.connected = {c.new_socket for c in self.takers}
        texts = [w for w in self.calls(*WRITES) if "hello" in w.data.lower()]
        # A traceback may quote the text: that is no attempt to send it.
        self.texts = [w for w in texts if not (w.descriptor == 2 and self.ended)]

    # --- its end ----------------------------------------------------------------------------------

    @cached_property
    def quiet(self):
        """Is it certain that the program will do no more than it has done?"""
        patience = self.patience
        return bool(self.ended or self.spin or patience.waits_for_good() or patience.computes())

    @cached_property
    def last_words(self):
        """The lines that it printed after its last own call, to standard error if it printed any
        there. Standard output may have waited in a buffer: no banner is a last word."""
        calls = self.since(self.last_own) if self.last_own else self.trace.calls
        told, end = {True: [], False: []}, len(printed := self.program.output().encode())
        for call in reversed(list(filter(prints, calls))):
            told[call.descriptor == 1][:0] = [printed[max(0, end - call.value):end]]
            end -= call.value
        text = b"".join(told[False] or told[True]).decode("utf-8", "replace")
        lines = [each.strip() for each in text.splitlines() if each.strip()]
        return [each for each in lines if told[False] or not BANNER.search(each)]

    @cached_property
    def named_error(self):
        """The line in which a runtime has named an error: at the end, or in a thread; or ""."""
        lines = self.last_words if self.ended else self.program.output().splitlines()
        named = [each.strip() for each in lines if NAMED.search(each.strip())]
        return next((each for each in reversed(named) if not each.startswith("Node.js v")), "")

    @cached_property
    def complaint(self):
        """The line that says best why it ended with an error; or ""."""
        wrong = self.failed or self.killed_by == "SIGABRT"
        return self.named_error or (self.last_words or [""])[-1] if wrong else ""

    @cached_property
    def own_error(self):
        """Has it ended by an error that a runtime has named, and that no failed call explains?"""
        errors = {call.error for call in self.trace.calls if call.error}
        return bool(self.failed and self.named_error) and not any(map(self.quotes, errors))

    def quotes(self, error):
        """Do its last words name this error?"""
        number, said = getattr(errno, error, 0), "\n".join(self.last_words).lower()
        names = (error.lower(), os.strerror(number).lower(), f"errno {number}", f"code: {number},")
        return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", said) for name in names)

    def ended_by(self, call):
        """Did this failed call end the program: do its last words name the error, or did it say
        nothing, and do nothing more?"""
        last = call is self.last_own and not self.complaint
        return bool(self.ended) and not self.own_error and (last or self.quotes(call.error))

    @property
    def fatal(self):
        """The last failed call about a socket, where that ended the program; or None."""
        call = self.last_own
        return call if call and call.error and self.ended_by(call) else None

    # --- how far it came --------------------------------------------------------------------------

    def of_server(self, *names):
        """The finished calls of these names on the server's socket, in order."""
        return self.calls(*names, socket=self.server.new_socket) if self.server else []

    @cached_property
    def sources(self):
        """The files of the reader's own that are known: those named, and that of the socket."""
        return [*self.files, *filter(None, [line.of_call(self.server).rpartition(":")[0]])]

    @cached_property
    def source_text(self):
        """The reader's source, without comments; "" where it is not known."""
        text = self.given or ""
        for file in self.sources if self.given is None else ():
            with open(file, encoding="utf-8", errors="replace") as content:
                content = content.read(1 << 20)
                text += content if not content.startswith("\x7fELF") else ""
        return re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.S)

    def tried(self, name):
        """Has it tried the call that this step adds?"""
        if name == "write":
            sent = any(c.socket in self.connected for c in self.calls(*WRITES))
            return sent or bool(self.texts)
        return any(c.name.startswith(name) for c in self.every())

    def begun(self, name):
        """Has the reader begun with this step: is it, or a later one, tried, or in the source?"""
        if self.program.flood or self.failed or self.killed_by:
            return True
        word = r"(write|send|fdopen)\w*|hello" if name == "write" else f"{name}4?"
        tried = any(map(self.tried, CALLS[CALLS.index(name):]))
        return tried or bool(re.search(rf"\b({word})\b", self.source_text))

    @cached_property
    def reachable(self):
        """Could the first client connect; where none was sent, does anybody listen?"""
        return not self.clients[0].error if self.clients else bool(kernel.listeners(self.port))

    @property
    def stayed(self):
        """Has it, once it listened, ever waited, or does it live with its socket open?"""
        if any(c.name in WAITS for c in self.since(self.listened)):
            return True
        return not self.ended and bool(kernel.listening_port(self.server.new_socket))

    @cached_property
    def listener_closed(self):
        """The call that closed a listening socket in the process that accepts, so that nobody
        listens on it any more: the kernel has the last word, since a copy may be open."""
        accepting = {(c.task, c.socket) for c in self.takers}
        calls = self.trace.calls
        if self.ended:  # at its end a program may tidy up: that is not what ended it
            last = next((c for c in reversed(calls) if c.name in ACCEPTS), None)
            calls = calls[:calls.index(last)] if last else ()
        closes = [c for c in calls if c.name in ("close", "shutdown") and c.ok]
        closes = [c for c in closes if (c.task, c.socket) in accepting]
        return next((c for c in closes if not kernel.listening_port(c.socket)), None)

    @cached_property
    def listener_made_anew(self):
        """Was another listening socket made after that one was closed?"""
        later = self.since(self.listener_closed) if self.listener_closed else ()
        return any(c in later for c in self.listening_sockets())

    # --- its clients ------------------------------------------------------------------------------

    def answered(self, client):
        """Has the client got the reply, and then the end? For a request, more may be around it."""
        right = self.reply in client.data if client.request else client.data == self.reply
        return right and client.end == "closed"

    def number(self, client):
        """Which one it was, from 1."""
        return self.clients.index(client) + 1

    @property
    def left_out(self):
        """Is the victim one that came after others, and was refused, or got nothing at all, or was
        never taken?"""
        victim = self.victim
        if not victim or victim is self.clients[0]:
            return False
        missed = len(self.takers) < self.number(victim)
        ignored = victim.end == "reset" and not victim.data and missed
        return bool(victim.error or not (victim.data or victim.end) or ignored)

    @property
    def empty_handed(self):
        """The victim, where it is one that was let in and got not a byte."""
        return self.victim if self.victim and not self.left_out and not self.victim.data else None

    def more(self, what):
        """How many descriptors, processes, threads or zombies more than after the first client."""
        begin, end = self.visit.counts or ({}, {})
        return end.get(what, 0) - begin.get(what, 0)

    @cached_property
    def kept(self):
        """The clients whose connections the program still holds, though they have gone."""
        held = {what for _, _, what in kernel.descriptors(self.program.processes())}
        taken = zip(self.takers, self.clients)
        return [client for call, client in taken if f"socket:[{call.new_socket}]" in held]
