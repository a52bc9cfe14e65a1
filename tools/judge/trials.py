"""Is the result of every call looked at? strace makes one call after the other fail, in runs of
their own, side by side. What comes before succeeds by its word: so no run needs the port."""

from .evidence import prints
from .language import of_program
from .patience import Patience, limit, naps
from .phrases import say
from .program import Program

ERRORS = {"socket": "EMFILE", "setsockopt": "ENOPROTOOPT", "bind": "EADDRINUSE",
          "listen": "EADDRINUSE", "accept": "EMFILE"}
SLEEPS = "?nanosleep,?clock_nanosleep,?clock_nanosleep_time64"
FAKED = {"listen": ["bind"], "accept": ["bind", "listen", SLEEPS]}


def begin(name, command):
    """Starts a run in which the call of this name fails."""
    failing = "accept,accept4" if name == "accept" else name
    faked = [f"inject={each}:retval=0" for each in FAKED.get(name, [])]
    return Program(command, injections=[*faked, f"inject={failing}:error={ERRORS[name]}"])


def after(name, trace):
    """The call that failed and what came after it: the first accept, the last of others, since
    runtimes try what they can have."""
    every = [*trace.calls, *trace.pending.values()]
    wrong = [c for c in trace.calls if c.error == ERRORS[name] and c.name.startswith(name)]
    return every[every.index(wrong[0 if name == "accept" else -1]):] if wrong else []


def passed(name, program):
    """Did it say so, and end with a failure; or, for accept, wait a while and try again? True where
    nothing is certain."""
    trace, patience = program.trace, Patience(program, None)

    def again():  # the same process: another one may accept, too
        calls = after(name, trace)
        own = [c for c in calls[1:] if c.task == calls[0].task]
        return name == "accept" and any(c.name.startswith(name) for c in own)

    def end():
        return (calls := after(name, trace)) and trace.ends.get(calls[0].task)

    for _ in range(4):  # a runtime may rest for a moment
        if patience.settle(lambda: again() or end(), total=20):
            break
    calls = after(name, trace)
    # A goroutine may go on in another thread: so what any of them prints counts.
    said, stuck = any(map(prints, calls)), patience.waits_for_good() or patience.spins_on()
    if not calls or not (stuck or again() or end()):
        return True
    if name != "accept":
        return said and (end() or "exited with 0") != "exited with 0"
    slept = any(naps([c]) and limit(c) >= 0.1 for c in calls)
    used = any(c.descriptor == -1 for c in calls)  # what accept returned, as if it were good
    return said and slept and bool(again()) and not used


def asked_for(e):
    """The calls that are made to fail. In other languages than C it is the runtime that looks at
    results, but for bind's. A server that waits for several descriptors calls accept when it is
    told to."""
    watches = any("poll" in c.name or "select" in c.name for c in e.every())
    names = ["bind"] if of_program(e) != "c" else ERRORS
    return [name for name in names if e.tried(name) and not (watches and name == "accept")]


def remarks(e, command):
    """What came of it, as pieces."""
    runs = [(name, begin(name, command)) for name in asked_for(e)]
    wrong = [name for name, program in runs if not passed(name, program)]
    for _, program in runs:
        program.end()
    start = ", ".join(name for name in wrong if name != "accept")
    return [*([say("unchecked", calls=start)] if start else []),
            *([say("accept-fails")] if "accept" in wrong else [])]
