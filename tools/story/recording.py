"""strace's two traces of one request as one list of events, in an order that pretends nothing.

An order between the two programs is given only by cause and effect: what a read returns was sent before, what
accept returns had connected before. Inside these limits each program is taken to run until it has to wait, the
server first; "~" marks the lines whose place among the other program's lines is free. The times that strace
wrote are held against that order; they decide nothing, unless cause and effect leave a program stuck.
"""

import re
import subprocess

import strace
from story import model

HEAD = """# {title}
# Who, the line of its source, what strace shows. "~": could also have come before the lines of the other side above.
"""
NOISE = {"mmap", "munmap", "mremap", "brk", "mprotect", "madvise", "futex", "getrandom", "fstat", "newfstatat", "lseek",
         "statx", "rt_sigprocmask", "rt_sigreturn", "set_robust_list", "rseq", "sched_yield", "sched_getaffinity",
         "getpid", "gettid", "restart_syscall", "sigaltstack", "prctl", "readlinkat", "clock_gettime"}


class Event:
    """One line of a recording. phase: does, asks (and has to wait), gets (what it asked for)."""

    def __init__(self, who, line, free, phase, call, text):
        self.who, self.line, self.free, self.phase, self.call, self.text = who, line, free, phase, call, text

    def __str__(self):
        return f"{self.who:9}{self.line or '-':>4} {'~' if self.free else ' '} {self.text}"


def read(path):
    """The events in a file that was written by `written`."""
    with open(path, encoding="utf-8") as file:
        lines = [line for line in file.read().split("\n") if line and not line.startswith("#")]
    trace, tasks, events = strace.Trace("/dev/null"), {}, []
    for text in lines:
        who, line, mark, body = re.match(r"(\S+) +(\d+|-) ([ ~]) (.*)", text).groups()
        task = tasks.setdefault(who, len(tasks) + 1)
        trace.take(f"{task} {body}")
        phase = "asks" if body.endswith("<unfinished ...>") else "gets" if body.startswith("<... ") else "does"
        call = trace.pending[task] if phase == "asks" else trace.calls[-1]
        events.append(Event(who, int(line) if line != "-" else None, mark == "~", phase, call, body))
    return events


def written(events, title):
    return HEAD.format(title=title) + "".join(f"{event}\n" for event in events)


def own_calls(path, who, sources, stop=float("inf"), waiting=()):
    """A trace as {who: [Call]}, from the first socket on. Each Call gets .line; .value None: never answered.

    At the time `stop` the recording was over, and the tasks in `waiting` still waited for an answer."""
    trace, names, found = strace.Trace(path), {}, {}
    trace.update()
    calls = sorted(trace.calls + list(trace.pending.values()), key=lambda call: call.begin)
    calls = [call for call in calls if call.begin <= stop]
    for task in waiting:
        for call in [call for call in calls if call.task == task][-1:]:
            call.value, call.error, call.ok = None, None, False
    first = next((i for i, call in enumerate(calls) if call.name == "socket" and "AF_INET" in call.arguments), None)
    calls = calls[first:] if first is not None else []
    for call in calls:
        if call.name in NOISE:
            continue
        task = names.setdefault(call.task, f"{who}.t{len(names)}" if names else who)
        if model.kind(call) == "clone" and call.ok:
            names[call.value] = f"server.{2 + sum('.' in name and '.t' not in name for name in names.values())}"
        call.line = None
        found.setdefault(task, []).append(call)
    for task, end in trace.ends.items():
        if end.startswith("killed") and task in names and stop == float("inf"):
            found[names[task]].append(ended(task, end, trace.time))
    if sources:
        find_lines([call for calls in found.values() for call in calls], *sources)
    return found


def ended(task, end, time):
    """A signal's end of a program, as if it were a call of its own."""
    call = strace.Call(task, "exit_group", end, "?", "", time, time)
    call.line = None
    return call


def find_lines(calls, program, source):
    """Asks the compiler's own notes (-g) in which line of the source each call is. addr2line(1)"""
    frames = []  # (call, address); the innermost frame in the source wins
    for call in calls:
        for entry in call.stack:
            found = re.match(rf"{re.escape(program)}\(.*\[0x([0-9a-f]+)\]$", entry)
            if found:
                frames.append((call, int(found.group(1), 16) - 1))
    if not frames:
        return
    answer = subprocess.run(["addr2line", "-e", program] + [hex(address) for _, address in frames],
                            stdout=subprocess.PIPE, universal_newlines=True, check=False).stdout
    for (call, _), place in zip(frames, answer.split("\n")):
        found = re.search(rf"/{re.escape(source)}:(\d+)", place)
        if found and call.line is None:
            call.line = int(found.group(1))


def asked(call):
    """The part of a call that strace can print before the kernel has answered."""
    name = model.kind(call)
    if name == "read" or name == "accept" and "NULL" not in call.arguments:
        return f"{call.name}({call.list[0]}, "
    return call.text.rpartition(")" + " = ")[0] or call.text


def constant(text):
    """The text with what differs from run to run made constant, as in the transcripts."""
    text = re.sub(r"htons\((3[2-9]|[4-6]\d)\d{3}\)", f"htons({model.CLIENT_PORT})", text)
    return re.sub(r"sa_restorer=0x[0-9a-f]+", "sa_restorer=0x7f0000000000", text)


def never(call):
    return call.value is None and model.kind(call) != "exit_group"


class Order:
    """Puts the programs' calls into one order, by following a World through them."""

    def __init__(self, server, client, strict):
        self.strict = strict  # is an effect before its cause an error?
        self.todo = dict(server)
        self.todo["client"] = client.get("client", [])
        self.turn = list(server) + ["client"]
        self.world, self.events, self.done = model.World(), [], {}

    def run(self):
        """The events. The client was started when the server waited: all that came before, came before."""
        start = self.todo["client"][0].begin if self.todo["client"] else float("inf")
        while True:
            who = next((w for w in self.turn if self.possible(w, start)), None) or self.earliest()
            if who is None:
                return self.events
            while self.possible(who, start) or self.done.get(who) == "forced":
                self.step(who)
            self.turn.sort(key=lambda w: w == who)  # the others are next

    def possible(self, who, start):
        """Has the program something to do that needs nothing more from the others? Then it goes on."""
        if not self.todo[who] or who not in self.world.processes and ".t" not in who:
            return False
        if who == "client" and any(w not in self.world.asked and self.possible(w, start) and
                                   self.todo[w][0].begin < start for w in self.todo if w != "client"):
            return False
        call = self.todo[who][0]
        return who not in self.world.asked or not never(call) and self.world.ready(who, call)

    def earliest(self):
        """Cause and effect do not say who goes on: then the clock does."""
        waiting = [w for w in self.todo if self.todo[w] and not never(self.todo[w][0]) and
                   (w in self.world.processes or ".t" in w)]
        who = min(waiting, key=lambda w: self.todo[w][0].end or self.todo[w][0].begin, default=None)
        self.done[who] = "forced"
        return who

    def step(self, who):
        call = self.todo[who][0]
        forced = self.done.pop(who, None)
        before = self.events[-1] if self.events else None
        waits = who not in self.world.asked and not forced
        if waits and (never(call) or model.kind(call) == "connect" or not self.world.ready(who, call)):
            phase, text = "asks", asked(call) + " <unfinished ...>"
        else:
            self.todo[who].pop(0)
            phase = "gets" if who in self.world.asked else "does"
            text = call.text if phase == "does" else f"<... {call.name} resumed>" + call.text[len(asked(call)):]
            if never(call):
                return
        if not self.events or who == "client" and not any(e.who == "client" for e in self.events):
            self.world.knows(who, "server")
        for _ in self.world.take(who, phase, call):
            pass
        past = self.world.seen[who]
        if self.strict:
            self.agrees_with_the_clock(who, call, past)
        other = before.who if before else who
        free = other != who and past.get(other, 0) < self.world.seen[other][other]
        self.events.append(Event(who, call.line, free, phase, call, constant(text)))

    def agrees_with_the_clock(self, who, call, past):
        """No effect before its cause, says the clock: else the model is wrong about this run."""
        for other, count in past.items():
            theirs = [event for event in self.events if event.who == other][:count]
            if other != who and theirs and call.end and theirs[-1].call.begin > call.end:
                raise ValueError(f"{call.text} ended before its cause began: {theirs[-1].call.text}")


def order(server, client, strict):
    return Order(server, client, strict).run()


def play(events):
    """The moments of a recording, each with the event's number and whether its place is free."""
    world = model.World()
    for number, event in enumerate(events):
        first = True
        for moment in world.take(event.who, event.phase, event.call, event.line):
            moment["event"], moment["free"] = number, event.free and first
            first = False
            yield moment
