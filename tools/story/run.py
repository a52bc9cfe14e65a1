"""One run under strace: a server and its clients side by side, until all have ended or wait."""

import signal
import time

import kernel
from run import Run
from story import recording

# To strace: times, longer strings, not what the loader calls most.
OPTIONS = ["-f", "-ttt", "-T", "-s", "96", "-e", "trace=!%memory,%file"]
LONGEST = 5  # seconds for a program to get as far as waiting, and for a request
QUIET, SILENT = 0.5, 2  # seconds without a new call: then those that wait do so for good; then all
MOST, ALL = 400, 30000  # calls of a program, from its first socket on, and in all; not more
SIDES = ["server", "client", "client.1", "client.2"]
STATES = dict(enumerate("ESTABLISHED SYN-SENT SYN-RECV FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT CLOSED "
                        "CLOSE-WAIT LAST-ACK LISTEN CLOSING SYN-RECV".split(), 1))


def holding(delay, names):
    """Has strace hold back the answers to these calls for so many seconds."""
    calls = ",".join("?" + name for name in names)  # some machines do not have them all
    return ["-e", f"inject={calls}:delay_exit={round(delay * 1e6)}"]


class Traced(Run):
    """A command under strace, whose calls are read while it runs. options, files: as for Run."""

    def __init__(self, command, options, **files):
        super().__init__(command, options, **files)
        self.changed, self.own, self.frozen = time.monotonic(), 0, None

    def look(self):
        """Reads on. Has the program ended?"""
        known = len(self.trace.calls)
        self.trace.update()
        for call in self.trace.calls[known:]:
            self.own += bool(self.own or call.arguments.startswith("AF_INET"))
            if not recording.chatter(call):
                self.changed = time.monotonic()
        return self.command.poll() is not None

    def waits(self):
        """Is the program, with a socket made, in a call that waits, and does not end by itself?"""
        ends = set(recording.WAITING) - {"nanosleep"}
        return self.own and any(call.kind in ends for call in self.trace.pending.values())

    def full(self):
        return self.own >= MOST or len(self.trace.calls) >= ALL

    def freeze(self):
        """What has happened until now is the story; what comes of ending the programs is not."""
        self.look()
        killed = [recording.killed(task, end, self.trace.time)
                  for task, end in self.trace.ends.items() if end.startswith("killed")]
        waiting = [call for call in self.trace.pending.values() if call.kind in recording.WAITING]
        self.frozen = self.trace.calls + killed + waiting

    def stop(self):
        """Ctrl-C, and what comes of it."""
        self.send(signal.SIGINT)
        until(self.look, 1)


def until(condition, seconds=LONGEST):
    """Waits for it, for so long at most. Has it come?"""
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            return False
        time.sleep(0.02)
    return True


def settled(runs):
    """Have all ended, or does nothing move any more; or has one made too many calls?"""
    at_rest = all([each.look() or each.waits() for each in runs])
    quiet = time.monotonic() - max(each.changed for each in runs)
    ended = all(each.command.poll() is not None for each in runs)
    return ended or quiet > (QUIET if at_rest else SILENT) or any(each.full() for each in runs)


def table(port):
    """What the kernel has on the port: (state, is it the server's end, both ports)."""
    rows = kernel.sockets(port=port) + kernel.sockets(peer=port)
    return [(STATES[row.state], row.port == port, (row.port, row.peer)) for row in rows]


def alike(rows, state, port):
    """Does the kernel have the story's sockets on the port, by their states and whose end each
    is?"""
    sockets = [thing for thing in state.values() if thing.get("state", "CLOSED") != "CLOSED"]
    said = [(sock["state"], sock["local"][1] == port) for sock in sockets
            if port in (sock["local"][1], (sock["peer"] or (0, 0))[1])]
    return sorted(said) == sorted(row[:2] for row in rows if row[0] != "CLOSED")


def request(port, server, clients, delay=0.02, options=OPTIONS):
    """Runs them, each client when the programs before it are at rest. server, clients: commands;
    delay: seconds for which a server's answers are held back, and half of a client's, so that each
    program runs until it waits; options: strace's.
    Returns the events and the Traced runs."""
    before, runs = table(port), []
    try:
        runs.append(Traced(server, options + holding(delay, recording.SERVERS)))
        until(lambda: settled(runs) or runs[0].waits())
        for client in clients:
            python = "python" in client[0]  # which reads much at its start
            held = holding(0 if python else 2 * delay, recording.CLIENTS)
            runs.append(Traced(client, options + held))
            settles = until(lambda: settled(runs))
        after = [row for row in table(port) if row not in before]
        for each in runs:
            each.freeze()
        for each in reversed(runs):
            each.stop()
    finally:
        for each in runs:
            each.end()
    cut, todo = not settles or any(each.full() for each in runs), {}
    for side, each in zip(SIDES, runs):
        todo.update(recording.own_calls(each.frozen, side, MOST))
    events = recording.ordered(todo, cut, delay)
    *_, last = [None, *recording.play(events)]
    if last and last.key not in ("stops", "cut") and not alike(after, last.state, port):
        events.append(recording.Event("server", "stops", events[-1].call, ""))
    return events, runs
