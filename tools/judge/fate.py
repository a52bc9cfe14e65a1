"""What became of a program: how it ended, or what it does; facts, and the pieces of a report that tell them."""

import re
from functools import cached_property

from .patience import naps
from .sockets import ACCEPTS, Sockets
from .texts.phrases import say

SOCKET_CALLS = ("socket", "bind", "listen", "connect") + ACCEPTS
CAN_SAY = r"^(socket|setsockopt|bind|listen|accept|write|send|close): "
NO_FAILURE = re.compile(CAN_SAY + "(?:Success|Undefined error: 0|No error information|No error)$", re.M)
RUNTIME_ERROR = re.compile(r"\b([A-Z]\w*)?(Error|Exception)\b|Errno::|^panic: |panicked at")


class Fate(Sockets):
    """A program that has been visited."""

    def __init__(self, visit, course):
        super().__init__(visit.program.trace, course.port)
        self.program, self.patience, self.visit, self.reply = visit.program, visit.patience, visit, course.reply
        self.trace.update()

    @cached_property
    def ended(self):
        """How the program ended, as strace says it, or None while it lives."""
        if self.program.alive():
            return None
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
    def complaint(self):
        """The line of its output that says best why it ended: where a runtime prints a traceback, the line
        that names the error; else the last."""
        said = [line.strip() for line in self.program.output().splitlines() if line.strip()]
        named = [line for line in said if RUNTIME_ERROR.search(line) and not line.startswith("Node.js v")]
        return printable((named or said or [""])[-1])

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

    @cached_property
    def doing(self):
        """The pieces that show best what the program does now, or did last."""
        if self.ended:
            end = say("ended-saying" if self.complaint else "ended", how=self.how_it_ended(), said=self.complaint)
            return [c.text for c in self.trace.calls if c.socket or c.new_socket or c.name in SOCKET_CALLS][-1:] + [end]
        if self.spin:
            return [say("again-and-again", call=self.spin.text)]
        return [say("stopped") if self.stopped else self.waiting()]

    @property
    def stopped(self):
        """Is it stopped, by nobody but itself?"""
        return bool(self.trace.signals) and self.trace.signals[-1][1] == "stopped"

    def waiting(self):
        """What it waits in just now, in words."""
        calls = list(self.trace.pending.values())
        calls = [c for c in calls if not c.name.startswith(("wait", "futex"))] or calls
        return say("waits-in", call=begun(calls[-1])) if calls else say("computes")

    def how_it_ended(self):
        """strace's words for the end, as words of ours."""
        kind, _, detail = self.ended.partition(" with " if self.ended.startswith("exited") else " by ")
        return say({"exited": "exited-with", "killed": "killed-by"}.get(kind, "is-over"), what=detail)


def printable(line):
    """The line with nothing in it that a terminal would obey, and not too long."""
    line = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)
    return line if len(line) <= 200 else line[:200] + "..."


def begun(call):
    """The text of a call, which may not be over: what the kernel fills in shows only then."""
    text = call.text.rstrip()
    return text if call.value is not None else text + (" ...)" if text.endswith(",") else ")")
