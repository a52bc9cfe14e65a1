"""What is known of a program once its clients have been there: questions, answered with facts, no words.

Asked when the program is left in peace: what once was answered stays so.
"""

import re
from functools import cached_property

from . import kernel, processes
from .phrases import say
from .client import show
from .sockets import ACCEPTS, CLOSES, READS, WAITS, WILDCARDS, WRITES, Sockets

SOCKET_CALLS = ("socket", "bind", "listen", "connect") + ACCEPTS
CAN_SAY = r"^(socket|setsockopt|bind|listen|accept|write|send|close): "
NO_FAILURE = re.compile(CAN_SAY + "(?:Success|Undefined error: 0|No error information|No error)$", re.M)
RUNTIME_ERROR = re.compile(r"\b[A-Z]\w*(Error|Exception)\b|Errno::|^panic: |panicked at")


class Evidence(Sockets):
    """The program's trace, its fate, and the clients in the order in which they came."""

    def __init__(self, visit, port, reply):
        super().__init__(visit.program.trace, port)
        self.program, self.patience, self.visit = visit.program, visit.patience, visit
        self.clients, self.reply = visit.clients, reply
        self.trace.update()

    @property
    def swapped(self):
        """What becomes of the port without htons."""
        return (self.port & 0xFF) << 8 | self.port >> 8

    # --- the program's fate ----------------------------------------------------------------------

    @cached_property
    def ended(self):
        """How the program ended, as strace says it, or None while it lives."""
        if self.program.alive():
            return None
        self.trace.update()
        return list(self.trace.ends.values())[-1] if self.trace.ends else "ended"

    @cached_property
    def killed_by(self):
        """The signal that ended one of its processes, or ""."""
        ends = self.trace.ends.values()
        found = (re.search(r"killed by (SIG\w+)", end) for end in ends)
        return next((f.group(1) for f in found if f and f.group(1) != "SIGKILL"), "")

    @cached_property
    def failed(self):
        """Has it ended by itself, with an error status?"""
        return bool(self.ended) and self.ended.startswith("exited with") and self.ended != "exited with 0"

    @cached_property
    def complaint(self):
        """The line of its output that says best why it ended: where a runtime prints a traceback, the line
        that names the error; else the last."""
        said = [line.strip() for line in self.program.output().splitlines() if line.strip()]
        named = [line for line in said if RUNTIME_ERROR.search(line) and not re.match(r"Node\.js v", line)]
        line = (named or said or [""])[-1]
        line = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)
        return line if len(line) <= 200 else line[:200] + "..."

    @cached_property
    def taken_for_failure(self):
        """The name before the last ": Success" that it printed: what perror says where nothing failed."""
        found = NO_FAILURE.findall(self.program.output())
        return found[-1] if found else None

    @cached_property
    def spin(self):
        """The failing call that it repeats without end, or None."""
        return self.patience.spins_on()

    @property
    def races(self):
        """Does it repeat that without even a pause in between?"""
        return self.spin and not any("nanosleep" in c.name for c in self.trace.calls[-20:])

    @cached_property
    def quiet(self):
        """Is it certain that the program will do no more than it has done?"""
        return bool(self.ended or self.patience.waits_for_good() or self.spin)

    @property
    def pauses(self):
        """Does it wait in pause? Where there is no such system call, libc has ppoll do it."""
        waiting = self.trace.pending.values()
        return any(c.name == "pause" or c.text.startswith("ppoll(NULL, 0, NULL") for c in waiting)

    @property
    def sleeping(self):
        return any("nanosleep" in call.name for call in self.trace.pending.values())

    @cached_property
    def input_was_empty(self):
        """Has it read from standard input, which is empty here?"""
        return any(c.descriptor == 0 and not c.socket and c.value == 0 for c in self.calls("read"))

    # --- its sockets -----------------------------------------------------------------------------

    @cached_property
    def server(self):
        return self.server_call()

    @cached_property
    def on_server(self):
        """Every finished call on the server's socket, in order."""
        return [c for c in self.trace.calls if self.server and c.socket == self.server.new_socket]

    def of_server(self, *names):
        return [c for c in self.on_server if c.name in names]

    @cached_property
    def bound(self):
        """The bind call that gave the server's socket its address, or None."""
        return next((b for b in self.of_server("bind") if b.ok), None)

    @cached_property
    def unbound(self):
        """The last bind call that failed on the server's socket, where that never got an address; once the
        program has ended, on any socket of its."""
        failed = [b for b in self.calls("bind") if b.error and b.socket]
        failed = [b for b in failed if self.ended or self.server and b.socket == self.server.new_socket]
        failed = [b for b in failed if not any(c.ok for c in self.calls("bind", socket=b.socket))]
        return failed[-1] if failed else None

    @cached_property
    def well_bound(self):
        """The same, if it is the address that the clients call."""
        done = self.bound
        return done if done and done.port == self.port and done.address in WILDCARDS else None

    @cached_property
    def listened(self):
        return next((c for c in self.of_server("listen") if c.ok), None)

    @cached_property
    def listening(self):
        """Does anybody listen on the port: what the kernel says?"""
        return bool(kernel.listeners(self.port))

    @cached_property
    def stayed(self):
        """Has it, once it listened, ever waited for something, or does it live; and has it left its socket open?"""
        if not self.listened:
            return not self.ended
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
        return [c for c in (*self.trace.calls, *self.trace.pending.values()) if c.name in ACCEPTS]

    @cached_property
    def takers(self):
        return self.accepted()

    @cached_property
    def connected(self):
        """The sockets that accept has given."""
        return {c.new_socket for c in self.takers}

    @cached_property
    def failed_accept(self):
        """The accept call whose failure matters: the one it spins on, else the last; None without any."""
        if self.spin and self.spin.name in ACCEPTS:
            return self.spin
        failed = [c for c in self.calls(*ACCEPTS) if c.error and c.error not in ("EINTR", "ERESTARTSYS")]
        real = [c for c in failed if c.error != "EAGAIN"]
        return (real or (failed if self.ended else []) or [None])[-1]

    @cached_property
    def gave_up(self):
        """Has it ended because nobody was there to be accepted? Whether somebody was before is a matter of luck."""
        last = next(reversed(self.calls(*ACCEPTS)), None)
        return bool(self.ended) and last and last.error == "EAGAIN"

    @cached_property
    def listener_closed(self):
        """The call that closed a listening socket in the process that accepts, so that nobody listens on it
        any more: the kernel has the last word, since another descriptor may stand for the same socket."""
        accepting = {(c.task, c.socket) for c in self.takers}
        closes = [c for c in self.calls(*CLOSES) if c.ok and (c.task, c.socket) in accepting]
        found = next((c for c in closes if not kernel.listening_port(c.socket)), None)
        # At its end a program may tidy up: that is not what ended it.
        if found and self.ended and not any(self.before(found, a) for a in self.calls(*ACCEPTS)):
            return None
        return found

    @cached_property
    def listener_made_anew(self):
        """Did it make another listening socket after it had closed that one?"""
        closed = self.listener_closed
        return closed and any(c.task == closed.task and self.before(closed, c) for c in self.listening_sockets())

    @cached_property
    def closed_by_child(self):
        """Was it a forked child, and not the listening socket's maker, that closed what it accepts on?"""
        makers = {c.task for c in self.listening_sockets()}
        closers = {c.task for made in self.listening_sockets() for c in self.calls("close", socket=made.new_socket)}
        call = self.failed_accept
        return bool(closers) and call.task not in makers and not closers & makers

    @cached_property
    def forgotten(self):
        """The first connection, where the one thread there is accepted again without using it; or None."""
        if not self.takers or len(list(processes.threads(self.program.processes()))) != 1:
            return None
        first = self.takers[0]
        later = [*self.trace.calls[self.trace.calls.index(first) + 1 :], *self.trace.pending.values()]
        used = any(f":[{first.new_socket}]" in c.arguments for c in later)
        return first if not used and any(c.name in ACCEPTS and c.socket == first.socket for c in later) else None

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

    # --- in words --------------------------------------------------------------------------------

    @cached_property
    def doing(self):
        """The pieces that show best what the program does now, or did last."""
        if self.ended:
            last = [c for c in self.trace.calls if c.socket or c.new_socket or c.name in SOCKET_CALLS]
            end = say("ended-saying" if self.complaint else "ended", how=self.how_it_ended, said=self.complaint)
            return [*(c.text for c in last[-1:]), end]
        if self.spin:
            return [say("again-and-again", call=self.spin.text)]
        if self.trace.signals and self.trace.signals[-1][1] == "stopped":
            return [say("stopped")]
        waiting = list(self.trace.pending.values())
        waiting = [c for c in waiting if not c.name.startswith(("wait", "futex"))] or waiting
        return [say("waits-in", call=begun(waiting[-1]))] if waiting else [say("computes")]

    @property
    def how_it_ended(self):
        """strace's words for the end, as words of ours."""
        kind, _, detail = self.ended.partition(" with " if self.ended.startswith("exited") else " by ")
        return say({"exited": "exited-with", "killed": "killed-by"}.get(kind, "is-over"), what=detail)

    def saw(self, number):
        """What client number (from 0) saw, as a piece."""
        client = self.clients[number]
        if client.error:
            where = f"{client.address}:{self.port}"
            return say("client-refused", number=number + 1, where=where, error=client.error)
        got = say("got-bytes", count=len(client.data), text=show(client.data)) if client.data else say("got-nothing")
        end = say({"closed": "then-end", "reset": "then-reset", "endless": "no-end"}.get(client.end, "stays-open"))
        return say("client-saw", number=number + 1, got=got, end=end)

    @property
    def both(self):
        """What the victim saw, and what the server does: while the client waits, that is the question."""
        return [self.saw(self.troubled), *(self.doing if self.ended or not self.victim.end else [])]

    def proof(self):
        """The write that a client got, as text, or words for what strace does not show."""
        for call in self.calls(*WRITES):
            if call.socket in self.connected and call.ok and call.value > 0:
                return call.text
        return say("served-unseen", count=len(self.clients), reply=show(self.reply))

    def waiting_reads(self):
        """The calls that wait for a client to send something; READS on connections."""
        return [c for c in self.reads() if c.name in READS] or self.reads()


def begun(call):
    """The text of a call, which may not be over: what the kernel fills in shows only then."""
    text = call.text.rstrip()
    return text if call.value is not None else text + (" ...)" if text.endswith(",") else ")")
