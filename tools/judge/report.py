"""The report: the steps reached, each with its proof; the first that is not, with its mistake; notes."""

import os
import shutil
import sys

import words

from . import line
from .advice import attempts
from .client import show
from .phrases import LABELS, say
from .rule import Said, in_language
from .visit import REQUEST


class Paper:
    """Where it is printed: the language, the width, colours or none."""

    def __init__(self, language, out=None):
        out = out or sys.stdout
        self.language, self.out = language, out
        self.colour = out.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        self.columns = shutil.get_terminal_size().columns if out.isatty() else 0
        # Labels stand in columns of their own.
        self.outer = max(words.width(self.text(LABELS[name])) for name in ("ok", "not-yet", "judged", "note")) + 2
        inner = ("expected", "seen", "line", "mistake", "try", "read", "explain", "again")
        self.inner = max(words.width(self.text(LABELS[name])) for name in inner) + 2

    def text(self, piece):
        """A piece, or a bare pair of words, in the reader's language."""
        return in_language(piece if not hasattr(piece, "en") else Said(piece), self.language)

    def paint(self, code, text):
        return f"\033[{code}m{text}\033[0m" if self.colour and code else text

    def say(self, label, text, indent=0, colour=""):
        """Prints one part of a report, folded to the terminal where there is one."""
        head = " " * indent + words.pad(self.text(LABELS[label]), self.inner if indent else self.outer)
        room = max(self.columns - words.width(head), 30)
        lines = words.fold(text, room) if self.columns else [text]
        self.out.write(self.paint(colour, head) + lines[0] + "\n")
        for more in lines[1:]:
            self.out.write(" " * words.width(head) + more + "\n")

    def plain(self, piece):
        self.out.write(self.text(piece) + "\n")

    def join(self, pieces):
        return ("; " if self.language == "en" else "。").join(self.text(piece) for piece in pieces)


class Verdict:
    """How far a program has got: (step, proof) of each step reached, the Problem of the next, or None."""

    def __init__(self, steps):
        self.steps, self.reached, self.problem, self.failed = steps, [], None, None
        self.where = ""  # the line of the learner's source, where it is known

    @property
    def complete(self):
        return len(self.reached) == len(self.steps)


def judge(e, steps):
    """The Verdict on the evidence, for the steps asked about."""
    from .steps import Problem, outcome

    verdict, last = Verdict(steps), steps[-1].split("-", 1)[1]
    for step in steps:
        found = outcome(e, step.split("-", 1)[1], last)
        if isinstance(found, Problem):
            verdict.problem, verdict.failed = found, step
            verdict.where = line.of_call(found.facts and found.facts.call)
            # A traceback is about the end: it names the line where that is what went wrong.
            if not verdict.where and e.failed and found.facts and e.doing[-1] in found.facts.seen:
                verdict.where = line.of_traceback(e.program.output())
            break
        verdict.reached.append((step, found))
    return verdict


def step_lines(paper, verdict):
    """Prints the steps that are reached."""
    for step, proof in verdict.reached:
        text = proof.text if hasattr(proof, "arguments") else paper.text(proof)
        paper.say("ok", f"{step:14} {text}", colour="32")


def standard(e):
    """The facts that any words may name."""
    return dict(port=e.port, reply=e.reply.decode(), count=len(e.reply), number="", name="", error="")


def failed_line(paper, verdict):
    label = words.pad(paper.text(LABELS["not-yet"]), paper.outer)
    paper.out.write(paper.paint("31;1", label + verdict.failed) + "\n")


def problem_lines(paper, verdict, e, tongue, again):
    """Prints what is wrong with the first step that is not reached."""
    problem, facts = verdict.problem, verdict.problem.facts
    failed_line(paper, verdict)
    paper.say("expected", paper.text(say(problem.expected, **standard(e))), 4)
    paper.say("seen", paper.join(facts.seen if facts else unexplained(e)), 4)
    if verdict.where:
        paper.say("line", verdict.where, 4)
    if facts:
        paper.say("mistake", mistake_text(paper, problem), 4, "1")
        attempt = attempt_text(paper, problem, tongue, {**standard(e), **facts.parameters})
        if attempt:
            paper.say("try", attempt, 4)
    paper.say("read", lesson(paper, verdict), 4)
    if facts:
        paper.say("explain", f"make explain MISTAKE={problem.mistake.name}", 4)
    paper.say("again", again, 4)


def brief_problem(paper, verdict, e, tongue):
    """The same in short: what is wrong (or was seen, where nobody knows), where, and what to try."""
    problem, facts = verdict.problem, verdict.problem.facts
    failed_line(paper, verdict)
    if verdict.where:
        paper.say("line", verdict.where, 4)
    if not facts:
        paper.say("seen", paper.join(unexplained(e)), 4)
        return
    if e.complaint:  # what it said at its end says more
        paper.say("seen", paper.join(facts.seen), 4)
    paper.say("mistake", mistake_text(paper, problem), 4, "1")
    paper.say("try", attempt_text(paper, problem, tongue, {**standard(e), **facts.parameters}), 4)
    paper.say("explain", f"make explain MISTAKE={problem.mistake.name}", 4)


def mistake_text(paper, problem):
    """What is wrong, with what is added to it."""
    told = [Said(problem.mistake.words, **problem.facts.parameters), *problem.facts.also]
    text = (" " if paper.language == "en" else "").join(paper.text(piece) for piece in told)
    return text


def attempt_text(paper, problem, tongue, facts):
    """What to try: words in the reader's language, code in the program's."""
    shown = []
    for said, code in attempts(problem.mistake.advice, tongue, facts):
        text = paper.text(said)
        shown.append(f"{text.rstrip('.。')}: {code}" if code else text)
    return "  ".join(shown)


def unexplained(e):
    return e.both if e.victim else e.doing


def lesson(paper, verdict):
    """The lesson that helps: the step's own, or the one that the mistake names."""
    wanted = verdict.problem.mistake and verdict.problem.mistake.read
    step = next((s for s in verdict.steps if s.endswith(f"-{wanted}")), verdict.failed)
    return f"{step}/README{'.ja' if paper.language == 'ja' else ''}.md"


def notes(e):
    """Remarks that fail nobody."""
    if not e.bound:
        return
    if e.visit.request:
        yield say("past-step05", request=show(REQUEST.split(b"\r\n")[0]))
    if "AF_UNSPEC" in e.bound.text:
        yield say("no-family")
    if e.input_was_empty:
        yield say("reads-input")
    if e.taken_for_failure:
        yield say("success-said", name=e.taken_for_failure)
    if e.spin:
        yield say("spins", call=e.spin.text)
    option = e.reuses_address(e.server.new_socket)
    if e.takers and not (option and e.before(option, e.bound)):
        yield say("no-reuseaddr")


def tally(paper, verdict):
    paper.plain(say("tally", reached=len(verdict.reached), steps=len(verdict.steps)))
