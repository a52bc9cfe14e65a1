"""The table of steps: what each expects, what proves it, and which mistakes are asked for where it is not reached."""

import collections

from . import line, mistakes
from .rule import first
from .sockets import ACCEPTS, WRITES
from .texts.advice import ADVICE
from .texts.phrases import PHRASES, say
from .texts.told import show

# alone: asked as well where this is the last step asked about.
Step = collections.namedtuple("Step", "expected proof mistakes alone alone_expected alone_mistakes",
                              defaults=(lambda _e: True, "", ()))
Problem = collections.namedtuple("Problem", "expected mistake facts")


def socket(e):
    if e.server:
        return e.server
    return say("no-socket-seen") if e.listening else None


def bind(e):
    return e.well_bound if e.server else say("not-visible")


def listen(e):
    """The listen call. Who has gone on to accept has listened; it may have ended by now."""
    if not e.listened:
        return say("no-listen-seen") if e.reachable and not e.of_server("listen") else None
    if not e.stayed:
        return e.listened if e.program.flood else None
    return e.listened if e.reachable or e.asked_accept and (e.ended or not e.clients) else None


def accept(e):
    if e.takers:
        # Who ended because nobody was there has not taken everybody; whether somebody was before is a matter of luck.
        return None if e.ended and e.calls(*ACCEPTS)[-1].error == "EAGAIN" else e.takers[0]
    client = e.clients[0] if e.clients else None
    served = client and (client.data or client.end == "closed") and not e.ended and not e.asked_accept
    return say("no-accept-seen") if served else None


def write(e):
    """A write that a client got, where everybody got the reply, and nothing is left over."""
    left_over = e.visit.between and max(e.visit.grown, e.visit.children) >= e.visit.between
    if any((not e.clients, e.victim, left_over, e.ended, e.listener_made_anew)):
        return None
    sent = (c.text for c in e.calls(*WRITES) if c.socket in e.connected and c.ok and c.value > 0)
    return next(sent, None) or say("served-unseen", count=len(e.clients), reply=show(e.reply))


def taken(e):
    """Where only step04 is asked about: has everybody been taken, and hung up on?"""
    return all(c.end and not c.error for c in e.clients) and bool(e.clients)


def lives(e):
    return not e.ended


STEPS = {
    "socket": Step("expected-socket", socket, mistakes.SOCKET, lives, "expected-alive", mistakes.ALIVE),
    "bind": Step("expected-bind", bind, mistakes.BIND, lives, "expected-alive", mistakes.ALIVE),
    "listen": Step("expected-listen", listen, mistakes.LISTEN),
    "accept": Step("expected-accept", accept, mistakes.ACCEPT, taken, "expected-close", mistakes.TAKEN),
    "write": Step("expected-write", write, mistakes.WRITE),
}


class Verdict:
    """How far a program has got: (step, proof) of each step reached; of the next its Problem, and the line of the
    learner's source, where that is known; and the table of advice that the mistake's names are about."""

    def __init__(self, steps, advice):
        self.steps, self.advice, self.reached = steps, advice, []
        self.failed, self.problem, self.where = None, None, ""

    @property
    def complete(self):
        return len(self.reached) == len(self.steps)


def judge(e, steps, ask=None, advice=ADVICE):
    """The Verdict on the evidence, for the steps asked about; ask: in place of outcome."""
    verdict = Verdict(steps, advice)
    for step in steps:
        found = (ask or outcome)(e, step, step == steps[-1])
        if isinstance(found, Problem):
            verdict.failed, verdict.problem, verdict.where = step, found, where(e, found.facts)
            break
        verdict.reached.append((step, found))
    return verdict


def outcome(e, step, last):
    """What proves the step (a Call of the trace, or something said), or its Problem; last: is no other asked about?"""
    row = STEPS[step.split("-", 1)[1]]
    proof = row.proof(e)
    if not proof:
        later = row.proof is write and e.left_out  # what explains that a later client was left out
        return problem(e, row.expected, mistakes.LATER if later else row.mistakes)
    if last and not row.alone(e):
        return problem(e, row.alone_expected, row.alone_mistakes)
    return proof


def problem(e, expected, candidates):
    mistake, facts = first(candidates, e)
    return Problem(PHRASES[mistake and mistake.expected or expected], mistake, facts)


def where(e, facts):
    """"server.c:33" for the line that matters, or ""."""
    found = line.of_call(facts.call) if facts else ""
    # A traceback is about the end: it names the line where that is what went wrong.
    if not found and facts and e.failed and e.doing[-1] in facts.seen:
        found = line.of_traceback(e.program.output())
    return found
