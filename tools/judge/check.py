"""One check: the program is run, visited and judged."""

import sys
import time

import kernel
from command import Unable
from run import require_free_port

from . import line, report, seen, trials
from .evidence import Evidence
from .patience import Patience
from .phrases import say
from .program import DELAYED, THREADS_LATE, Program
from .steps import judge
from .visit import Visit


class Check:
    """The check of a Subject for the steps asked about; a context, so that nothing of it is left.
    source: the program's text, where that is in no file."""

    def __init__(self, what, course, steps, paper, source=None):
        self.what, self.course, self.steps, self.paper = what, course, steps, paper
        self.source, self.visits = source, []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end_runs()

    def result(self):
        """Runs it and judges it: (Verdict, Evidence, remarks)."""
        visit = self.run()
        blocked = visit.blocked_by_time_wait()
        if blocked:
            self.end_runs()
            self.wait_for_time_wait(visit.sockets.option("SO_REUSEADDR", blocked.socket))
            visit = self.run()
        e = Evidence(visit, self.course, self.what.files, self.source, self.rerun)
        self.require_a_run(e)
        verdict = judge(e, self.steps, self.course)
        if visit.program.lost():
            raise Unable(say("strace-killed"))
        remarks = report.notes(e)
        if verdict.failed:  # then it matters only that clients sent something, which is the first
            remarks = remarks[:1] if visit.request else []
        else:
            self.end_runs()  # the port may be needed
            remarks += trials.remarks(e, self.what.command)
        return verdict, e, remarks

    def run(self):
        """Runs the program, and visits it; anew where another way to run it shows more."""
        visit = self.start(line.debuggable(self.what.command[0]))
        if visit.program.slowed():
            visit = self.start(False)
        if visit.threads_begin:
            visit = self.start(visit.program.stacks, injections=THREADS_LATE)
        return visit

    def start(self, stacks, gentle=False, injections=DELAYED):
        """The Visit of a run. stacks, injections: as for Program; gentle: as for Visit."""
        if not gentle:
            self.end_runs()
        program = Program(self.what.command, stacks, injections)
        loud = report.Paper(self.paper.language, sys.stderr)
        patience = Patience(program, lambda: loud.print(
            say("notice", doing=seen.waiting(program.trace))))
        visit = Visit(program, patience, self.course, gentle)
        self.visits.append(visit)
        visit.make(self.steps[-1].split("-", 1)[1])
        return visit

    def rerun(self):
        """The Evidence of a run in which no client breaks off, once the first has ended."""
        return Evidence(self.start(False, gentle=True), self.course)

    def end_runs(self):
        """Leaves nothing of the runs."""
        for visit in self.visits:
            visit.part()
            visit.program.end()
        self.visits.clear()

    def wait_for_time_wait(self, ours):
        """The kernel keeps the port, since this server or the one before did not set SO_REUSEADDR
        (ours: this one did): says so, and waits."""
        whose = say("whose-theirs" if ours else "whose-yours")
        count = kernel.in_time_wait(self.course.port)
        self.paper.say("note", say("time-wait", count=count, whose=whose))
        self.paper.out.flush()
        limit = time.monotonic() + 90
        while kernel.in_time_wait(self.course.port) and time.monotonic() < limit:
            time.sleep(0.2)

    def require_a_run(self, e):
        """Unable where there was nothing to judge."""
        e.program.require_traced()
        if not e.bound and any(b.error == "EADDRINUSE" for b in e.calls("bind")):
            require_free_port(self.course.port)  # another program may have taken it since
        said = e.program.output().strip().rpartition("\n")[2]
        if e.ended in ("exited with 127", "exited with 126") and not e.tcp_sockets() and said:
            raise Unable(said)
