"""strace's two traces of one request as one list of events, in an order that pretends nothing.

An order between the two programs is given only by cause and effect: what a read returns was sent before, what
accept returns had connected before. Inside these limits each program is taken to run until it has to wait, the
server first; "~" marks the lines whose place among the other program's lines is free. The times that strace
wrote decide nothing, unless cause and effect leave a program stuck.
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
    """One line of a recording. phase: does, asks (and has to wait), gets (what it asked for). line: of the source, or
    None. free: its place among the other program's lines."""

    def __init__(self, who, free, phase, call, text, line=None):
        self.who, self.free, self.phase, self.call, self.text, self.line = who, free, phase, call, text, line

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
        events.append(Event(who, mark == "~", phase, call, body, int(line) if line != "-" else None))
    return events


def written(events, title):
    return HEAD.format(title=title) + "".join(f"{event}\n" for event in events)


def caller(names, call, side="server"):
    """Who made the call; None: it is no part of the story, which begins with the first socket, and leaves out what
    the C library does for itself. names: {task: who}; those that are new, and the children they make, are added."""
    if call.name in NOISE or not names and not call.arguments.startswith("AF_INET"):
        return None
    if call.task not in names and call.arguments.startswith("killed"):
        return None  # a thread of which nothing is known but that
    who = names.setdefault(call.task, f"{side}.t{len(names)}" if names else side)
    if model.kind(call) == "clone" and call.ok:
        names[call.value] = model.next_child(names.values())
    return who


def own_calls(calls, side):
    """A program's calls, in their order, as {who: [Call]}, one list for each of its tasks."""
    names, found = {}, {}
    for call in sorted(calls, key=lambda call: call.begin):
        who = caller(names, call, side)
        if who:
            found.setdefault(who, []).append(call)
    return found


def find_lines(events, side, program, source):
    """Asks the compiler's own notes (-g) in which line of the source each call of the program is. addr2line(1)"""
    frames = [(event, hex(offset - 1)) for event in events if event.who.startswith(side)
              for path, offset in event.call.stack if path == program]  # the innermost frame in the source wins
    if not frames:
        return
    answer = subprocess.run(["addr2line", "-e", program] + [address for _, address in frames],
                            stdout=subprocess.PIPE, universal_newlines=True, check=False).stdout
    for (event, _), place in zip(frames, answer.split("\n")):
        found = re.search(rf"/{re.escape(source)}:(\d+)", place)
        if found and event.line is None:
            event.line = int(found.group(1))


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


def over(call):
    """When it was over, as far as strace tells."""
    return call.end or call.begin


class Order:
    """Puts the programs' calls into one order, by following a World through them. In: {who: [Call]}."""

    def __init__(self, server, client):
        self.todo = {**server, "client": client.get("client", [])}
        self.turn = list(self.todo)
        self.world, self.events = model.World(), []

    def run(self):
        """The events."""
        while True:
            who = next(filter(self.possible, self.turn), None)
            forced = who is None
            who = who or self.earliest()
            if who is None:
                return self.events
            self.step(who, forced)
            while self.possible(who):
                self.step(who)
            self.turn.sort(key=lambda w: w == who)  # the others are next

    def begun(self, who):
        """Is there something to do for it, and has its parent made it, if it has one?"""
        return self.todo[who] and (who in self.world.processes or ".t" in who)

    def client_begun(self):
        return self.world.seen["client"]["client"] > 0

    def possible(self, who):
        """Has the program something to do that needs nothing more from the others? Then it goes on."""
        if not self.begun(who):
            return False
        call = self.todo[who][0]
        if who in self.world.asked:
            return not never(call) and self.world.ready(who, call)
        return who == "client" and self.client_begun() or self.in_turn(who, call)

    def in_turn(self, who, call):
        """Tasks of one program tell each other things that nobody sees: among them the clock decides. So it does on
        the client's first call: it was started when the server waited."""
        for other, calls in self.todo.items():
            if other not in (who, "client") and calls and over(calls[0]) < call.begin and \
                    not (never(calls[0]) and other in self.world.asked):
                return False
        return True

    def earliest(self):
        """Cause and effect do not say who goes on: then the clock does."""
        waiting = [who for who in self.todo if self.begun(who) and not never(self.todo[who][0])]
        return min(waiting, key=lambda who: over(self.todo[who][0]), default=None)

    def step(self, who, forced=False):
        call, waited = self.todo[who][0], who in self.world.asked
        before = self.events[-1].who if self.events else who
        if not waited and not forced and (
                never(call) or model.kind(call) == "connect" or not self.world.ready(who, call)):
            phase, text = "asks", asked(call) + " <unfinished ...>"
        else:
            self.todo[who].pop(0)
            phase = "gets" if waited else "does"
            text = f"<... {call.name} resumed>" + call.text[len(asked(call)):] if waited else call.text
        if who == "client" and not self.client_begun():
            self.world.knows(who, "server")
        for _ in self.world.take(who, phase, call):
            pass
        free = before != who and self.world.seen[who].get(before, 0) < self.world.seen[before][before]
        self.events.append(Event(who, free, phase, call, constant(text)))


def play(events):
    """The moments of a recording, each with the event's number and whether its place is free."""
    world = model.World()
    for number, event in enumerate(events):
        for later, moment in enumerate(world.take(event.who, event.phase, event.call, event.line)):
            yield dict(moment, event=number, free=event.free and not later)
