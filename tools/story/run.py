"""One request under strace: a server and a client side by side, until both have ended or nothing moves any more."""

import os
import signal
import subprocess
import time

import guard
import strace
from story import model, recording

WAITING = {"pause", "accept", "poll", "read", "wait4", "rt_sigsuspend"}
LONGEST = 10  # seconds for a program to get as far as waiting, and for the client's request
QUIET = 0.5  # seconds without a line from either side: now both wait for good


class Traced:
    """A command under strace. stacks: note for each call where in the program it is. output: nothing, or None."""

    def __init__(self, command, trace, stacks, output=guard.NOTHING):
        self.path = trace
        open(trace, "w", encoding="utf-8").close()
        self.trace = strace.Trace(trace)
        keep = ["-k"] if stacks and stacks_known() else []
        self.run = guard.Guarded(["strace", "-f", "-ttt", "-T", *keep, "-o", trace, *command],
                                 stdin=guard.NOTHING, stdout=output, stderr=output)
        self.changed = time.monotonic()

    def look(self):
        """Reads on. Has the program ended?"""
        known = len(self.trace.calls)
        self.trace.update()
        if any(model.kind(call) != "poll" or call.value for call in self.trace.calls[known:]):
            self.changed = time.monotonic()  # that a time limit has passed is nothing new
        return self.run.poll() is not None

    def waits(self):
        """Is the program, with a socket made, in a call that waits?"""
        own = any(call.name == "socket" for call in self.trace.calls)
        return own and any(model.kind(call) in WAITING for call in self.trace.pending.values())

    def stop(self):
        """Ctrl-C, or worse. Returns the time of it, and the tasks that were waiting."""
        self.look()
        moment, waiting = time.time(), list(self.trace.pending)
        for number in (signal.SIGINT, signal.SIGTERM):
            self.send(number)
            until(lambda: self.run.poll() is not None, 2)
        self.run.end()
        return moment, waiting

    def send(self, number):
        """A signal to the program, and to all that it has started."""
        for pid in guard.descendants(self.run.guard) - {self.run.pid}:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass


def stacks_known():
    """Can this strace tell where in the program a call is (-k)?"""
    version = subprocess.run(["strace", "-V"], stdout=subprocess.PIPE, universal_newlines=True, check=False).stdout
    return "stack-trace" in version and "no-stack-trace" not in version


def until(condition, seconds=LONGEST):
    """Waits for it, for so long at most."""
    limit = time.monotonic() + seconds
    while not condition() and time.monotonic() < limit:
        time.sleep(0.02)


def request(folder, server, client, server_source, client_source, strict=False):
    """Runs both and returns the events. A source is (program, its source's name), or None where it is not known.

    strict: an order against the clock is an error. Threads make such: how they wake each other we do not follow."""
    one = Traced(server, os.path.join(folder, "server"), server_source)
    two = None
    try:
        until(lambda: one.look() or one.waits())
        two = Traced(client, os.path.join(folder, "client"), client_source)
        until(lambda: two.look() and still(one, two) or one.look() and two.look() or still(one, two))
        client_stop, server_stop = two.stop(), one.stop()
    finally:
        for traced in (one, two):
            if traced:
                traced.run.end()
    ended = [float("inf")]
    return recording.order(
        recording.own_calls(one.path, "server", server_source, *(server_stop if one.trace.pending else ended)),
        recording.own_calls(two.path, "client", client_source, *(client_stop if two.trace.pending else ended)),
        strict)


def still(one, two):
    """Does nothing move any more: the server waits, the client waits or has ended, and that for a while?"""
    one.look()
    done = two.look()
    quiet = time.monotonic() - max(one.changed, two.changed) > QUIET
    return (done or two.waits()) and quiet and (one.waits() or one.run.poll() is not None)
