"""The report: the steps reached, each with its proof; what is wrong with the first that is not."""

import os
import re

import words
from words import Said, printable

from . import seen
from .advice import ADVICE
from .phrases import LABELS, say
from .steps import expectation
from .visit import REQUEST


class Paper(words.Paper):
    """Where it is printed: in two columns, the labels in one of their own."""

    def label(self, name, indent=0):
        """The label, as wide as the widest of its column."""
        widest = max(words.width(self.text(each)) for each in LABELS[indent].values())
        return " " * indent + words.pad(self.text(LABELS[indent][name]), widest + 2)

    def say(self, name, piece, indent=0, colour=""):
        """Prints one part of a report."""
        self.print(piece, self.label(name, indent), colour)

    def join(self, pieces):
        return ("。" if self.language == "ja" else "; ").join(map(self.text, pieces))

    def readme(self, step):
        return f"{step}/README{'.ja' if self.language == 'ja' else ''}.md"


def first_lines(paper, what):
    """Prints what is judged, and what the compiler said."""
    paper.say("judged", what.said)
    for warning in what.warnings[:3]:
        paper.say("warning", warning)
    paper.out.flush()


def known(verdict, e):
    """What the words of a mistake have blanks for."""
    call, facts = verdict.facts.call, dict(port=e.port, reply=e.reply.decode(), count=len(e.reply))
    facts.update(number="", name="")
    if call:
        facts.update(number=call.descriptor, name=call.name, error=call.error, value=call.value,
                     found=call.port, address=call.address)
    return {**facts, **verdict.facts.known}


def what_was_seen(verdict, e):
    """The pieces that say so; the program's last words are among them, whatever the mistake."""
    pieces = list(verdict.facts.seen) if verdict.facts else []
    if not pieces and verdict.facts:
        call = verdict.facts.call
        pieces = [call.text] if call else seen.both(e)
    elif not pieces:  # the step's own call, which may show what no rule knows
        own = e.of_server(verdict.failed.split("-")[1])[-1:]
        pieces = [*(call.text for call in own), *([e.fatal.text] if e.fatal else seen.both(e))]
    if e.complaint:
        end = seen.end(e)
        return [p for p in pieces if getattr(p, "words", None) is not end.words] + [end]
    return pieces + ([say("printed", said=printable(e.named_error))] if e.named_error else [])


def mistake(paper, verdict, e):
    """What is wrong, and its name; "" where that is not known."""
    if not verdict.mistake:
        return ""
    told = paper.text(Said(verdict.mistake.words, **known(verdict, e)))
    return f"{told} ({verdict.mistake.name})"


def problem_lines(paper, verdict, e, again, brief=False):
    """Prints what is wrong with the first step that is not reached."""
    paper.print("", paper.label("not-yet") + os.path.basename(verdict.failed), "31;1")
    wanted = verdict.mistake.read if verdict.mistake else ""
    step = next((s for s in verdict.steps if s.endswith(f"-{wanted}")), verdict.failed)
    parts = {"expected": verdict.expected, "seen": paper.join(what_was_seen(verdict, e)),
             "line": verdict.line, "mistake": mistake(paper, verdict, e),
             "read": paper.readme(step), "again": say("again", again=again)}
    shown = {"line", "mistake", *(() if verdict.mistake and not e.complaint else ("seen",))}
    for name, part in parts.items():
        if part and (name in shown or not brief):
            paper.say(name, part, 4, "1" if name == "mistake" else "")


def hint_lines(paper, verdict, e, language, again):
    """Prints what to do: words in the reader's language, and code in the program's, unfolded."""
    if not verdict.failed:
        paper.print(say("no-hint"))
        return
    paper.say("mistake", mistake(paper, verdict, e) or say("compare"), 4)
    if verdict.line:
        paper.say("line", verdict.line, 4)
    for text, code in (ADVICE[name] for name in (verdict.mistake.hint if verdict.mistake else ())):
        paper.say("hint", Said(text, **known(verdict, e)), 4)
        for each in code.get(language, "").format(**known(verdict, e)).splitlines():
            paper.out.write(f"        {each}\n")
    paper.say("again", again, 4)


WRONG = {
    "wrong-descriptor": lambda c, e: c.error == "EBADF",
    "not-connected": lambda c, e: (c.name == "getpeername" and c.socket not in e.connected
                                   and c.error in ("ENOTCONN", "ENOTSOCK")),
    "bad-address": lambda c, e: c.error == "EFAULT",
    "address-cut": lambda c, e: (cut := re.search(r"\[(\d+) => (\d+)\]$", c.arguments))
                                and int(cut[1]) < int(cut[2]),
}


def notes(e):
    """Remarks that fail nobody, as the phrases' names and what they have blanks for."""
    slow = min((client.took for client in e.polite if not e.visit.request), default=0)
    later = e.since(e.server) if e.server else ()
    wrong = {key: next((c for c in later if shows(c, e)), None) for key, shows in WRONG.items()}
    options = ("SO_REUSEADDR", "SO_REUSEPORT") if e.takers else ()
    reuse = [e.option(name, e.server.new_socket) for name in options]
    six = e.server and e.server.list[0] == "AF_INET6" and not e.begun("bind")
    remarks = {
        "past-step05": e.visit.request and {"request": seen.show(REQUEST.split(b"\r\n")[0])},
        "ipv6": six and {},
        "success-said": e.taken_for_failure and {"name": e.taken_for_failure},
        "busy": (e.spin or e.visit.busy) and {},
        "slow": slow > 1 and {"seconds": round(slow)},
        **{key: call and {"call": call.text, "name": call.name} for key, call in wrong.items()},
        "no-reuseaddr": reuse == [None, None] and {},
    }
    return [say(key, **blanks) for key, blanks in remarks.items() if isinstance(blanks, dict)]


def verdict_lines(paper, verdict, e, again, remarks, brief=False):
    """Prints how far the program has got, and what is wrong with it. brief: for make watch."""
    for step, proof in verdict.reached:
        name = os.path.basename(step)
        text = proof.text if hasattr(proof, "arguments") else paper.text(proof)
        paper.say("ok", name if brief else f"{name:14} {text}", colour="32")
    if verdict.failed:
        problem_lines(paper, verdict, e, again, brief)
    for remark in remarks:
        paper.say("note", remark)
    if not brief and not verdict.failed:
        paper.say("next", what_next(paper, verdict.next, e), colour="36")
    paper.print(say("tally", reached=len(verdict.reached), steps=len(verdict.steps)))


def what_next(paper, step, e):
    """What the reader can do now: a step, or what one does with a server that is whole."""
    if not step:
        return say("the-end", lesson=paper.readme("beyond/step06-read"))
    expected = paper.text(expectation(e, step.split("-", 1)[1]))
    return f"{step}: {expected} ({paper.readme(step)})"
