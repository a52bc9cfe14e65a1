"""Waiting for a program, for as long as something can still come of it and no longer."""

import collections
import os
import sys
import time

from . import processes

TICKS = os.sysconf("SC_CLK_TCK")
NOTICE = 3  # seconds after which somebody at a terminal wants to know why nothing happens

# What a program that waits in the right way is told again and again.
PATIENT = ("EAGAIN", "EINTR", "ETIMEDOUT", "EINPROGRESS", "ERESTARTSYS")
# Calls from which nothing but somebody else wakes a task; for some it depends on an argument.
ENDLESS = {"pause", "accept", "accept4", "read", "readv", "recv", "recvfrom", "recvmsg", "wait4", "waitid"}
ENDLESS |= {"rt_sigsuspend", "sigsuspend", "flock", "io_uring_enter", "connect", "write", "sendto"}
FOREVER = {
    "poll": (2, "-1"),
    "ppoll": (2, "NULL"),
    "select": (4, "NULL"),
    "_newselect": (4, "NULL"),
    "pselect6": (4, "NULL"),
    "futex": (3, "NULL"),
    "rt_sigtimedwait": (2, "NULL"),
}


def kind(call):
    """What two calls have in common that are tried again and again."""
    return call.name, call.descriptor, call.error


def looping(failed, enough):
    """The call that is repeated most among the failed ones, accept before others; None where that is not enough."""
    common = collections.Counter(kind(call) for call in failed).most_common(4)
    if sum(count for _, count in common) < enough:
        return None
    kinds = [each for each, count in common if count >= enough / 5]
    again = [call for call in failed if kind(call) in kinds]
    return next((c for c in again if c.name.startswith("accept")), again[0] if again else None)


class Patience:
    """Watches one program."""

    def __init__(self, program, notice=None):
        self.program, self.trace = program, program.trace
        self.notice = notice  # called once, when somebody should be told that this takes its time
        self.kinds, self.counted = set(), 0  # the kinds of calls so far, and how many calls that covers

    def waits_for_good(self):
        """Does every thread sleep in a call that only somebody else can end?"""
        tasks = list(processes.threads(self.program.processes()))
        return bool(tasks) and all(
            state in "SZX" and task in self.trace.pending and self.endless(task) for task, state in tasks
        )

    def endless(self, task):
        call = self.trace.pending[task]
        if call.name in ENDLESS:
            return True
        if call.name in FOREVER:
            index, forever = FOREVER[call.name]
            return call.list[index : index + 1] == [forever]
        # strace shows epoll_wait's timeout only at its end; the kernel has the arguments at hand.
        if call.name.startswith("epoll_"):
            try:
                with open(f"/proc/{task}/syscall", encoding="ascii") as file:
                    return int(file.read().split()[4], 16) & 0xFFFFFFFF == 0xFFFFFFFF
            except (OSError, IndexError, ValueError):
                pass
        return False

    def naps(self):
        """How often has it slept on a clock of late?"""
        return sum("nanosleep" in call.name for call in self.trace.calls[-40:])

    def sleeps(self):
        """Does it sleep on a clock, and not for the tenth time?"""
        return self.naps() < 10 and any("nanosleep" in call.name for call in self.trace.pending.values())

    def spins_on(self):
        """A failing call on a descriptor that the program repeats without end, or None. A loop may
        hold some more: of those, it is the first that matters, accept. One that sleeps in between,
        and may complain, needs fewer turns; but writes come to an end, with the text."""
        calls, enough = self.trace.calls[-100:], 50
        if any("nanosleep" in c.name for c in calls):
            calls, enough = [c for c in calls if "nanosleep" not in c.name and c.descriptor not in (1, 2)][-12:], 6
            calls = [c for c in calls if not c.name.startswith(("write", "send"))]
        return looping([c for c in calls if c.error not in (None, *PATIENT) and c.descriptor is not None], enough)

    def news(self):
        """Has it made a call of a kind that it had not made before, taken a client, or slept its time? A loop that
        wakes up again and again has not."""
        calls = self.trace.calls[self.counted :]
        fresh = {(call.task, *kind(call)) for call in calls} - self.kinds
        self.counted += len(calls)
        self.kinds |= fresh
        return bool(fresh) or any(call.name.startswith("accept") and call.new_socket for call in calls) or (
            self.naps() < 10 and any("nanosleep" in call.name for call in calls))

    def settle(self, reached, idle=3, total=60, growing=lambda: 0):
        """Waits until reached() is true. Gives up when it cannot become so any more: the program has ended,
        waits for good, repeats a failing call, floods, or has for `idle` seconds (10 at least where it sleeps on a
        clock) neither done anything new nor used a tenth of a processor, nor has growing() grown. Returns what
        reached() said last."""
        begin, still, quiet = time.monotonic(), 0, Quiet(self, growing)
        while True:
            heard = self.trace.update()
            if reached():
                return True
            if self.over():
                self.trace.update()
                return reached()
            now = time.monotonic()
            still = still + 1 if not heard and self.waits_for_good() else 0
            if still >= 5 or now - begin > total or quiet.since(now) > (max(10, idle) if self.sleeps() else idle):
                return reached()
            self.give_notice(now - begin)
            time.sleep(0.02 if now - begin < 1 else 0.06)

    def over(self):
        """Has it ended, or does it run wild?"""
        program = self.program
        return program.floods() or not program.alive() or program.lost() or self.spins_on() or program.slowed()

    def give_notice(self, waited):
        if waited > NOTICE and self.notice:
            self.notice()
            self.notice = None


class Quiet:
    """How long has nothing come of it? Asked again and again."""

    def __init__(self, patience, growing):
        self.patience, self.growing, self.size = patience, growing, growing()
        self.began = self.measured = time.monotonic()
        self.used = self.ticks()

    def ticks(self):
        return processes.ticks(self.patience.program.processes()) / TICKS

    def since(self, now):
        """Seconds since it last did anything new, or used a tenth of a processor for a while."""
        if now - self.measured > 0.5:
            used = self.ticks()
            if used - self.used > (now - self.measured) / 10:
                self.began = now
            self.measured, self.used = now, used
        size = self.growing()
        if self.patience.news() or size != self.size:
            self.began, self.size = now, size
        return now - self.began


def say_so(text):
    """A notice for a terminal: prints the text there, once."""
    return (lambda: print(text, file=sys.stderr, flush=True)) if sys.stderr.isatty() else None
