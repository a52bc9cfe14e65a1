"""How a program ended, and what it said of that: facts, no words of ours."""

import errno
import os
import re
from functools import cached_property

from .patience import AT_ONCE
from .sockets import SOCKET_CALLS, WRITES, Sockets

QUIET = ("close", "shutdown", "getpeername", "getsockname", "getsockopt", "fcntl", "epoll_ctl")
NO_FAILURE = re.compile(r"^(socket|setsockopt|bind|listen|accept|write|send|close): "
                        "(?:Success|Undefined error: 0|No error information|No error)$", re.M)
# How runtimes name the error that ends a program, or a thread of it.
NAMED = re.compile(r"\b([A-Z]\w*)?(Error|Exception)\b|Errno::|^panic: |panicked at|^terminate ")
BANNER = re.compile(r"listen|ready|start|running|waiting|8001", re.I)


def prints(call):
    """Does the call print something? perror does so by a copy of descriptor 2."""
    return call.name in WRITES and call.ok and call.value and "memfd:output" in call.arguments


class Ending(Sockets):
    """The end of a program, with its trace up to then.

    ended      how it ended, as strace says it, or None while it lives
    killed_by  the signal that ended one of its processes, or ""
    failed     has it ended by itself, with an error status?
    spin       the failing call that it repeats without end, or None
    last_own   the last call that concerns a socket, but for closing or asking; or None
    taken_for_failure  what it named before ": Success": so perror says that nothing failed
    """

    def __init__(self, visit, port):
        self.visit, self.program, self.patience = visit, visit.program, visit.patience
        super().__init__(self.program.trace, port)
        alive = self.program.alive()
        wild = self.program.flood or alive and self.patience.spins_on()
        self.trace.update(AT_ONCE if wild else -1)
        self.spin, ends = self.patience.spins_on(), list(self.trace.ends.values())
        self.ended = None if alive else ends[-1] if ends else "ended"
        killed = re.findall(r"killed by (SIG\w+)", "\n".join(ends))
        self.killed_by = next((signal for signal in killed if signal != "SIGKILL"), "")
        self.failed = bool(re.match("exited with [^0]", self.ended or ""))
        calls = (c for c in reversed(self.trace.calls) if c.name not in QUIET)
        calls = (c for c in calls if c.socket or c.new_socket or c.name in SOCKET_CALLS)
        self.last_own = next(calls, None)
        successes = NO_FAILURE.findall(self.program.output())
        self.taken_for_failure = successes[-1] if successes else None

    @cached_property
    def quiet(self):
        """Is it certain that the program will do no more than it has done?"""
        patience = self.patience
        return bool(self.ended or self.spin or patience.waits_for_good() or patience.computes())

    @cached_property
    def last_words(self):
        """The lines that it printed after its last own call, to standard error if it printed any
        there. Standard output may have waited in a buffer: no banner is a last word."""
        calls = self.since(self.last_own) if self.last_own else self.trace.calls
        written, printed = list(filter(prints, calls)), self.program.output().encode()
        told, begin = {True: b"", False: b""}, -sum(c.value for c in written)
        for call in written:
            told[call.descriptor == 1] += printed[begin:begin + call.value or None]
            begin += call.value
        lines = (told[False] or told[True]).decode("utf-8", "replace").splitlines()
        lines = [each.strip() for each in lines if each.strip()]
        return [each for each in lines if told[False] or not BANNER.search(each)]

    @cached_property
    def named_error(self):
        """The line in which a runtime has named an error: at the end, or in a thread; or ""."""
        lines = self.last_words if self.ended else self.program.output().splitlines()
        named = [each.strip() for each in lines if NAMED.search(each.strip())]
        return next((each for each in reversed(named) if not each.startswith("Node.js v")), "")

    @cached_property
    def complaint(self):
        """The line that says best why it ended with an error; or ""."""
        wrong = self.failed or self.killed_by == "SIGABRT"
        return self.named_error or (self.last_words or [""])[-1] if wrong else ""

    @cached_property
    def own_error(self):
        """Has it ended by an error that a runtime has named, and that no failed call explains?"""
        errors = {call.error for call in self.trace.calls if call.error}
        return bool(self.failed and self.named_error) and not any(map(self.quotes, errors))

    def quotes(self, error):
        """Do its last words name this error?"""
        number, said = getattr(errno, error, 0), "\n".join(self.last_words).lower()
        names = (error.lower(), os.strerror(number).lower(), f"errno {number}", f"code: {number},")
        return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", said) for name in names)

    def ended_by(self, call):
        """Did this failed call end the program: do its last words name the error, or did it say
        nothing, and do nothing more?"""
        last = call is self.last_own and not self.complaint
        return bool(self.ended) and not self.own_error and (last or self.quotes(call.error))

    @property
    def fatal(self):
        """The last failed call about a socket, where that ended the program; or None."""
        call = self.last_own
        return call if call and call.error and self.ended_by(call) else None
