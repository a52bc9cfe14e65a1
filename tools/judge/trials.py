"""Is the result of every call looked at? strace makes one call after the other fail, in runs of
their own, side by side. What comes before succeeds by its word: so no run needs the port."""

from . import language
from .evidence import prints
from .patience import Patience, limit, naps
from .phrases import say
from .program import Program

ERRORS = {"socket": "EMFILE", "setsockopt": "ENOPROTOOPT", "bind": "EADDRINUSE",
          "listen": "EADDRINUSE", "accept": "EMFILE"}
SLEEPS = "?nanosleep,?clock_nanosleep,?clock_nanosleep_time64"
FAKED = {"listen": ["bind"], "accept": ["bind", "listen", SLEEPS]}


class Trial:
    """A run in which the call of this name fails."""

    def __init__(self, name, command):
        failing = "accept,accept4" if name == "accept" else name
        faked = [f"inject={each}:retval=0" for each in FAKED.get(name, [])]
        injections = [*faked, f"inject={failing}:error={ERRORS[name]}"]
        self.name, self.program = name, Program(command, injections=injections)
        self.patience = Patience(self.program, None)

    def after(self):
        """(the call that failed, those that came after it): the first accept, the last of others,
        since runtimes try what they can have."""
        trace = self.program.trace
        wrong = [c for c in trace.calls if c.error == ERRORS[self.name]]
        wrong = [c for c in wrong if c.name.startswith(self.name)]
        if not wrong:
            return None, []
        failed = wrong[0 if self.name == "accept" else -1]
        every = [*trace.calls, *trace.pending.values()]
        return failed, every[every.index(failed) + 1:]

    def went_on(self):
        """Did that task make another call that is about sockets?"""
        failed, later = self.after()
        names = tuple(each for each in ERRORS if each != self.name or each == "accept")
        return any(c.name.startswith(names) or c.descriptor == -1
                   for c in later if c.task == failed.task)

    def ended(self):
        """How did the task end whose call failed?"""
        failed, _ = self.after()
        return failed and self.program.trace.ends.get(failed.task)

    def passed(self):
        """Did it say so, and end with a failure; or, for accept, wait a while and try again? True
        where nothing is certain."""
        for _ in range(4):  # a runtime may rest for a moment
            if self.patience.settle(lambda: self.went_on() or self.ended(), total=20):
                break
        failed, later = self.after()
        stuck = self.patience.waits_for_good() or self.patience.spins_on()
        if not failed or not (stuck or self.went_on() or self.ended()):
            return True
        # A goroutine may go on in another thread: so what any of them prints counts.
        said = any(map(prints, later))
        if self.name != "accept":
            return said and not stuck and not self.went_on() and self.ended() != "exited with 0"
        return said and self.went_on() and any(naps([c]) and limit(c) >= 0.1 for c in later) and (
            not any(c.descriptor == -1 for c in later))


def worth(name, e):
    """Is this call to be tried? In other languages than C it is the runtime that looks at results,
    but for bind's. A server that waits for several descriptors calls accept when it is told to."""
    watches = any("poll" in c.name or "select" in c.name for c in e.every())
    in_c = language.of_program(e.trace) == "c"
    return e.tried(name) and (in_c and not (watches and name == "accept") or name == "bind")


def remarks(e, command):
    """What came of the trials, as pieces."""
    trials = [Trial(name, command) for name in ERRORS if worth(name, e)]
    wrong = [trial.name for trial in trials if not trial.passed()]
    for trial in trials:
        trial.program.end()
    start = ", ".join(name for name in wrong if name != "accept")
    return [*([say("unchecked", calls=start)] if start else []),
            *([say("accept-fails")] if "accept" in wrong else [])]
