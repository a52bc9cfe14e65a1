"""Waiting for a program, for as long as something can still come of it and no longer."""

import collections
import sys
import time

import kernel

AT_ONCE = 1 << 18  # characters of the trace: who calls without end writes faster than can be read
NOTICE = 3  # seconds after which somebody at a terminal wants to know why nothing happens

# What a program that waits in the right way is told again and again.
PATIENT = ("EAGAIN", "EINTR", "ETIMEDOUT", "EINPROGRESS", "ERESTARTSYS")
# Calls from which nothing but somebody else wakes a task; for some it depends on an argument.
ENDLESS = {"pause", "accept", "accept4", "read", "readv", "recv", "recvfrom", "recvmsg", "wait4", "waitid"}
ENDLESS |= {"rt_sigsuspend", "sigsuspend", "flock", "io_uring_enter", "connect", "write", "sendto"}
FOREVER = {"poll": (2, "-1"), "ppoll": (2, "NULL"), "select": (4, "NULL"), "_newselect": (4, "NULL"),
           "pselect6": (4, "NULL"), "futex": (3, "NULL"), "rt_sigtimedwait": (2, "NULL")}


def kind(call):
    """What two calls have in common that are tried again and again."""
    return call.name, call.descriptor, call.error


def naps(calls):
    """How often do these calls sleep on a clock?"""
    return sum("nanosleep" in call.name for call in calls)


def looping(failed, enough):
    """The call that is repeated most among the failed ones, accept before others; None where that is not enough."""
    common = collections.Counter(kind(call) for call in failed).most_common(4)
    if sum(count for _, count in common) < enough:
        return None
    often = [each for each, count in common if count >= enough / 5]
    again = [call for call in failed if kind(call) in often]
    return next((call for call in again if call.name.startswith("accept")), again[0])


def endless(call):
    """Is that a call that only somebody else can end?"""
    if call.name in FOREVER:
        index, forever = FOREVER[call.name]
        return call.list[index : index + 1] == [forever]
    # strace shows epoll_wait's timeout only at its end; the kernel has the arguments at hand.
    if call.name.startswith("epoll_"):
        try:
            with open(f"/proc/{call.task}/syscall", encoding="ascii") as file:
                return int(file.read().split()[4], 16) & 0xFFFFFFFF == 0xFFFFFFFF
        except (OSError, IndexError, ValueError):
            pass
    return call.name in ENDLESS


class Patience:
    """Watches one program."""

    def __init__(self, program, notice):
        self.program, self.trace = program, program.trace
        self.notice = notice if sys.stderr.isatty() else ""  # told once, when this takes its time
        self.kinds, self.counted = set(), 0  # the kinds of calls so far, and how many calls that covers

    def waits_for_good(self):
        """Does every thread sleep in a call that only somebody else can end?"""
        pending = {task for task, call in self.trace.pending.items() if endless(call)}
        tasks = list(kernel.threads(self.program.processes())) if pending else ()
        return bool(tasks) and all(state in "SZX" and task in pending for task, state in tasks)

    def naps(self):
        """Does it sleep on a clock of late, and not for the tenth time?"""
        return naps(self.trace.calls[-40:]) < 10 and naps(self.trace.pending.values())

    def spins_on(self):
        """A failing call on a descriptor that the program repeats without end, or None. A loop may
        hold some more: of those, it is the first that matters, accept. One that sleeps in between,
        and may complain, needs fewer turns; but writes come to an end, with the text."""
        calls, enough = self.trace.calls[-100:], 50
        if naps(calls):
            calls, enough = [c for c in calls if not naps([c]) and c.descriptor not in (1, 2)][-12:], 6
            calls = [c for c in calls if not c.name.startswith(("write", "send"))]
        return looping([c for c in calls if c.error not in (None, *PATIENT) and c.descriptor is not None], enough)

    def news(self):
        """Has it made a call of a kind that it had not made before, taken a client, or slept its time? A loop that
        wakes up again and again has not."""
        calls = self.trace.calls[self.counted :]
        if not calls:
            return False
        fresh = {(call.task, *kind(call)) for call in calls} - self.kinds
        self.counted += len(calls)
        self.kinds |= fresh
        taken = any(call.name.startswith("accept") and call.new_socket for call in calls)
        return bool(fresh) or taken or naps(self.trace.calls[-40:]) < 10 and naps(calls)

    def settle(self, reached, idle=3, total=60, growing=lambda: 0):
        """Waits until reached() is true. Gives up when it cannot become so any more: the program has ended,
        waits for good, repeats a failing call, floods, or has for `idle` seconds (10 at least where it sleeps on a
        clock) neither done anything new nor used a tenth of a processor, nor has growing() grown. Returns what
        reached() said last."""
        begin, still, quiet = time.monotonic(), 0, Quiet(self, growing)
        while True:
            heard = self.trace.update(AT_ONCE)
            if reached():
                return True
            waited = time.monotonic() - begin
            still = 0 if heard or not self.waits_for_good() else still + 1
            enough = max(10, idle) if self.naps() else idle
            if self.over() or still >= 5 or waited > total or quiet.seconds() > enough:
                self.trace.update(AT_ONCE)
                return reached()
            self.give_notice(waited)
            time.sleep(max(0.02, min(waited / 10, 0.1)))

    def give_notice(self, waited):
        if waited > NOTICE and self.notice:
            print(self.notice, file=sys.stderr, flush=True)
            self.notice = ""

    def over(self):
        """Has it ended, or does it run wild?"""
        program = self.program
        return program.floods() or not program.alive() or program.lost() or self.spins_on() or program.slowed()


class Quiet:
    """How long has nothing come of it? Asked again and again."""

    def __init__(self, patience, growing):
        self.patience, self.growing, self.size = patience, growing, growing()
        self.began = self.measured = time.monotonic()
        self.used = None  # seconds of a processor by then; most waiting is over before that matters

    def seconds(self):
        """Seconds since it last did anything new, or used a tenth of a processor for a while."""
        now, size = time.monotonic(), self.growing()
        if now - self.measured > (0.2 if self.used is None else 0.5):
            used = kernel.seconds(self.patience.program.processes())
            if self.used is not None and used - self.used > (now - self.measured) / 10:
                self.began = now
            self.measured, self.used = now, used
        if self.patience.news() or size != self.size:
            self.began, self.size = now, size
        return now - self.began
