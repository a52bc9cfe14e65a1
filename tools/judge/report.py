"""The report: the steps reached, each with its proof; the first that is not, with its mistake; notes."""

import os

import words

from . import tongue
from .texts.phrases import LABELS, say
from .texts.told import show
from .visit import REQUEST

BRIEF = ("line", "mistake", "try", "explain")  # what make watch has room for


class Paper(words.Paper):
    """Where it is printed: in two columns, the labels in one of their own."""

    def label(self, name, indent=0):
        """The label, as wide as the widest of its column."""
        widest = max(words.width(self.text(each)) for each in LABELS[indent].values())
        return " " * indent + words.pad(self.text(LABELS[indent][name]), widest + 2)

    def say(self, name, piece, indent=0, colour=""):
        """Prints one part of a report."""
        self.print(piece, self.label(name, indent), colour)

    def join(self, pieces, between=("; ", "。")):
        return between[self.language == "ja"].join(map(self.text, pieces))


def step_lines(paper, verdict, brief=False):
    """Prints the steps that are reached."""
    for step, proof in verdict.reached:
        text = proof.text if hasattr(proof, "arguments") else paper.text(proof)
        paper.say("ok", os.path.basename(step) if brief else f"{os.path.basename(step):14} {text}", colour="32")


def parts_of(paper, verdict, e, language):
    """The parts of a report on a problem, by their labels; some only where there is a mistake."""
    mistake, facts = verdict.problem.mistake, verdict.problem.facts
    known = dict(port=e.port, reply=e.reply.decode(), count=len(e.reply), number="", name="", error="")  # in any words
    parts = {"expected": words.Said(verdict.problem.expected, **known), "line": verdict.where}
    if not mistake:
        return {**parts, "seen": paper.join(e.both if e.victim else e.doing)}
    known.update(facts.parameters)
    return {
        **parts,
        "seen": paper.join(facts.seen),
        "mistake": paper.join([words.Said(mistake.words, **known), *facts.also], (" ", "")),
        "try": attempt(paper, verdict, language, known),
        "explain": f"make explain MISTAKE={mistake.name}",
    }


def problem_lines(paper, verdict, e, language, again, brief=False):
    """Prints what is wrong with the first step that is not reached; brief: no more than make watch has room for."""
    known = verdict.problem.mistake
    parts = {**parts_of(paper, verdict, e, language), "read": lesson(paper, verdict), "again": again}
    paper.print("", paper.label("not-yet") + os.path.basename(verdict.failed), "31;1")
    for name in LABELS[4]:
        shown = not brief or name in BRIEF or name == "seen" and (not known or e.complaint)
        if shown and parts.get(name):
            paper.say(name, parts[name], 4, "1" if name == "mistake" else "")


def attempt(paper, verdict, language, facts):
    """What to try: words in the reader's language, code in the program's, where there is some."""
    shown = []
    for advised, code in (verdict.advice[name] for name in verdict.problem.mistake.advice):
        text = paper.text(words.Said(advised, **facts))
        code = code.get(language, "").format(**facts)
        shown.append(f"{text.rstrip('.。')}: {code}" if code else text)
    return "  ".join(shown)


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


def first_lines(paper, what):
    """Prints what is judged, and what the compiler said."""
    paper.say("judged", what.said)
    for warning in what.warnings[:3]:
        paper.say("warning", warning)
    paper.out.flush()


def verdict_lines(paper, verdict, e, again, brief=False):
    """Prints how far the program has got, and what is wrong with it."""
    step_lines(paper, verdict, brief)
    if verdict.problem:
        problem_lines(paper, verdict, e, tongue.of_program(e.trace), again, brief)
    else:
        for note in notes(e):
            paper.say("note", note)
    paper.print(say("tally", reached=len(verdict.reached), steps=len(verdict.steps)))
