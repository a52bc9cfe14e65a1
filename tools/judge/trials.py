"""Is the result of every call looked at? strace makes one call after the other fail, in runs of their
own, side by side. What comes before is made to succeed, so that none of them needs the port."""

import socket

from . import language
from .ending import prints
from .patience import Patience
from .phrases import say
from .program import Program

ERRORS = {"socket": "EMFILE", "setsockopt": "ENOPROTOOPT", "bind": "EADDRINUSE",
          "listen": "EADDRINUSE", "accept": "EMFILE"}
ORDER = list(ERRORS)
SLEEPS = "?nanosleep,?clock_nanosleep,?clock_nanosleep_time64"


def injections(name):
    """What strace is told for the trial of this call."""
    faked = [each for each in ("bind", "listen") if ORDER.index(each) < ORDER.index(name)]
    faked += [SLEEPS] if name == "accept" else []  # a second's sleep is over at once
    failing = "accept,accept4" if name == "accept" else name
    return [*(f"inject={each}:retval=0" for each in faked), f"inject={failing}:error={ERRORS[name]}"]


class Trial:
    """A run in which the call fails; taken: not by strace, but since this port is taken."""

    def __init__(self, name, command, taken=None):
        self.name, self.task, self.taken = name, None, taken
        self.program = Program(command, injections=() if taken else injections(name))
        self.trace = self.program.trace

    def after(self):
        """The calls of the same task after the first that failed; None while none has failed."""
        failed = next((c for c in self.trace.calls if c.name.startswith(self.name) and
                       c.error == ERRORS[self.name] and self.taken in (None, c.port)), None)
        if failed is None:
            return None
        self.task = failed.task
        every = [*self.trace.calls, *self.trace.pending.values()]
        return [c for c in every[every.index(failed) + 1:] if c.task == failed.task]

    def went_on(self):
        """Did it make another call that is about sockets?"""
        names = tuple(each for each in ORDER if each != self.name or each == "accept")
        return any(c.name.startswith(names) or c.descriptor == -1 for c in self.after() or ())

    def sleeps(self):
        """Does it wait a while, as a program does that tries again later?"""
        return any("nanosleep" in c.name for c in self.after() or ())

    def decided(self):
        ended = self.after() is not None and self.task in self.trace.ends
        return ended or self.went_on() or self.name != "accept" and self.sleeps()

    def outcome(self):
        """What came of it: a phrase's name, or None where all is well, or nothing is certain."""
        patience = Patience(self.program, None)
        patience.settle(self.decided, idle=5, total=20)
        stuck = patience.waits_for_good()
        if self.after() is None or not (stuck or self.decided()):
            return None
        found = self.of_accept() if self.name == "accept" else self.of_start(stuck)
        return found or (None if any(map(prints, self.after())) else "says-nothing")

    def of_start(self, stuck):
        """What is wrong after a call before the loop, where the program is to end; or None."""
        if self.went_on() or stuck:
            return "unchecked"
        return "exits-with-0" if self.trace.ends.get(self.task) == "exited with 0" else None

    def of_accept(self):
        """What is wrong after accept, where the server is to wait and to try again; or None."""
        if any(c.descriptor == -1 for c in self.after()):
            return "unchecked"
        if not self.went_on():
            return "accept-ends"
        return None if self.sleeps() else "accept-at-once"


def remarks(e, command):
    """What came of the trials, as pieces. In other languages than C it is the runtime that looks at
    results: there only the port is taken."""
    tried = [name for name in ORDER if e.tried(name)]
    if language.of_program(e.trace) == "c":
        # A server that waits for several descriptors calls accept when it is told to.
        several = any("poll" in c.name or "select" in c.name for c in e.every())
        trials = [Trial(name, command) for name in tried if name != "accept" or not several]
        outcomes = [(trial.outcome(), trial.name) for trial in trials]
        for trial in trials:
            trial.program.end()
    else:
        with socket.socket() as holder:
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            holder.bind(("", e.port))
            holder.listen()
            trial = Trial("bind", command, e.port)
            outcomes = [(trial.outcome(), trial.name)]
            trial.program.end()
    for key in dict.fromkeys(key for key, _ in outcomes if key):
        yield say(key, calls=", ".join(name for outcome, name in outcomes if outcome == key))
