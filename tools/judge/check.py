"""One check: the program is run, visited and judged."""

import sys

from command import Unable
from run import require_free_port, stacks_known

from . import line, report, seen, trials
from .course import REPLY
from .evidence import Evidence
from .patience import Patience
from .phrases import say
from .program import THREADS_LATE, Program
from .steps import judge
from .visit import Visit


class Check:
    """The check of a Subject for the steps asked about; a context, so that nothing of it is left.
    source: the program's text, where that is in no file."""

    def __init__(self, what, port, steps, paper, source=None):
        self.what, self.port, self.steps, self.paper = what, port, steps, paper
        self.source, self.visits = source, []
        self.stacks = line.debuggable(what.command[0]) and stacks_known()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end_runs()

    def result(self):
        """Runs it and judges it: (Verdict, Evidence, remarks)."""
        visit = self.start()
        if kept := visit.blocked_by_time_wait():
            raise Unable(say("time-wait", count=kept, again=self.what.again))
        if visit.threads_begin:
            visit = self.start(injections=THREADS_LATE)
        e = Evidence(visit, REPLY.encode(), self.what.files, self.source, self.rerun)
        self.require_a_run(e)
        verdict = judge(e, self.steps)
        if visit.program.lost():
            raise Unable(say("strace-killed"))
        remarks = report.notes(e)
        if verdict.failed:  # then it matters only that clients sent something, which is the first
            remarks = remarks[:1] if visit.request else []
        else:
            self.end_runs()  # the port may be needed
            remarks += trials.remarks(e, self.what.command)
        return verdict, e, remarks

    def start(self, gentle=False, injections=()):
        """The Visit of a run. gentle: as for Visit; injections: as for Program."""
        if not gentle:
            self.end_runs()
        program = Program(self.what.command, self.stacks, injections)
        loud = report.Paper(self.paper.language, sys.stderr)
        patience = Patience(program, lambda: loud.print(
            say("notice", doing=seen.waiting(program.trace))))
        visit = Visit(program, patience, self.port, REPLY.encode(), gentle)
        self.visits.append(visit)
        visit.make(self.steps[-1].split("-", 1)[1])
        return visit

    def rerun(self):
        """The Evidence of a run in which no client breaks off, once the first has ended."""
        return Evidence(self.start(gentle=True), REPLY.encode())

    def end_runs(self):
        """Leaves nothing of the runs."""
        for visit in self.visits:
            visit.part()
            visit.program.end()
        self.visits.clear()

    def require_a_run(self, e):
        """Unable where there was nothing to judge."""
        e.program.require_traced()
        if not e.bound and any(b.error == "EADDRINUSE" for b in e.calls("bind")):
            require_free_port(self.port)  # another program may have taken it since
        said = e.program.output().strip().rpartition("\n")[2]
        if e.ended in ("exited with 127", "exited with 126") and not e.tcp_sockets() and said:
            raise Unable(said)
