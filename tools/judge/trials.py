"""Is the result of every call looked at? strace makes one call after the other fail, in runs of
their own, side by side. What comes before succeeds by its word: so no run needs the port."""

import socket

from . import language
from .ending import prints
from .patience import Patience
from .phrases import say
from .program import Program

ERRORS = {"socket": "EMFILE", "setsockopt": "ENOPROTOOPT", "bind": "EADDRINUSE",
          "listen": "EADDRINUSE", "accept": "EMFILE"}
SLEEPS = "?nanosleep,?clock_nanosleep,?clock_nanosleep_time64"


def injections(name):
    """What strace is told for the trial of this call."""
    faked = {"listen": ["bind"], "accept": ["bind", "listen", SLEEPS]}.get(name, [])
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
        names = tuple(each for each in ERRORS if each != self.name or each == "accept")
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
        stuck, later = patience.waits_for_good(), self.after()
        if later is None or not (stuck or self.decided()):
            return None
        wrong = {"unchecked": self.went_on() or stuck,
                 "exits-with-0": self.trace.ends.get(self.task) == "exited with 0"}
        if self.name == "accept":
            wrong = {"unchecked": any(c.descriptor == -1 for c in later),
                     "accept-ends": not self.went_on(), "accept-at-once": not self.sleeps()}
        wrong["says-nothing"] = not any(map(prints, later))
        return next((key for key, is_so in wrong.items() if is_so), None)


def taken(holder, port):
    """Takes the port by this socket, where that can be had. Has it done so?"""
    try:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("", port))
        holder.listen()
        return True
    except OSError:  # connections in TIME-WAIT hold it
        return False


def remarks(e, command):
    """What came of the trials, as pieces. In other languages than C it is the runtime that looks
    at results: there only the port is taken."""
    tried = [name for name in ERRORS if e.tried(name)]
    with socket.socket() as holder:
        if language.of_program(e.trace) == "c":
            # A server that waits for several descriptors calls accept when it is told to.
            if any("poll" in c.name or "select" in c.name for c in e.every()):
                tried.remove("accept")
            trials = [Trial(name, command) for name in tried]
        else:
            trials = [Trial("bind", command, e.port)] if taken(holder, e.port) else []
        outcomes = [(trial.outcome(), trial.name) for trial in trials]
        for trial in trials:
            trial.program.end()
    for key in dict.fromkeys(key for key, _ in outcomes if key):
        yield say(key, calls=", ".join(name for outcome, name in outcomes if outcome == key))
