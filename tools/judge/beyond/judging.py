"""One check of a server of steps 06 to 09, and its report."""

import glob
import os
import re

from .. import check, edits, subject, tongue
from ..fate import Fate
from ..line import of_call
from ..patience import Patience, say_so
from ..phrases import say
from ..program import OPTIONS, Program
from ..report import failed_line
from ..rule import Said, Words, first
from . import rules
from .advice import ADVICE, attempts
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


class Evidence(Fate):
    """What is known of a program after the visit."""

    def __init__(self, visit, port):
        super().__init__(visit, port)


def wanted_here(wanted):
    """The number of a step beyond the five that STEP means, or None."""
    found = re.fullmatch(r"(?:step)?0?([6-9])(-.*)?/?", wanted)
    return int(found[1]) if found else None


def folder_of(root, number):
    return os.path.relpath(glob.glob(os.path.join(glob.escape(root), "beyond", f"step0{number}-*"))[0], root)


def problem_of(e, number):
    """(mistake, facts) of the first mistake that keeps the program from that step; (None, None) for an unknown
    one; None where the step is reached."""
    visit = e.visit
    found = first(rules.BOOKS[number].mistakes, e)
    reached = {6: visit.after, 7: visit.crowd and visit.left_descriptors is not None, 8: visit.processes is not None,
               9: visit.limit}[number]  # fmt: skip
    return found or (None if reached else (None, None))


def proof(visit, number):
    facts = {6: dict(wrong=visit.wrong and visit.wrong.status, long=visit.long and visit.long.status),
             7: dict(silent=SILENT, ms=1000 * visit.crowd.seconds if visit.crowd else 0),
             8: dict(silent=SILENT, processes=visit.processes),
             9: dict(silent=SILENT, threads=visit.threads, seconds=max(visit.limit or [LIMIT]))}  # fmt: skip
    return Said(PROOFS[number], **facts[number])


def judge(command, course, last, folder):
    """Runs and visits it: (reached numbers, failed number or None, mistake, facts, evidence); no process is left."""
    program = Program(command, folder, options=OPTIONS[:-2])  # no moment more for accept: there are a hundred
    visit = Visit(program, Patience(program, say_so("")), course.port, course.reply)
    try:
        visit.make(last)
        e = Evidence(visit, course.port)
        reached = []
        for number in range(6, last + 1):
            problem = problem_of(e, number)
            if problem:
                e.doing  # as it is now
                return reached, number, *problem, e
            reached.append(number)
        return reached, None, None, None, e
    finally:
        visit.leave()
        program.end()


def report(argument, course, wanted, paper):
    """The whole of make check STEP=06 to 09. Returns the exit status."""
    last = wanted_here(wanted)
    check.require_free_port(course.port)
    try:
        what = subject.find(argument, wanted)
    except subject.NotCompiled as failed:
        paper.out.write("\n".join(failed.lines) + "\n")
        paper.out.flush()
        raise check.Unable(failed.said) from None
    check.first_lines(paper, what)
    paper.out.flush()
    with check.Folder(course.root) as folder:
        reached, failed, mistake, facts, e = judge(what.command, course, last, folder)
    for number in reached:
        name = os.path.basename(folder_of(course.root, number))
        paper.say("ok", f"{name:14} {paper.text(proof(e.visit, number))}", colour="32")
    if failed:
        problem_lines(paper, course, failed, mistake, facts, e, what.again)
    paper.plain(say("tally", reached=len(reached), steps=last - 5))
    return 1 if failed else 0


def problem_lines(paper, course, failed, mistake, facts, e, again):
    class Failed:
        pass

    step = folder_of(course.root, failed)
    Failed.failed = os.path.basename(step)
    failed_line(paper, Failed)
    paper.say("expected", paper.text(rules.EXPECTED[failed]), 4)
    paper.say("seen", paper.join(facts.seen if facts else e.doing), 4)
    where = of_call(facts.call) if facts and facts.call else ""
    if where:
        paper.say("line", where, 4)
    if mistake:
        known = dict(port=course.port, reply=course.reply.decode(), count=len(course.reply))
        paper.say("mistake", paper.text(Said(mistake.words, **facts.parameters)), 4, "1")
        shown = [(paper.text(said), code) for said, code in attempts(mistake.advice, tongue.of_program(e.trace), known)]
        tries = [f"{text.rstrip('.。')}: {code}" if code else text for text, code in shown]
        paper.say("try", "  ".join(tries), 4)
    paper.say("read", f"{step}/README{'.ja' if paper.language == 'ja' else ''}.md", 4)
    if mistake:
        paper.say("explain", f"make explain MISTAKE={mistake.name}", 4)
    paper.say("again", again, 4)


def explain(name, course, paper):
    """What make explain prints of a mistake of these steps."""
    entry = rules.MISTAKES[name]
    number, edit = entry.edits[0]
    path = os.path.join(folder_of(course.root, number), "server.c")
    with open(os.path.join(course.root, path), encoding="utf-8") as file:
        source = file.read()
    known = dict(port=course.port, reply=course.reply.decode(), count=len(course.reply))
    changed = edits.diff(source, edits.apply(source, edit), path) or [path]
    lines = [name, "", *changed, "", paper.text(entry.words), ""]
    for tried in entry.advice:
        words, code = ADVICE[tried]
        lines += [paper.text(Said(words, **known)), *(f"    {text.format(**known)}" for text in code.values())]
    paper.out.write("\n".join(lines) + "\n")
    return 0
