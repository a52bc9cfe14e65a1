"""The report: the steps reached, each with its proof; what is wrong with the first that is not; notes."""

import os

import words
from words import Said, printable

from . import seen
from .advice import ADVICE
from .phrases import LABELS, say
from .visit import REQUEST

BRIEF = ("line", "mistake")  # what make watch has room for


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


def first_lines(paper, what):
    """Prints what is judged, and what the compiler said."""
    paper.say("judged", what.said)
    for warning in what.warnings[:3]:
        paper.say("warning", warning)
    paper.out.flush()


def known(verdict, e):
    """What the words of a mistake have blanks for."""
    call = verdict.facts.call
    facts = dict(port=e.port, reply=e.reply.decode(), count=len(e.reply), number="", name="", error="")
    if call:
        facts.update(number=call.descriptor, name=call.name, error=call.error, value=call.value,
                     found=call.port, address=call.address)
    return {**facts, **verdict.facts.known}


def what_was_seen(verdict, e):
    """The pieces that say so; what the program says of its end is among them, whatever the mistake."""
    found = verdict.facts
    pieces = list(found.seen) if found else []
    if not pieces:
        call = found.call if found else e.fatal
        pieces = [call.text] if call else seen.both(e)
    if e.complaint:
        pieces = [p for p in pieces if getattr(p, "words", None) is not seen.end(e).words] + [seen.end(e)]
    elif e.named_error:
        pieces.append(say("printed", said=printable(e.named_error)))
    return pieces


def lesson(verdict, step, language):
    """The lesson that helps: the step's own, or the one that the mistake names."""
    wanted = verdict.mistake.read if verdict.mistake else ""
    step = next((s for s in verdict.steps if s.endswith(f"-{wanted}")), step)
    return f"{step}/README{'.ja' if language == 'ja' else ''}.md"


def problem(paper, verdict, e, again):
    """The parts of a report on what is wrong, by their labels; some only where a mistake is known."""
    parts = {"expected": verdict.expected, "seen": paper.join(what_was_seen(verdict, e)),
             "line": verdict.line}
    if verdict.mistake:
        text = paper.join([Said(verdict.mistake.words, **known(verdict, e)), *verdict.facts.also], (" ", ""))
        parts["mistake"] = f"{text} ({verdict.mistake.name})"
    parts["read"] = lesson(verdict, verdict.failed, paper.language)
    parts["again"] = say("again", again=again)
    return parts


def hints(paper, verdict, e, language):
    """What to do, as [(text, its code), ...] in the reader's language and the program's."""
    if not verdict.mistake:
        return [(paper.text(say("no-mistake-known")), "")] if verdict.failed else []
    facts = known(verdict, e)
    found = [ADVICE[name] for name in verdict.mistake.hint]
    return [(paper.text(Said(text, **facts)), code.get(language, "").format(**facts)) for text, code in found]


def notes(e):
    """Remarks that fail nobody."""
    if e.visit.request:
        yield say("past-step05", request=seen.show(REQUEST.split(b"\r\n")[0]))
    if e.server and e.server.list[0] == "AF_INET6" and not e.begun("bind"):
        yield say("ipv6")
    if e.bound and "AF_UNSPEC" in e.bound.text:
        yield say("no-family")
    if e.input_was_empty:
        yield say("reads-input")
    if e.taken_for_failure:
        yield say("success-said", name=e.taken_for_failure)
    if e.spin or e.visit.busy:
        yield say("spins", call=e.spin.text) if e.spin else say("busy")
    yield from of_clients(e)


def of_clients(e):
    """Remarks about how clients are served."""
    slow = min((client.took for client in e.polite if not e.visit.request), default=0)
    if slow > 1:
        yield say("slow", seconds=round(slow))
    wrong = [c for c in (e.since(e.server) if e.server else ()) if c.error == "EBADF"]
    if wrong:
        yield say("wrong-descriptor", call=wrong[0].text)
    if e.takers and not any(e.option(f"SO_REUSE{kind}", e.server.new_socket) for kind in ("ADDR", "PORT")):
        yield say("no-reuseaddr")


def verdict_lines(paper, verdict, e, again, remarks, brief=False):
    """Prints how far the program has got, and what is wrong with it. brief: for make watch."""
    for step, proof in verdict.reached:
        name = os.path.basename(step)
        text = proof.text if hasattr(proof, "arguments") else paper.text(proof)
        paper.say("ok", name if brief else f"{name:14} {text}", colour="32")
    if verdict.failed:
        paper.print("", paper.label("not-yet") + os.path.basename(verdict.failed), "31;1")
        for name, part in problem(paper, verdict, e, again).items():
            shown = not brief or name in BRIEF or name == "seen" and (not verdict.mistake or e.complaint)
            if shown and part:
                paper.say(name, part, 4, "1" if name == "mistake" else "")
    for remark in remarks:
        paper.say("note", remark)
    if not brief and not verdict.failed:
        paper.say("next", what_next(paper, verdict, e), colour="36")
    paper.print(tally(verdict))


def what_next(paper, verdict, e):
    """What the reader can do now."""
    ja = ".ja" if paper.language == "ja" else ""
    if not verdict.next:
        return say("the-end", lesson=f"beyond/step06-read/README{ja}.md")
    name = verdict.next.split("-", 1)[1]
    expected = say(f"expected-{name}", port=e.port, reply=e.reply.decode(), count=len(e.reply))
    return say("next-step", step=verdict.next, expected=expected, lesson=f"{verdict.next}/README{ja}.md")


def tally(verdict):
    return say("tally", reached=len(verdict.reached), steps=len(verdict.steps))
