"""What is known of a program once its clients have been there: questions, answered with facts, no words.

Asked when the program is left in peace: what once was answered stays so.
"""

import re
from functools import cached_property

import kernel

from .patience import AT_ONCE, naps
from .sockets import ACCEPTS, CLOSES, WAITS, WILDCARDS, WRITES, Sockets
from .texts.told import Told

CAN_SAY = r"^(socket|setsockopt|bind|listen|accept|write|send|close): "
NO_FAILURE = re.compile(CAN_SAY + "(?:Success|Undefined error: 0|No error information|No error)$", re.M)


class Evidence(Told, Sockets):
    """The program's trace, what became of it, and the clients in the order in which they came."""

    def __init__(self, visit, course):
        super().__init__(visit.program.trace, course.port)
        self.program, self.patience, self.visit = visit.program, visit.patience, visit
        self.clients, self.reply = visit.clients, course.reply
        wild = self.program.flood or self.program.alive() and self.patience.spins_on()
        self.trace.update(AT_ONCE if wild else -1)

    # --- the program -----------------------------------------------------------------------------

    @cached_property
    def ended(self):
        """How the program ended, as strace says it, or None while it lives."""
        if self.program.alive():
            return None
        if not self.program.flood:
            self.trace.update()
        return list(self.trace.ends.values())[-1] if self.trace.ends else "ended"

    @property
    def killed_by(self):
        """The signal that ended one of its processes, or ""."""
        found = re.findall(r"killed by (SIG\w+)", "\n".join(self.trace.ends.values()))
        return next((signal for signal in found if signal != "SIGKILL"), "")

    @property
    def failed(self):
        """Has it ended by itself, with an error status?"""
        return bool(self.ended) and self.ended.startswith("exited with") and self.ended != "exited with 0"

    @cached_property
    def taken_for_failure(self):
        """The name before the last ": Success" that it printed: what perror says where nothing failed."""
        return next(reversed(NO_FAILURE.findall(self.program.output())), None)

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
        return any(c.descriptor == 0 and not c.socket and c.value == 0 for c in self.calls("read"))

    @property
    def stopped(self):
        """Is it stopped, by nobody but itself?"""
        return bool(self.trace.signals) and self.trace.signals[-1][1] == "stopped"

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
        """Has it, once it listened, ever waited for something, or does it live; and has it left its socket open?"""
        later = self.trace.calls[self.trace.calls.index(self.listened) :]
        if any(c.name in WAITS for c in later):
            return True
        return not self.ended and (bool(self.asked_accept) or not self.closed_at_once)

    @cached_property
    def closed_at_once(self):
        """The call that closed the listening socket before anybody was accepted, or None; the kernel has to agree."""
        closes = self.of_server(*CLOSES) if self.listened and not self.takers else []
        return closes[-1] if closes and not kernel.listening_port(self.server.new_socket) else None

    @cached_property
    def asked_accept(self):
        """Every accept call, on whatever descriptor, the waiting ones included."""
        return [c for c in self.every() if c.name in ACCEPTS]

    @cached_property
    def takers(self):
        return self.accepted()

    @cached_property
    def connected(self):
        """The sockets that accept has given."""
        return {c.new_socket for c in self.takers}

    @cached_property
    def listener_closed(self):
        """The call that closed a listening socket in the process that accepts, so that nobody listens on it
        any more: the kernel has the last word, since another descriptor may stand for the same socket."""
        accepting = {(c.task, c.socket) for c in self.takers}
        closes = [c for c in self.calls(*CLOSES) if c.ok and (c.task, c.socket) in accepting]
        if self.ended:  # at its end a program may tidy up: that is not what ended it
            closes = [c for c in closes if self.before(c, self.calls(*ACCEPTS)[-1])]
        return next((c for c in closes if not kernel.listening_port(c.socket)), None)

    @cached_property
    def listener_made_anew(self):
        """Did it make another listening socket after it had closed that one?"""
        closed = self.listener_closed
        return closed and any(c.task == closed.task and self.before(closed, c) for c in self.listening_sockets())

    @cached_property
    def texts(self):
        """The calls that wrote, or tried to write, the text. What a runtime quotes in a traceback is none."""
        calls = self.calls(*WRITES)
        return [w for w in calls if "hello" in w.data.lower() and not (w.descriptor == 2 and self.ended)]

    # --- its clients -----------------------------------------------------------------------------

    def answered(self, client):
        """Has the client got the reply, and then the end? To a request, anything with the reply in it will do."""
        right = self.reply in client.data if client.request else client.data == self.reply
        return right and client.end == "closed"

    @cached_property
    def troubled(self):
        """The number, from 0, of the first client that did not get what it should, or None."""
        return next((i for i, c in enumerate(self.clients) if not self.answered(c)), None)

    @cached_property
    def victim(self):
        return None if self.troubled is None else self.clients[self.troubled]

    @cached_property
    def left_out(self):
        """Is the victim one that came after others, and was refused, or got nothing at all, or was never taken?"""
        victim = self.victim
        if not self.troubled:
            return False
        before = self.troubled + (self.visit.rude if self.troubled > 1 else 0)
        ignored = victim.end == "reset" and not victim.data and len(self.takers) <= before
        return bool(victim.error or not (victim.data or victim.end) or ignored)

    @cached_property
    def empty_handed(self):
        """The victim, where it is one that was let in and got not a byte."""
        return self.victim if self.victim and not self.left_out and not self.victim.data else None
