"""One request under strace: a server and a client side by side, until both have ended or nothing moves any more."""

import errno
import os
import signal
import time

import guard
import strace
from run import stacks_known
from story import model, recording

# To strace, where it looks for the line of each call: not of these, which are the loader's, and most of all.
LINES = ["-e", "trace=!%memory,%file"]
WAITING = {"pause", "accept", "poll", "read", "wait4", "rt_sigsuspend"}
LONGEST = 10  # seconds for a program to get as far as waiting, and for the client's request
QUIET = 0.5  # seconds without a line from either side: now both wait for good


class Traced:
    """A command under strace, whose trace is FOLDER/NAME. stacks: note for each call where in the program it is.
    output: where what it prints goes; None: where what we print goes. OSError where no trace can be written."""

    def __init__(self, command, folder, name, stacks, output=guard.NOTHING):
        if not strace.room_for_trace(folder):
            raise OSError(errno.ENOSPC, f"{os.path.dirname(folder)}: {os.strerror(errno.ENOSPC)}")
        trace = os.path.join(folder, name)
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
        """Ends it, by Ctrl-C or worse. Returns its calls till then, and how it ended if it had: a signal's end is like
        a call of its own. What a call that still waits was asked, and where, strace tells at the end; no answer."""
        self.look()
        calls, waiting = list(self.trace.calls), set(self.trace.pending)
        calls += [strace.Call(task, "exit_group", end, "?", "", self.trace.time, self.trace.time)
                  for task, end in self.trace.ends.items() if end.startswith("killed")]
        known = len(self.trace.calls)
        for number in (signal.SIGINT, signal.SIGTERM):
            self.send(number)
            until(lambda: self.run.poll() is not None, 2)
        self.run.end()
        self.trace.update()
        for call in self.trace.calls[known:]:
            if call.task in waiting:
                waiting.remove(call.task)
                call.value, call.error, call.ok = None, None, False
                calls.append(call)
        return calls

    def send(self, number):
        """A signal to the program, and to all that it has started."""
        for pid in self.run.processes():
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass


def until(condition, seconds=LONGEST):
    """Waits for it, for so long at most."""
    limit = time.monotonic() + seconds
    while not condition() and time.monotonic() < limit:
        time.sleep(0.02)


def request(folder, server, client, server_source, client_source):
    """Runs both and returns the events. server, client: commands, strace's further options before them. A source is
    (the program, its source's name), or None where it is not known."""
    one = Traced(server, folder, "server", server_source)
    two = None
    try:
        until(lambda: one.look() or one.waits())
        two = Traced(client, folder, "client", client_source)
        until(lambda: settled(one, two))
        client_calls, server_calls = two.stop(), one.stop()
    finally:
        for traced in (one, two):
            if traced:
                traced.run.end()
    events = recording.Order(recording.own_calls(server_calls, "server"),
                             recording.own_calls(client_calls, "client")).run()
    for side, source in (("server", server_source), ("client", client_source)):
        if source:
            recording.find_lines(events, side, *source)
    return events


def settled(one, two):
    """Have both ended; or does nothing move any more, each waits or has ended, and that for a while?"""
    ended = [traced.look() for traced in (one, two)]
    quiet = time.monotonic() - max(one.changed, two.changed) > QUIET
    return all(ended) or quiet and all(traced.run.poll() is not None or traced.waits() for traced in (one, two))
