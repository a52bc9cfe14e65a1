"""One check of a server of steps 06 to 09."""

import re

from words import Said, Words

from .. import check, steps
from ..patience import Patience
from ..program import OPTIONS, Program
from ..rule import first
from ..texts.phrases import say
from . import rules
from .advice import ADVICE
from .visit import LIMIT, SILENT, Visit

PROOFS = {
    6: Words("a request in four pieces answered with 200, HELLO with {wrong}, 200,000 bytes without an end with {long}",
             "4 つに分けたリクエストに 200、HELLO に {wrong}、終わりのない 200,000 バイトに {long} と応答した"),
    7: Words("beside {silent} silent clients answered in {ms:.0f} ms; afterwards no zombie, process or descriptor more",
             "黙っているクライアントが {silent} あっても {ms:.0f} ミリ秒で応答し、あとにゾンビもプロセスもディスクリプターも残らない"),
    8: Words("{silent} silent clients cost {processes} processes", "黙っているクライアント {silent} に使ったプロセスは {processes}"),
    9: Words("{silent} silent clients cost {threads} threads; they are let go after {seconds:.0f} seconds",
             "黙っているクライアント {silent} に使ったスレッドは {threads}。{seconds:.0f} 秒で切られる"),
}


def number_of(step):
    """6 for beyond/step06-read."""
    return int(re.search(r"step(\d+)-", step)[1])


def outcome(e, step, _last):
    """What proves the step, or its Problem; without a mistake where nobody knows why the program did not get there."""
    number, visit = number_of(step), e.visit
    mistake, facts = first(rules.BOOKS[number].mistakes, e)
    reached = {6: visit.after, 7: visit.crowd and visit.left_descriptors is not None, 8: visit.processes is not None,
               9: visit.limit}[number]  # fmt: skip
    return proof(visit, number) if reached and not mistake else steps.Problem(rules.EXPECTED[number], mistake, facts)


def proof(visit, number):
    facts = {6: dict(wrong=visit.wrong and visit.wrong.status, long=visit.long and visit.long.status),
             7: dict(silent=SILENT, ms=1000 * visit.crowd.seconds if visit.crowd else 0),
             8: dict(silent=SILENT, processes=visit.processes),
             9: dict(silent=SILENT, threads=visit.threads, seconds=max(visit.limit or [LIMIT]))}  # fmt: skip
    return Said(PROOFS[number], **facts[number])


# No moment more for accept: there are a hundred clients. But one for each look at who is ready: a program that looks
# without end makes more calls than can be read meanwhile.
LOOKS = "?epoll_wait,?epoll_pwait,?epoll_pwait2,?poll,?ppoll,?select,?pselect6"
MOMENTS = [*OPTIONS[:-2], "-e", f"inject={LOOKS}:delay_enter=1000"]


class Check(check.Check):
    """The same as of the five steps, with other clients."""

    def run(self):
        self.program = Program(self.what.command, options=MOMENTS)
        patience = Patience(self.program, self.paper.text(say("waiting")))
        self.visit = Visit(self.program, patience, self.course)
        self.visit.make(number_of(self.steps[-1]))

    def judge(self, e, asked):
        return steps.judge(e, asked, outcome, ADVICE)
