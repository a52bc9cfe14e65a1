"""The report: the steps reached, each with its proof; what is wrong with the first that is not."""

import os
import re

import words
from words import Said, printable

from . import language, seen
from .advice import ADVICE
from .phrases import LABELS, say
from .mistakes import lesson
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
        facts.update(number=call.descriptor, name=call.name, error=call.error, found=call.port,
                     address=call.address)
    return {**facts, **verdict.facts.known}


def what_was_seen(verdict, e):
    """The pieces that say so; the program's last words are among them, whatever the mistake."""
    call, pieces = None, []
    if verdict.facts:
        call, pieces = verdict.facts.call, list(verdict.facts.seen)
    else:  # the step's own call, which may show what no rule knows
        own = e.of_server(verdict.failed.split("-")[1])[-1:]
        pieces = [*(call.text for call in own), *([e.fatal.text] if e.fatal else seen.both(e))]
    pieces = pieces or ([call.text] if call else seen.both(e))
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


def problem_lines(paper, verdict, e, again):
    """Prints what is wrong with the first step that is not reached."""
    paper.print("", paper.label("not-yet") + os.path.basename(verdict.failed), "31;1")
    wanted = verdict.mistake and lesson(verdict.mistake)
    step = next((s for s in verdict.steps if s.endswith(f"-{wanted}")), verdict.failed)
    pieces = map(paper.text, what_was_seen(verdict, e))
    parts = {"expected": verdict.expected,
             "seen": ("。" if paper.language == "ja" else "; ").join(pieces),
             "line": verdict.line, "mistake": mistake(paper, verdict, e),
             "read": paper.readme(step), "again": say("again", again=again)}
    for name, part in parts.items():
        if part:
            paper.say(name, part, 4, "1" if name == "mistake" else "")


def hint_lines(paper, verdict, e, again, remarks):
    """Prints what to do, in words and in unfolded code of the program's; or else the report."""
    if not verdict.failed:
        paper.print(say("no-hint"))
        verdict_lines(paper, verdict, e, again, remarks)
        return
    for name, part in {"mistake": mistake(paper, verdict, e), "line": verdict.line}.items():
        if part:
            paper.say(name, part, 4)
    name = verdict.mistake and verdict.mistake.hint
    text, code = ADVICE[name] if name else (say("look-up" if e.fatal else "compare"), {})
    paper.say("hint", Said(text, **known(verdict, e)) if name else text, 4)
    code = code.get(language.of_program(e), "")
    for each in code.format(**known(verdict, e) if name else {}).splitlines():
        paper.out.write(f"        {each}\n")
    paper.say("again", again, 4)


def cut(call):
    """Was an address longer than the room that the program gave for it?"""
    found = re.search(r"\[(\d+) => (\d+)\]$", call.arguments)
    return found and int(found[1]) < int(found[2])


def wrong_calls(e):
    """The calls that are no failure of the server, and wrong: by the phrase about them."""
    later, given = e.since(e.server) if e.server else [], {c.value for c in e.takers}
    twice = [c for c in later if c.error == "EBADF" and c.descriptor in given]
    asked = [c for c in later if c.name == "getpeername" and c.socket not in e.connected]
    asked = [c for c in asked if c.error in ("EBADF", "ENOTCONN", "ENOTSOCK")]
    return {"wrong-descriptor": twice + asked,
            "bad-address": [c for c in later if c.error == "EFAULT"],
            "address-cut": list(filter(cut, later))}


def notes(e):
    """Remarks that fail nobody, as pieces."""
    slow = min((client.took for client in e.polite if not e.visit.request), default=0)
    options = [e.option(name, e.server.new_socket) for name in
               (("SO_REUSEADDR", "SO_REUSEPORT") if e.takers else ())]
    six = e.server and e.server.list[0] == "AF_INET6" and not e.begun("bind")
    remarks = {
        "past-step05": e.visit.request and {"request": seen.show(REQUEST.split(b"\r\n")[0])},
        "ipv6": six and {},
        "busy": (e.spin or e.visit.busy) and {},
        "slow": slow > 1 and {"seconds": round(slow)},
        **{key: calls and {"call": calls[0].text, "name": calls[0].name}
           for key, calls in wrong_calls(e).items()},
        "no-failure": e.taken_for_failure and {"name": e.taken_for_failure},
        "no-reuseaddr": options == [False, False] and {},
    }
    return [say(key, **blanks) for key, blanks in remarks.items() if isinstance(blanks, dict)]


def verdict_lines(paper, verdict, e, again, remarks):
    """Prints how far the program has got, and what is wrong with it."""
    for step, proof in verdict.reached:
        name = os.path.basename(step)
        text = proof if isinstance(proof, str) else proof.text
        paper.say("ok", f"{name:14} {text}", colour="32")
    if verdict.failed:
        problem_lines(paper, verdict, e, again)
    for remark in remarks:
        paper.say("note", remark)
    if not verdict.failed:
        paper.say("next", what_next(paper, verdict.next, e), colour="36")
    paper.print(say("tally", reached=len(verdict.reached), steps=len(verdict.steps)))


def what_next(paper, step, e):
    """What the reader can do now: a step, or what one does with a server that is whole."""
    if not step:
        return say("the-end", lesson=paper.readme("beyond/step06-read"))
    expected = paper.text(expectation(e, step.split("-", 1)[1]))
    return f"{step}: {expected} ({paper.readme(step)})"
