"""One check: the program is run, visited and judged; what comes of it as a report."""

import os
import re
import shutil
import tempfile
import time

from guard import at_end, lives
from strace import room_for_trace

from . import kernel, line, subject, tongue
from .course import Unable
from .evidence import Evidence
from .patience import Patience, say_so
from .phrases import say
from .program import Program
from .report import brief_problem, judge, notes, problem_lines, step_lines, tally
from .visit import Visit

def require_free_port(port):
    """Raises Unable, with the holder's name, where something listens on the port."""
    inodes = kernel.listeners(port)
    if inodes:
        raise taken(port, kernel.holder(inodes[0]))


def taken(port, holder):
    """The Unable for a port that somebody else listens on; holder as kernel.holder has it."""
    if not holder:
        return Unable(say("port-taken-unseen", port=port))
    name, pid, stopped = holder
    # After Ctrl-Z it would heed the kill only when it goes on.
    return Unable(say("port-taken", port=port, name=name, pid=pid, more=f"; kill -CONT {pid}" if stopped else ""))


def new_folder(root):
    """A folder for what a run writes, below build/, or where TMPDIR says, with this process in its name.
    Those whose process is gone are removed, as in tools/lib/workshop.bash."""
    build, mark = os.path.join(root, "build"), f"run-{os.uname().nodename}-"
    top = os.environ.get("TMPDIR") or build
    try:
        if top == build:
            os.makedirs(top, exist_ok=True)
            for name in os.listdir(top):
                if name.startswith(mark) and not lives(int(name[len(mark) :].partition("-")[0])):
                    shutil.rmtree(os.path.join(top, name), ignore_errors=True)
        return tempfile.mkdtemp(prefix=f"{mark}{os.getpid()}-", dir=top)
    except OSError:
        raise Unable(say("no-folder", folder=top)) from None


def require_room(folder):
    """Raises Unable where the disk is full: strace says nothing of what it cannot write."""
    if not room_for_trace(folder):
        raise Unable(say("no-room", folder=os.path.dirname(folder)))


class Folder:
    """The same as a context, which removes it."""

    def __init__(self, root):
        self.path = new_folder(root)
        at_end(shutil.rmtree, self.path, True)
        try:
            require_room(self.path)
        except Unable:
            shutil.rmtree(self.path, ignore_errors=True)
            raise

    def __enter__(self):
        return self.path

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)


class Run:
    """One run of a command, with its visit. end() leaves nothing of it."""

    def __init__(self, command, course, folder, stacks, notice):
        self.program = Program(command, folder, stacks)
        self.visit = Visit(self.program, Patience(self.program, notice), course.port, course.reply)

    def end(self):
        self.visit.part()
        self.program.end()


class Check:
    """The check of one subject, for the steps asked about; a context, so that nothing of it is left."""

    def __init__(self, what, course, steps, paper):
        self.what, self.course, self.steps, self.paper = what, course, steps, paper
        self.run = self.folder = None

    def __enter__(self):
        self.folder = Folder(self.course.root)
        return self

    def __exit__(self, *_):
        if self.run:
            self.run.end()
        self.folder.__exit__()

    def verdict(self):
        """Runs it and judges it: (Verdict, Evidence)."""
        self.visit()
        blocked = self.run.visit.blocked_by_time_wait()
        if blocked:
            reuses = self.run.visit.sockets.reuses_address(blocked.socket)
            self.run.end()
            self.wait_for_time_wait(reuses)
            self.visit()
        evidence = Evidence(self.run.visit, self.course.port, self.course.reply)
        self.require_a_run(evidence)
        return judge(evidence, self.steps), evidence

    def visit(self):
        notice = say_so(self.paper.text(say("waiting")))
        for stacks in (line.debuggable(self.what.command[0]) and line.strace_shows_stacks(), False):
            self.run = Run(self.what.command, self.course, self.folder.path, stacks, notice)
            self.run.visit.make(self.steps[-1].split("-", 1)[1])
            if not self.run.program.slowed():
                break
            self.run.end()

    def wait_for_time_wait(self, reuses_address):
        """The kernel keeps the port where this server or the one before did not set SO_REUSEADDR: says so,
        and waits."""
        whose = say("whose-theirs" if reuses_address else "whose-yours")
        count = kernel.in_time_wait(self.course.port)
        self.paper.say("note", self.paper.text(say("time-wait", count=count, whose=whose)))
        self.paper.out.flush()
        limit = time.monotonic() + 90
        while kernel.in_time_wait(self.course.port) and time.monotonic() < limit:
            time.sleep(0.2)

    def require_a_run(self, evidence):
        """Raises Unable where strace may not trace, or the shell could not run the command."""
        said = (evidence.program.output().strip().splitlines() or [""])[-1]
        if not evidence.trace.calls and said.startswith("strace: "):
            first = re.search("PTRACE_.*", evidence.program.output())  # it goes on, about what comes of that
            raise Unable(say("no-strace", complaint=first.group() if first else said[len("strace: ") :]))
        if said.startswith("strace: exec: ") or said.startswith("bash: -c: "):
            raise Unable(say("not-run", command=" ".join(self.what.command[-1:]), complaint=said.split(": ", 2)[2]))
        require_room(self.folder.path)
        if evidence.visit.intruded:
            raise taken(self.course.port, evidence.visit.intruder)
        if evidence.program.lost():
            raise Unable(say("strace-killed"))
        if evidence.ended in ("exited with 127", "exited with 126") and not evidence.tcp_sockets() and said:
            raise Unable(said)


def first_lines(paper, what):
    """What is judged, and what the compiler said."""
    paper.say("judged", paper.text(what.said))
    for warning in what.warnings[:3]:
        paper.say("warning", warning)


def brief(paper, verdict, evidence):
    """The same for make watch: one line a step, and of the first problem no more than it takes."""
    for step, _ in verdict.reached:
        paper.say("ok", step, colour="32")
    if verdict.problem:
        brief_problem(paper, verdict, evidence, tongue.of_program(evidence.trace))
    else:
        for note in notes(evidence):
            paper.say("note", paper.text(note))
    tally(paper, verdict)


def report(command, course, wanted, paper):
    """The whole of make check. Returns the exit status."""
    steps = course.up_to(wanted)
    require_free_port(course.port)
    try:
        what = subject.find(command, wanted)
    except subject.NotCompiled as failed:
        paper.out.write("\n".join(failed.lines) + "\n")
        paper.out.flush()
        raise Unable(failed.said) from None
    first_lines(paper, what)
    paper.out.flush()
    with Check(what, course, steps, paper) as check:
        verdict, evidence = check.verdict()
        step_lines(paper, verdict)
        if verdict.problem:
            problem_lines(paper, verdict, evidence, tongue.of_program(evidence.trace), what.again)
        else:
            for note in notes(evidence):
                paper.say("note", paper.text(note))
    tally(paper, verdict)
    return 0 if verdict.complete else 1
