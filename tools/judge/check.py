"""One check: the program is run, visited and judged."""

import sys

import kernel
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
        self.source, self.visit = source, None
        self.stacks = line.debuggable(what.command[0]) and stacks_known()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end_run()

    def result(self):
        """Runs it and judges it: (Verdict, Evidence, remarks)."""
        visit = self.start()
        if visit.threads_begin:
            visit = self.start(injections=THREADS_LATE)
        e = Evidence(visit, REPLY.encode(), self.what.files, self.source)
        self.require_a_run(e)
        verdict = judge(e, self.steps)
        if visit.program.lost():
            raise Unable(say("strace-killed"))
        remarks = report.notes(e)
        if verdict.failed:  # then it matters only that clients sent something, which is the first
            remarks = remarks[:1] if visit.request else []
        else:
            self.end_run()  # the port may be needed
            remarks += trials.remarks(e, self.what.command)
        return verdict, e, remarks

    def start(self, injections=()):
        """The Visit of a run. injections: as for Program."""
        self.end_run()
        program = Program(self.what.command, self.stacks, injections)
        loud = report.Paper(self.paper.language, sys.stderr)
        patience = Patience(program, lambda: loud.print(
            say("notice", doing=seen.waits(program.trace))))
        self.visit = Visit(program, patience, self.port, REPLY.encode())
        self.visit.make(self.steps[-1].split("-", 1)[1])
        return self.visit

    def end_run(self):
        """Leaves nothing of it."""
        if self.visit:
            self.visit.part()
            self.visit.program.end()

    def require_a_run(self, e):
        """Unable where there was nothing to judge."""
        e.program.require_traced()
        if not e.bound and any(b.error == "EADDRINUSE" for b in e.calls("bind")):
            require_free_port(self.port)  # another program may have taken it since
            if kept := kernel.in_time_wait(self.port):
                raise Unable(say("time-wait", count=kept, again=self.what.again))
        said = e.program.output().strip().rpartition("\n")[2]
        if e.ended in ("exited with 127", "exited with 126") and not e.tcp_sockets() and said:
            raise Unable(said)
