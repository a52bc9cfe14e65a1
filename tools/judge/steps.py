"""The table of steps: what each expects, what proves it, and which mistakes are asked for where it is not reached."""

import collections

from . import mistakes
from .phrases import say
from .rule import first

Step = collections.namedtuple("Step", "expected proof mistakes alone_expected alone")
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
        return None if e.gave_up else e.takers[0]
    client = e.clients[0] if e.clients else None
    served = client and (client.data or client.end == "closed") and not e.ended and not e.asked_accept
    return say("no-accept-seen") if served else None


def write(e):
    """A write that a client got, where everybody got the reply, and nothing is left over."""
    visit = e.visit
    clean = not visit.between or max(visit.grown, visit.children) < visit.between
    anew = e.listener_closed and e.listener_made_anew
    return e.proof() if e.clients and e.troubled is None and clean and not e.ended and not anew else None


def taken(e):
    """Where only step04 is asked about: has everybody been taken, and hung up on?"""
    return all(c.end and not c.error for c in e.clients) and bool(e.clients)


def lives(e):
    return not e.ended


def always(_e):
    return True


STEPS = {
    "socket": (Step("expected-socket", socket, mistakes.SOCKET, "expected-alive", mistakes.ALIVE), lives),
    "bind": (Step("expected-bind", bind, mistakes.BIND, "expected-alive", mistakes.ALIVE), lives),
    "listen": (Step("expected-listen", listen, mistakes.LISTEN, "", ()), always),
    "accept": (Step("expected-accept", accept, mistakes.ACCEPT, "expected-close", mistakes.TAKEN), taken),
    "write": (Step("expected-write", write, mistakes.WRITE, "", ()), always),
    # Who waits for a request and then answers: beyond the five.
    "read": (Step("expected-answer", write, mistakes.WRITE, "", ()), always),
}


def outcome(e, call, last):
    """What proves the step of this call (a Call of the trace, or something said), or its Problem."""
    step, alone = STEPS.get(call, STEPS["read"])
    proof = step.proof(e)
    if not proof:
        return problem(e, step.expected, later(e, step))
    if call == last and not alone(e):
        return problem(e, step.alone_expected, step.alone)
    return proof


def later(e, step):
    """The mistakes to ask for: where a later client was left out, those that explain it."""
    return mistakes.LATER if step.proof is write and e.left_out else step.mistakes


def problem(e, expected, candidates):
    found = first(candidates, e)
    entry, facts = found or (None, None)
    return Problem((entry and entry.expected) or expected, entry, facts)
