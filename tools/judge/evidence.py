"""What is known of a program once its clients have been there, and it is left in peace: facts."""

import re
from functools import cached_property

import kernel

from . import line
from .ending import Ending
from .sockets import ACCEPTS, WAITS, WRITES

WILDCARDS = ("0.0.0.0", "::", "::ffff:0.0.0.0")
CALLS = ("socket", "bind", "listen", "accept", "write")  # what each step adds


class Evidence(Ending):
    """A program's trace, its end, and its clients in the order in which they came.

    source  the reader's, where it is in no file; files: where it is
    rerun   a function that gives the Evidence of another run, in which no client breaks off
    server  the socket call of the socket that serves; bound, listened: what gave it its address,
            and had it listen; well_bound: bound, where that is what the clients call
    takers  the accept calls that gave a connection; connected: the sockets that they gave
    texts   the calls that wrote, or tried to write, the text
    polite, rude   the clients that wait for the end, and those that break off
    victim  the first polite client that did not get what it should; any of these may be None
    """

    def __init__(self, visit, course, files=(), source=None, rerun=lambda: None):
        super().__init__(visit, course.port)
        self.clients, self.reply = visit.clients, course.reply
        self.files, self.given, self.rerun = files, source, rerun
        self.find_sockets()
        self.polite = [client for client in self.clients if not client.rude]
        self.rude = [client for client in self.clients if client.rude]
        self.victim = next((client for client in self.polite if not self.answered(client)), None)

    def find_sockets(self):
        """Sets what is about sockets."""
        self.server = self.server_call()
        self.bound = next((c for c in self.of_server("bind") if c.ok), None)
        well = self.bound and self.bound.port == self.port and self.bound.address in WILDCARDS
        self.well_bound = self.bound if well else None
        self.listened = next((c for c in self.of_server("listen") if c.ok), None)
        self.asked_accept = [c for c in self.every() if c.name in ACCEPTS]
        self.takers = self.accepted()
        self.connected = {c.new_socket for c in self.takers}
        texts = [w for w in self.calls(*WRITES) if "hello" in w.data.lower()]
        # A traceback may quote the text: that is no attempt to send it.
        self.texts = [w for w in texts if not (w.descriptor == 2 and self.ended)]

    def of_server(self, *names):
        """The finished calls of these names on the server's socket, in order."""
        return self.calls(*names, socket=self.server.new_socket) if self.server else []

    @cached_property
    def source_text(self):
        """The reader's source, without comments; "" where it is not known."""
        text = self.given or ""
        files = [*self.files, line.of_call(self.server).rpartition(":")[0]]
        for file in filter(None, files if self.given is None else ()):
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
        closes = [c for c in self.calls("close", "shutdown") if (c.task, c.socket) in accepting]
        if self.ended:  # at its end a program may tidy up: that is not what ended it
            closes = [c for c in closes if self.before(c, self.calls(*ACCEPTS)[-1])]
        return next((c for c in closes if c.ok and not kernel.listening_port(c.socket)), None)

    @cached_property
    def listener_made_anew(self):
        """Was another listening socket made after that one was closed?"""
        closed = self.listener_closed
        return closed and any(self.before(closed, c) for c in self.listening_sockets())

    @cached_property
    def ends_anyway(self):
        """Does it end as well where no client breaks off?"""
        other = self.rerun()
        return bool(other and other.takers and other.ended)

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
