"""One check: the program is run, visited and judged."""

import time

import kernel
from command import Unable
from run import taken

from . import line
from .evidence import Evidence
from .patience import Patience
from .program import Program
from .steps import judge
from .texts.phrases import say
from .visit import Visit


class Check:
    """The check of one subject, for the steps asked about; a context, so that nothing of it is left."""

    judge = staticmethod(judge)

    def __init__(self, what, course, steps, paper):
        self.what, self.course, self.steps, self.paper = what, course, steps, paper
        self.program = self.visit = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end_run()

    def verdict(self):
        """Runs it and judges it: (Verdict, Evidence)."""
        self.run()
        blocked = self.visit.blocked_by_time_wait()
        if blocked:
            reuses = self.visit.sockets.reuses_address(blocked.socket)
            self.end_run()
            self.wait_for_time_wait(reuses)
            self.run()
        evidence = Evidence(self.visit, self.course)
        self.require_a_run(evidence)
        verdict = self.judge(evidence, self.steps)
        if self.program.lost():
            raise Unable(say("strace-killed"))
        return verdict, evidence

    def run(self):
        """Runs the program, and visits it."""
        self.start(line.debuggable(self.what.command[0]))
        if self.program.slowed():
            self.end_run()
            self.start(False)

    def start(self, stacks):
        self.program = Program(self.what.command, stacks)
        patience = Patience(self.program, self.paper.text(say("waiting")))
        self.visit = Visit(self.program, patience, self.course)
        self.visit.make(self.steps[-1].split("-", 1)[1])

    def end_run(self):
        """Leaves nothing of the run."""
        if self.visit:
            self.visit.part()
        if self.program:
            self.program.end()

    def wait_for_time_wait(self, reuses_address):
        """The kernel keeps the port where this server or the one before did not set SO_REUSEADDR: says so,
        and waits."""
        whose = say("whose-theirs" if reuses_address else "whose-yours")
        self.paper.say("note", say("time-wait", count=kernel.in_time_wait(self.course.port), whose=whose))
        self.paper.out.flush()
        limit = time.monotonic() + 90
        while kernel.in_time_wait(self.course.port) and time.monotonic() < limit:
            time.sleep(0.2)

    def require_a_run(self, evidence):
        """Raises Unable where strace may not trace, or the shell could not run the command."""
        self.program.require_traced()
        if self.visit.intruded:
            raise taken(self.course.port, self.visit.intruder)
        said = self.program.output().strip().rpartition("\n")[2]
        if evidence.ended in ("exited with 127", "exited with 126") and not evidence.tcp_sockets() and said:
            raise Unable(said)
