"""What is known of a program once its clients have been there: questions, answered with facts. To be
asked after the visit, when the program is left in peace: each answer is kept."""

import re
from functools import cached_property

import kernel

from . import line
from .ending import Ending
from .patience import AT_ONCE, naps
from .sockets import ACCEPTS, CLOSES, WAITS, WRITES

WILDCARDS = ("0.0.0.0", "::", "::ffff:0.0.0.0")
CALLS = ("socket", "bind", "listen", "accept", "write")  # what each step adds


class Evidence(Ending):
    """The program's trace, its end, and its clients in the order in which they came, those that broke
    off included. source: the reader's, or None; files: where else it is. rerun: as for Ending."""

    def __init__(self, visit, course, files=(), source=None, rerun=lambda: None):
        super().__init__(visit.program, course.port, rerun)
        self.patience, self.visit = visit.patience, visit
        self.clients, self.reply = visit.clients, course.reply
        self.files, self.given = files, source
        wild = self.program.flood or self.program.alive() and self.patience.spins_on()
        self.trace.update(AT_ONCE if wild else -1)

    # --- the program -----------------------------------------------------------------------------

    @cached_property
    def spin(self):
        """The failing call that it repeats without end, or None."""
        return self.patience.spins_on()

    @cached_property
    def quiet(self):
        """Is it certain that the program will do no more than it has done?"""
        return bool(self.ended or self.patience.waits_for_good() or self.spin)

    @property
    def sleeping(self):
        return naps(self.trace.pending.values())

    @cached_property
    def input_was_empty(self):
        """Has it read from standard input, which is empty here?"""
        reads = [c for c in self.calls("read") if c.descriptor == 0 and c.value == 0]
        return any(self.server and c.task == self.server.task for c in reads)

    @cached_property
    def source(self):
        """The reader's source, without comments; "" where it is not known."""
        text, files = self.given or "", [file for file in self.files if file != "./a.out"]
        files = files or filter(None, [line.of_call(self.server).rpartition(":")[0]])
        for file in files if self.given is None else ():
            with open(file, encoding="utf-8", errors="replace") as content:
                text += content.read(1 << 20)
        return re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.S)

    def tried(self, name):
        """Has it tried the call that this step adds?"""
        if name == "write":
            sent = any(c.socket in self.connected for c in self.calls(*WRITES))
            return sent or bool(self.texts)
        return any(c.name.startswith(name) for c in self.every())

    def begun(self, name):
        """Has the reader begun with this step: is the call, or a later one, tried, or in the source?"""
        if self.program.flood or self.failed or self.killed_by:
            return True
        word = "write|send|hello world" if name == "write" else name
        tried = any(map(self.tried, CALLS[CALLS.index(name):]))
        return tried or bool(re.search(rf"\b({word})\w*\b", self.source))

    # --- its sockets -----------------------------------------------------------------------------

    @cached_property
    def server(self):
        return self.server_call()

    def of_server(self, *names):
        """The finished calls of these names on the server's socket, in order."""
        return self.calls(*names, socket=self.server.new_socket) if self.server else []

    @cached_property
    def bound(self):
        """The bind call that gave the server's socket its address, or None."""
        return next((b for b in self.of_server("bind") if b.ok), None)

    @property
    def well_bound(self):
        """The bind call, if it gave the address that the clients call."""
        done = self.bound
        return done if done and done.port == self.port and done.address in WILDCARDS else None

    @cached_property
    def listened(self):
        return next((c for c in self.of_server("listen") if c.ok), None)

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
    def asked_accept(self):
        """Every accept call, on whatever descriptor, the waiting ones included."""
        return [c for c in self.every() if c.name in ACCEPTS]

    @cached_property
    def takers(self):
        """The accept calls that gave a connection."""
        return self.accepted()

    @cached_property
    def connected(self):
        """The sockets that accept has given."""
        return {c.new_socket for c in self.takers}

    @cached_property
    def listener_closed(self):
        """The call that closed a listening socket in the process that accepts, so that nobody listens
        on it any more: the kernel has the last word, since a copy may be open."""
        accepting = {(c.task, c.socket) for c in self.takers}
        closes = [c for c in self.calls(*CLOSES) if c.ok and (c.task, c.socket) in accepting]
        if self.ended:  # at its end a program may tidy up: that is not what ended it
            closes = [c for c in closes if self.before(c, self.calls(*ACCEPTS)[-1])]
        return next((c for c in closes if not kernel.listening_port(c.socket)), None)

    @cached_property
    def listener_made_anew(self):
        """Was another listening socket made after that one was closed?"""
        closed = self.listener_closed
        return closed and any(self.before(closed, c) for c in self.listening_sockets())

    @cached_property
    def texts(self):
        """The calls that wrote, or tried to write, the text. A traceback may quote it: that is none."""
        calls = [w for w in self.calls(*WRITES) if "hello" in w.data.lower()]
        return [w for w in calls if not (w.descriptor == 2 and self.ended)]

    # --- its clients -----------------------------------------------------------------------------

    def answered(self, client):
        """Has the client got the reply, and then the end? To a request, the reply may be in more."""
        right = self.reply in client.data if client.request else client.data == self.reply
        return right and client.end == "closed"

    @cached_property
    def polite(self):
        return [client for client in self.clients if not client.rude]

    @cached_property
    def rude(self):
        return [client for client in self.clients if client.rude]

    @cached_property
    def victim(self):
        """The first polite client that did not get what it should, or None."""
        return next((client for client in self.polite if not self.answered(client)), None)

    def number(self, client):
        """Which one it was, from 1."""
        return self.clients.index(client) + 1

    @cached_property
    def left_out(self):
        """Is the victim one that came after others, and was refused, or got nothing at all, or was
        never taken?"""
        victim = self.victim
        if not victim or victim is self.clients[0]:
            return False
        missed = len(self.takers) < self.number(victim)
        ignored = victim.end == "reset" and not victim.data and missed
        return bool(victim.error or not (victim.data or victim.end) or ignored)

    @cached_property
    def empty_handed(self):
        """The victim, where it is one that was let in and got not a byte."""
        return self.victim if self.victim and not self.left_out and not self.victim.data else None

    # --- what is left over after them ------------------------------------------------------------

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

    @cached_property
    def later(self):
        """The polite clients after the first."""
        return self.polite[1:]
