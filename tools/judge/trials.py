"""Is the result of every call looked at? strace makes one call after the other fail, in runs of
their own, side by side. What comes before succeeds by its word: so no run needs the port."""

from . import language
from .ending import prints
from .patience import Patience, limit
from .phrases import say
from .program import Program

ERRORS = {"socket": "EMFILE", "setsockopt": "ENOPROTOOPT", "bind": "EADDRINUSE",
          "listen": "EADDRINUSE", "accept": "EMFILE"}
SLEEPS = "?nanosleep,?clock_nanosleep,?clock_nanosleep_time64"


def injections(name):
    """What strace is told for the trial of this call."""
    faked = {"listen": ["bind"], "accept": ["bind", "listen", SLEEPS]}.get(name, [])
    failing = "accept,accept4" if name == "accept" else name
    faked = [f"inject={each}:retval=0" for each in faked]
    return [*faked, f"inject={failing}:error={ERRORS[name]}"]


class Trial:
    """A run in which the call fails."""

    def __init__(self, name, command):
        self.name, self.program = name, Program(command, injections=injections(name))
        self.trace, self.failed = self.program.trace, None  # the call that has failed

    def after(self):
        """The calls of the same task after the one that failed: the first accept, the last of
        others, since runtimes try what they can have."""
        wrong = [c for c in self.trace.calls if c.error == ERRORS[self.name]]
        wrong = [c for c in wrong if c.name.startswith(self.name)]
        if not wrong:
            return []
        self.failed = wrong[0 if self.name == "accept" else -1]
        every = [*self.trace.calls, *self.trace.pending.values()]
        return [c for c in every[every.index(self.failed) + 1:] if c.task == self.failed.task]

    def went_on(self):
        """Did it make another call that is about sockets?"""
        names = tuple(each for each in ERRORS if each != self.name or each == "accept")
        return any(c.name.startswith(names) or c.descriptor == -1 for c in self.after())

    def sleeps(self):
        """Does it wait a while, as a program does that tries again later?"""
        return any("nanosleep" in c.name and limit(c) >= 0.1 for c in self.after())

    def decided(self):
        on = self.went_on() if self.name == "accept" else self.sleeps()
        return on or self.failed and self.failed.task in self.trace.ends

    def outcome(self):
        """What came of it: a phrase's name, or None where all is well, or nothing is certain."""
        patience = Patience(self.program, None)
        for _ in range(4):  # a runtime may rest for a moment
            if patience.settle(self.decided, total=20):
                break
        stuck = patience.waits_for_good() or patience.spins_on()
        if not self.after() or not (stuck or self.decided()):
            return None
        wrong = {"unchecked": self.went_on() or stuck,
                 "exits-with-0": self.trace.ends.get(self.failed.task) == "exited with 0"}
        if self.name == "accept":
            wrong = {"unchecked": any(c.descriptor == -1 for c in self.after()),
                     "accept-ends": not self.went_on(), "accept-at-once": not self.sleeps()}
        # A goroutine may go on in another thread: so what any of them prints counts.
        printed = self.trace.calls[self.trace.calls.index(self.failed):]
        wrong["says-nothing"] = not any(map(prints, printed))
        return next((key for key, is_so in wrong.items() if is_so), None)


def worth(name, e):
    """Is this call to be tried? In other languages than C it is the runtime that looks at results,
    but for bind's. A server that waits for several descriptors calls accept when it is told to."""
    watches = any("poll" in c.name or "select" in c.name for c in e.every())
    in_c = language.of_program(e.trace) == "c"
    return e.tried(name) and (in_c and not (watches and name == "accept") or name == "bind")


def remarks(e, command):
    """What came of the trials, as pieces."""
    trials = [Trial(name, command) for name in ERRORS if worth(name, e)]
    outcomes = [(trial.outcome(), trial.name) for trial in trials]
    for trial in trials:
        trial.program.end()
    for key in dict.fromkeys(key for key, _ in outcomes if key):
        yield say(key, calls=", ".join(name for outcome, name in outcomes if outcome == key))
