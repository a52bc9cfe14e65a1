"""How far has a program got: what proves each step, what is wrong with the first that is not."""

from . import line
from .evidence import CALLS
from .mistakes import recognised
from .phrases import say
from .seen import show
from .sockets import ACCEPTS, WRITES


def socket(e):
    return e.server or e.reachable and say("unseen", call="socket")


def bind(e):
    return e.well_bound if e.server else say("unseen", call="bind")


def listen(e):
    """The listen call; a program that has gone on to accept has listened, and may have ended."""
    if not e.listened:
        return e.reachable and not e.of_server("listen") and say("unseen", call="listen")
    if not e.stayed:
        return e.program.flood and e.listened
    waits = e.asked_accept and (e.ended or not e.clients)
    return (e.reachable or waits) and e.listened


def accept(e):
    """The accept call. Whether a program that ended since nobody was there has taken somebody
    before is a matter of luck."""
    if e.takers:
        lucky = e.ended and e.calls(*ACCEPTS)[-1].error == "EAGAIN" and not e.own_error
        return not lucky and e.takers[0]
    client = e.clients[0] if e.clients else None
    served = client and (client.data or client.end == "closed") and not e.ended
    return served and not e.asked_accept and say("unseen", call="accept")


def write(e):
    """A write that a client got, where everybody got the reply, and nothing is left over."""
    wrong = not e.clients or e.victim or e.ended or e.listener_made_anew
    if wrong or recognised(e, "left")[0]:
        return None
    sent = (c.text for c in e.calls(*WRITES) if c.socket in e.connected and c.ok and c.value > 0)
    return next(sent, None) or say("unseen", call="write " + show(e.reply))


PROOFS = dict(zip(CALLS, (socket, bind, listen, accept, write)))


def unfinished(e, call):
    """What a program has to do besides, where this step is its last: "stays" alive, or "closes"
    the connection of everybody; "" where it does."""
    if call in ("socket", "bind"):
        return "stays" if e.ended else ""
    ended = all(c.end and not c.error for c in e.polite) and e.clients
    return "closes" if call == "accept" and (not ended or recognised(e, "left")[0]) else ""


class Verdict:
    """How far a program has got.

    reached   (step, proof) of each step that is there: a Call, or something said
    failed    the step that is not; None where all are, or the next is not begun
    next      the step that is not begun, or comes after those asked about; None after the last
    expected  of the failed step, a piece; mistake and facts: what is wrong with it, or None
    line      the reader's own line that matters, or ""
    """

    def __init__(self, steps):
        self.steps, self.reached = steps, []
        self.failed = self.next = self.expected = self.mistake = self.facts = None
        self.line = ""

    def fail(self, e, step, where):
        """Notes that this step is not reached, and why: where is what mistakes are asked for."""
        self.failed, self.expected = step, expectation(e, where)
        self.mistake, self.facts = recognised(e, where)
        if self.mistake and self.mistake.expected:
            self.expected = say(self.mistake.expected)
        self.line = line.of_call(self.facts.call if self.facts else e.fatal or e.spin)
        if e.complaint and (not self.line or e.own_error):
            self.line = line.of_traceback("\n".join(e.last_words)) or self.line
        return self


def expectation(e, where):
    """What is expected of a step, named by its call, as a piece."""
    return say(where, port=e.port, reply=e.reply.decode(), count=len(e.reply))


def judge(e, steps, course):
    """The Verdict on the evidence, for the steps asked about."""
    verdict = Verdict(steps)
    for step, call, after in zip(steps, CALLS, [*CALLS[1:], None]):
        found = PROOFS[call](e)
        if not found:
            return verdict.fail(e, step, call)
        # Where the next step is not asked about, or not begun, this one has to be whole by itself.
        last = after and (step == steps[-1] or not e.begun(after))
        if last and (missing := unfinished(e, call)):
            return verdict.fail(e, step, missing)
        verdict.reached.append((step, found))
        if last:
            verdict.next = course.steps[len(verdict.reached)]
            break
    return verdict
