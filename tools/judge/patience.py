"""Waiting for a program for as long as something can still come of it, and no longer."""

import re
import sys
import time

import kernel

AT_ONCE = 1 << 18  # characters of the trace that are read at once
NOTICE = 3  # seconds after which somebody at a terminal is told why nothing happens
COMPUTES = 4  # seconds that a program may compute without a single call
REST = 0.03  # seconds after which a program that waits for somebody else is believed
LONG = 10  # seconds; a sleep that is longer is not waited for
FOREVER = float("inf")

# What a program that waits in the right way is told again and again.
PATIENT = (None, "EAGAIN", "EINTR", "ETIMEDOUT", "EINPROGRESS", "ERESTARTSYS")
# Calls that only somebody else can end; and those with a time limit: which argument that is.
ENDLESS = ("pause accept accept4 read readv recv recvfrom recvmsg wait4 waitid rt_sigsuspend "
           "flock connect write sendto").split()
LIMITED = {"poll": 2, "ppoll": 2, "select": 4, "_newselect": 4, "pselect6": 4, "futex": 3,
           "rt_sigtimedwait": 2, "nanosleep": 0, "clock_nanosleep": 2}


def naps(calls):
    """How often do these calls sleep on a clock?"""
    return sum("nanosleep" in call.name for call in calls)


def limit(call):
    """Seconds after which the kernel ends this waiting call: FOREVER where it never does, 0 where
    that is not known."""
    if call.name.startswith("epoll_"):
        return limit_of_epoll(call)
    if call.name not in LIMITED:
        return FOREVER if call.name in ENDLESS else 0
    text = "".join(call.list[LIMITED[call.name]:][:1])
    if text in ("-1", "NULL"):
        return FOREVER
    seconds, rest = re.match(r"(?:\{tv_sec=(\d+), tv_u?n?sec=)?(\d*)", text).groups()
    fraction = int(rest or 0) / (1e3 if seconds is None else 1e6 if "usec" in text else 1e9)
    return int(seconds or 0) + fraction


def limit_of_epoll(call):
    """The same. strace shows it only at the call's end; before, the kernel has it at hand."""
    try:
        if call.value is not None:
            return int(call.list[3]) / 1000
        with open(f"/proc/{call.task}/syscall", encoding="ascii") as file:
            milliseconds = int(file.read().split()[4], 16) & 0xFFFFFFFF
        return FOREVER if milliseconds == 0xFFFFFFFF else milliseconds / 1000
    except (OSError, IndexError, ValueError):
        return 0


class Patience:
    """Watches one program. notice: a function that prints why one waits."""

    def __init__(self, program, notice):
        self.program, self.trace, self.notice = program, program.trace, notice
        self.kinds, self.counted = set(), 0  # the kinds of calls so far, in how many calls
        self.heard = time.monotonic()  # when the trace last grew

    def waits_for_good(self):
        """Does every thread sleep in a call that only somebody else can end?"""
        pending = {task for task, call in self.trace.pending.items() if limit(call) == FOREVER}
        tasks = list(kernel.threads(self.program.processes())) if pending else ()
        return bool(tasks) and all(state in "SZX" and task in pending for task, state in tasks)

    def computes(self, seconds=COMPUTES):
        """Does it run, and has it made no call for so long?"""
        if time.monotonic() - self.heard < seconds:
            return False
        return any(state == "R" for _, state in kernel.threads(self.program.processes()))

    def watches(self, since=-50):
        """The calls in which it has waited of late for one of several descriptors, with a limit of
        five seconds at most."""
        calls = [*self.trace.calls[since:], *self.trace.pending.values()]
        calls = [c for c in calls if re.search("poll$|select|epoll_p?wait", c.name)]
        return [c for c in calls if 0 < limit(c) <= 5]

    def idle(self, idle):
        """Seconds without anything new after which it is given up: so long, or as long as it
        sleeps, where that is a matter of seconds."""
        asleep = [limit(c) for c in self.trace.pending.values() if naps([c])]
        return max([idle, *(s + 1 for s in asleep if s <= LONG)])

    def spins_on(self):
        """A failing call on a descriptor that the program repeats without end, accept before
        others; or None. One that sleeps in between needs fewer turns; writes end with the text."""
        calls, enough = self.trace.calls[-100:], 50
        if any(naps([c]) and limit(c) > 0.1 for c in calls):
            calls = [c for c in calls if not naps([c]) and c.descriptor not in (1, 2)][-12:]
            calls, enough = [c for c in calls if not c.name.startswith(("write", "send"))], 3
        wrong = [c for c in calls if c.error not in PATIENT and c.descriptor is not None]
        if len(wrong) < enough or len({(c.name, c.descriptor, c.error) for c in wrong}) > 4:
            return None
        return next((c for c in wrong if c.name.startswith("accept")), wrong[0])

    def news(self):
        """Has it made a call of a new kind, or taken a client? A loop that wakes up again and again
        has not."""
        calls = self.trace.calls[self.counted:]
        fresh = {(c.task, c.name, c.descriptor, c.error) for c in calls} - self.kinds
        self.counted += len(calls)
        self.kinds |= fresh
        return bool(fresh) or any(c.name.startswith("accept") and c.new_socket for c in calls)

    def settle(self, reached, idle=5, total=60, growing=lambda: 0):
        """Waits until reached() is true. Gives up when it cannot become so any more: the program
        has ended, waits for good, runs wild, or has for `idle` seconds, or its own sleep, not done
        anything new, nor has growing() grown. Returns what reached() said last."""
        begin = news = moved = time.monotonic()
        size = growing()
        while True:
            heard, now = self.trace.update(AT_ONCE), time.monotonic()
            self.heard = now if heard else self.heard
            if reached():
                return True
            if self.news() or growing() != size:
                news, size = now, growing()
            moved = now if heard or not self.waits_for_good() else moved
            tired = now - moved > REST or now - begin > total or now - news > self.idle(idle)
            if tired or self.over():
                self.trace.update(AT_ONCE)
                return reached()
            if now - begin > NOTICE and self.notice and sys.stderr.isatty():
                self.notice()
                self.notice = None  # told once
            time.sleep(max(0.004, min((now - begin) / 10, 0.1)))

    def over(self):
        """Has it ended, or does it run wild?"""
        program = self.program
        wild = program.floods() or self.spins_on() or self.computes()
        return wild or not program.alive() or program.lost()
