"""The traces of a server and its clients as one list of events, in the order of their times.

Where strace holds back some answers, each program runs until it has to wait, and the order is the
same in every run.
"""

import dataclasses
import itertools
import re

import strace
from story.model import World

NOISE = set("""mmap munmap mremap brk mprotect madvise futex getrandom fstat newfstatat lseek
    statx rt_sigprocmask rt_sigreturn set_robust_list rseq sched_yield sched_getaffinity getpid
    gettid tgkill restart_syscall sigaltstack prctl readlinkat clock_gettime membarrier getrusage
    """.split())
# strace cuts every string after so many characters, where it is not told otherwise.
LONG = re.compile(r'"((?:[^"\\]|\\(?:[0-7]{1,3}|.)){32})(?:[^"\\]|\\.)+"(?:\.\.\.)?')
# The calls whose answers are held back: a server's, and a client's.
SERVERS, CLIENTS = "accept accept4 clone clone3 fork vfork".split(), ["read", "recvfrom"]
WAITING = "pause accept poll read connect wait4 rt_sigsuspend nanosleep".split()


@dataclasses.dataclass
class Event:
    """One line of a recording. phase: does, asks (and waits), gets (what it asked for), or why the
    story stops."""

    who: str
    phase: str
    call: strace.Call
    text: str


def file_of(events, title):
    """A recording, as `read` reads it."""
    lines = [f"# {title}", "# Who, what strace shows."]
    return "\n".join(lines + [f"{each.who:9} {each.text}" for each in events]) + "\n"


def read(path):
    """The events in a file of a recording."""
    with open(path, encoding="utf-8") as file:
        lines = [line for line in file.read().split("\n") if line and not line.startswith("#")]
    trace, names, events = strace.Trace("/dev/null"), [], []
    for text in lines:
        who, body = text.split(None, 1)
        names += [who] * (who not in names)
        phase, call = parsed(trace, 1 + names.index(who), body)
        if call.kind == "clone":
            call.child = f"server.{1 + sum(name.startswith('server.') for name in names)}"
        events.append(Event(who, phase, call, body))
    return events


def parsed(trace, task, body):
    """(phase, call) of a line that a trace takes."""
    trace.take(f"{task} {body}")
    if body.endswith("<unfinished ...>"):
        return "asks", trace.pending[task]
    call = killed(task, body.strip("+ ")) if body.startswith("+++ ") else trace.calls[-1]
    return "gets" if body.startswith("<... ") else "does", call


def shown(text):
    """The line as strace prints it by itself: it cuts long strings."""
    return LONG.sub(r'"\1"...', text)


def killed(task, end, time=None):
    """A signal's end, as if it were a call."""
    return strace.Call(task, "exit_group", end, "?", "", time, time)


def line_of(call):
    return f"+++ {call.arguments} +++" if call.arguments.startswith("killed") else call.text


def asked(call):
    """The part of a call that strace can print before the kernel has answered."""
    if call.kind == "read" or call.kind == "accept" and "NULL" not in call.arguments:
        return f"{call.name}({call.list[0]}, "
    return call.text.rpartition(") = ")[0] or line_of(call)


def chatter(call):
    """Is that something that a C library or a runtime does for itself? So are the shortest sleeps,
    and a wait in which nothing came."""
    name = call.kind
    if name == "rt_sigaction":
        return ", {sa_handler=SIG_DFL" in call.arguments[:32] or call.arguments.startswith("SIGRT")
    short = name == "nanosleep" and call.end and call.end - call.begin < 0.1
    return call.name in NOISE or short or name == "poll" and call.value == 0


class Tasks:
    """Which process or thread of a program made a call: server, server.1 and so on."""

    def __init__(self, side="server"):
        self.side, self.names, self.threads = side, {}, set()

    def next(self, kind=""):
        return f"{self.side}.{kind}{len(self.names)}" if self.names else self.side

    def who(self, call):
        """None: the call is no part of the story. That begins with the first socket, and leaves out
        what the C library and a runtime do for themselves."""
        made = call.value if call.kind == "clone" and call.ok else None
        if "CLONE_THREAD" in call.arguments:
            self.threads.add(made)
        if chatter(call) or not self.names and not call.arguments.startswith("AF_INET"):
            return None
        if call.task not in self.names:
            if call.arguments.startswith("killed"):
                return None  # nothing else is known of it
            self.names[call.task] = self.next("t" * (call.task in self.threads))
        if made:
            call.child = None if "CLONE_VFORK" in call.arguments else self.next()
            self.names[made] = call.child
        return self.names[call.task]


def own_calls(calls, side, most):
    """A program's calls, so many at most, in their order: {who: [Call]}, for each of its tasks."""
    tasks, found = Tasks(side), {}
    own = ((tasks.who(call), call) for call in sorted(calls, key=lambda call: call.begin))
    for who, call in itertools.islice((each for each in own if each[0]), most):
        before = found.setdefault(who, [])
        if before and never(before[-1]):  # A signal has ended it: strace shows no answer.
            before[-1].value, before[-1].error = -1, "EINTR"
        before.append(call)
    return found


def never(call):
    """Was the call never answered?"""
    return call.value is None and call.kind != "exit_group"


def points(todo, delay):
    """Every call's beginning, and its answer where it may have waited: [(time, phase, who, call)].
    todo: {who: [Call]}; delay: seconds by which strace has held back answers."""
    found = []
    for who, calls in todo.items():
        for call, following in itertools.zip_longest(calls, calls[1:]):
            waits = call.kind in WAITING and call.error != "EAGAIN"
            found.append((call.begin, "asks" if waits else "does", who, call))
            if waits and not never(call):
                held, times = (SERVERS, 1) if who.startswith("server") else (CLIENTS, 2)
                end = (call.end or call.begin) + delay * times * (call.name in held)
                found.append((min(end, following.begin if following else end), "gets", who, call))
    return sorted(found, key=lambda point: point[0])


def ordered(todo, cut=False, delay=0.0):
    """The programs' calls as events in one order, by following a World through them.

    cut: do the traces end before the programs do? Then what is missing proves nothing. Where trace
    and World disagree, the story stops with one event that says so.
    """
    world, events, answered = World(client_port(sum(todo.values(), []))), [], []
    known, end = points(todo, delay), "cut" if cut else "stops"
    for (_, phase, who, call), following in zip(known, [*known[1:], [None]]):
        if call in answered:
            continue
        if phase == "asks" and at_once(world, who, call, following[-1]):
            phase = "does"
            answered.append(call)
        if phase != "asks" and not world.agrees(who, call):
            return [*events, Event(who, end, call, line_of(call))]
        for _ in world.take(who, phase, call):
            pass
        events.append(Event(who, phase, call, written(phase, call)))
    return events + [Event(who, end, call, line_of(call)) for _ in events[:1] if cut]


def at_once(world, who, call, following):
    """Has a call that may wait its answer without waiting? following: the next call."""
    return not never(call) and call.kind != "connect" and (
        following is call or world.woken(who, call))


def written(phase, call):
    """A call as strace shows this phase of it."""
    whole, begun = line_of(call), asked(call)
    answer = f"<... {call.name} resumed>{whole[len(begun):]}"
    return {"asks": begun + " <unfinished ...>", "gets": answer}.get(phase, whole)


def client_port(calls):
    """The client's port, where a server has asked for it."""
    return next((call.port for call in calls if call.kind == "accept" and call.port), None)


def play(events):
    """The moments of a recording."""
    world = World(client_port([event.call for event in events]))
    for number, event in enumerate(events):
        for moment in world.take(event.who, event.phase, event.call):
            moment.event = number
            yield moment
