"""What is known of a program once its clients have been there: questions, answered with facts. To be
asked after the visit, when the program is left in peace: each answer is kept."""

import re
from functools import cached_property

import kernel

from . import line
from .ending import Ending
from .patience import AT_ONCE, naps
from .sockets import ACCEPTS, CLOSES, WAITS, WILDCARDS, WRITES

CALLS = ("socket", "bind", "listen", "accept", "write")  # what each step adds


class Evidence(Ending):
    """The program's trace, its end, and its clients in the order in which they came, those that
    broke off included. files: the reader's own. rerun: as for Ending."""

    def __init__(self, visit, course, files=(), rerun=lambda: None):
        super().__init__(visit.program, course.port, rerun)
        self.patience, self.visit, self.files = visit.patience, visit, files
        self.clients, self.reply = visit.clients, course.reply
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
        reads = [c for c in self.calls("read") if c.descriptor == 0 and not c.socket]
        return any(c.value == 0 for c in reads if self.server and c.task == self.server.task)

    @property
    def stopped(self):
        """Is it stopped, by nobody but itself?"""
        return bool(self.trace.signals) and self.trace.signals[-1][1] == "stopped"

    @cached_property
    def source(self):
        """The reader's source, without comments; "" where it is not known."""
        files = self.files or filter(None, [line.of_call(self.server).rpartition(":")[0]])
        text = ""
        for file in files:
            with open(file, encoding="utf-8", errors="replace") as content:
                text += content.read(1 << 20) if file != "./a.out" else ""
        return re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.S)

    def tried(self, name):
        """Has it tried the call that this step adds?"""
        if name == "write":
            return bool(self.texts) or any(c.socket in self.connected for c in self.calls(*WRITES))
        return any(c.name.startswith(name) for c in self.every())

    def begun(self, name):
        """Has the reader begun with this step: is the call, or a later one, tried, or in the source?"""
        if self.program.flood or self.failed or self.killed_by:
            return True
        if any(map(self.tried, CALLS[CALLS.index(name):])):
            return True
        word = "write|send|hello world" if name == "write" else name
        return bool(re.search(rf"\b({word})\w*\b", self.source))

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
    def listening(self):
        """Does anybody listen on the port: what the kernel says?"""
        return bool(kernel.listeners(self.port))

    @property
    def reachable(self):
        """Could the first client connect; where none was sent, does anybody listen?"""
        return not self.clients[0].error if self.clients else self.listening

    @property
    def stayed(self):
        """Has it, once it listened, ever waited for something, or does it live; and has it left its
        socket open?"""
        if any(c.name in WAITS for c in self.since(self.listened)):
            return True
        return not self.ended and (bool(self.asked_accept) or not self.closed_at_once)

    @cached_property
    def closed_at_once(self):
        """The call that closed the listening socket before anybody was accepted, or None; the kernel
        has to agree."""
        closes = self.of_server(*CLOSES) if self.listened and not self.takers else []
        return closes[-1] if closes and not kernel.listening_port(self.server.new_socket) else None

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
        """How many descriptors, processes, threads or zombies it has more than after its first client."""
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

    @cached_property
    def rude(self):
        return [client for client in self.clients if client.rude]
