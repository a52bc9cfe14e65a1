"""Is the result of every call looked at? strace makes one call after the other fail, in runs of their
own, side by side. What should come before is made to succeed, so that none of them needs the port."""

from . import language
from .ending import prints
from .patience import Patience
from .phrases import say
from .program import Program

ERRORS = {"socket": "EMFILE", "setsockopt": "ENOPROTOOPT", "bind": "EADDRINUSE", "listen": "EADDRINUSE",
          "accept": "EMFILE"}
ORDER = list(ERRORS)


def injections(name):
    """What strace is told for the trial of this call."""
    faked = [f"inject={each}:retval=0" for each in ("bind", "listen") if ORDER.index(each) < ORDER.index(name)]
    return [*faked, f"inject={'accept,accept4' if name == 'accept' else name}:error={ERRORS[name]}"]


class Trial:
    """A run in which the call fails."""

    def __init__(self, name, command):
        self.name = name
        self.program = Program(command, injections=injections(name))
        self.trace = self.program.trace

    def after(self):
        """The calls after the first that failed, the waiting ones last; None while there is none."""
        calls = self.trace.calls
        begin = next((i for i, c in enumerate(calls) if c.name.startswith(self.name) and
                      c.error == ERRORS[self.name]), None)
        return None if begin is None else [*calls[begin + 1:], *self.trace.pending.values()]

    def went_on(self):
        """Did it make another call that is about sockets?"""
        later = self.after() or ()
        names = [each for each in ORDER if each != self.name or each == "accept"]
        return any(c.name.startswith(tuple(names)) or c.descriptor == -1 for c in later)

    def decided(self):
        later = self.after()
        return later is not None and (self.went_on() or self.sleeps())

    def sleeps(self):
        """Does it wait a while, as a program does that tries again later?"""
        return any("nanosleep" in c.name for c in self.after())

    def outcome(self):
        """What came of it: a phrase's name, or None where all is well, or nothing is certain."""
        patience = Patience(self.program, None)
        patience.settle(self.decided, idle=5, total=20)
        self.trace.update()
        ended, stuck = not self.program.alive(), patience.waits_for_good()
        self.program.end()
        self.trace.update()
        if self.after() is None or not (ended or stuck or self.decided()):
            return None
        return self.of_accept(ended or stuck) if self.name == "accept" else self.of_start(stuck)

    def of_start(self, stuck):
        """The same for a call before the loop, after which the program is to end."""
        if self.went_on() or stuck:
            return "unchecked"
        if "exited with 0" in self.trace.ends.values():
            return "exits-with-0"
        return None if any(map(prints, self.after())) else "says-nothing"

    def of_accept(self, ends):
        """The same for accept, after which the server is to wait and to go on."""
        if any(c.descriptor == -1 for c in self.after()):
            return "unchecked"
        if ends and not self.sleeps():
            return "accept-ends"
        if not self.sleeps():
            return "accept-at-once"
        return None if any(map(prints, self.after())) else "says-nothing"


def remarks(e, command, reached):
    """What came of the trials, as pieces; reached: how many steps the program has reached. In other
    languages than C it is the runtime that looks at results, but for what the program catches."""
    tried = {c.name[:6] if c.name.startswith("accept") else c.name for c in e.every()}
    names = [name for name in ORDER if name in tried and ("socket", "setsockopt").count(name) or
             name in tried and ORDER.index(name) - 1 <= reached - 1]
    if language.of_program(e.trace) != "c":
        names = [name for name in names if name == "bind"]
    if any("poll" in c.name or "select" in c.name for c in e.every()):
        names = [name for name in names if name != "accept"]
    trials = [Trial(name, command) for name in names]
    outcomes = [(trial.outcome(), trial.name) for trial in trials]
    for key in dict.fromkeys(key for key, _ in outcomes if key):
        yield say(key, calls=", ".join(name for outcome, name in outcomes if outcome == key))
