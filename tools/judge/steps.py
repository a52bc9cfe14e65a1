"""How far has a program got: what proves each step, and what is wrong with the first that is not
reached."""

from . import line
from .mistakes import recognised
from .phrases import say
from .seen import show
from .sockets import ACCEPTS, WRITES


def socket(e):
    return e.server or e.listening and say("no-call-seen", call="socket")


def bind(e):
    return e.well_bound if e.server else say("no-call-seen", call="bind")


def listen(e):
    """The listen call; a program that has gone on to accept has listened, though it may have ended."""
    if not e.listened:
        seen = e.reachable and not e.of_server("listen")
        return seen and say("no-call-seen", call="listen")
    if not e.stayed:
        return e.program.flood and e.listened
    waits = e.asked_accept and (e.ended or not e.clients)
    return (e.reachable or waits) and e.listened


def accept(e):
    """The accept call. A program that ended since nobody was there has not passed: whether it took
    somebody before is a matter of luck."""
    if e.takers:
        lucky = e.ended and e.calls(*ACCEPTS)[-1].error == "EAGAIN" and not e.own_error
        return not lucky and e.takers[0]
    client = e.clients[0] if e.clients else None
    served = client and (client.data or client.end == "closed") and not e.ended
    return served and not e.asked_accept and say("no-call-seen", call="accept")


def write(e):
    """A write that a client got, where everybody got the reply, and nothing is left over."""
    wrong = not e.clients or e.victim or e.ended or e.listener_made_anew
    if wrong or recognised(e, "left")[0]:
        return None
    sent = (c.text for c in e.calls(*WRITES) if c.socket in e.connected and c.ok and c.value > 0)
    return next(sent, None) or say("served-unseen", count=len(e.clients), reply=show(e.reply))


def closes(e):
    """Were all clients taken, and is the connection of each at its end?"""
    ended = all(c.end and not c.error for c in e.polite) and bool(e.clients)
    return ended and not recognised(e, "left")[0]


PROOFS = (socket, bind, listen, accept, write)


class Verdict:
    """How far a program has got.

    reached   (step, proof) of each step that is there: a Call, or something said
    failed    the step that is not; None where all are, or the next is not begun
    next      the step that is not begun, or is the next after those asked about; None after the last
    expected  of the failed step, a piece; mistake and facts: what is wrong with it, or None
    line      the reader's own line that matters, or ""
    """

    def __init__(self, steps):
        self.steps, self.reached = steps, []
        self.failed = self.next = self.expected = self.mistake = self.facts = None
        self.line = ""

    @property
    def complete(self):
        return len(self.reached) == len(self.steps)

    def fail(self, e, step, where):
        """Notes that this step is not reached, and why: where is what mistakes are asked for."""
        self.failed, self.expected = step, say(f"expected-{where}", port=e.port,
                                               reply=e.reply.decode(), count=len(e.reply))
        self.mistake, self.facts = recognised(e, where)
        if self.mistake and self.mistake.expected:
            self.expected = say(self.mistake.expected)
        call = self.facts.call if self.facts else e.fatal
        self.line = line.of_call(call)
        if e.complaint and (not self.line or e.own_error):
            self.line = line.of_traceback("\n".join(e.last_words)) or self.line


def judge(e, steps, course):
    """The Verdict on the evidence, for the steps asked about."""
    verdict, names = Verdict(steps), [step.split("-", 1)[1] for step in course.steps]
    for step, name, proof, after in zip(steps, names, PROOFS, [*names[1:], None]):
        found = proof(e)
        if not found:
            verdict.fail(e, step, name)
            return verdict
        # The next step may not be begun: then this one has to be whole by itself.
        last = step == steps[-1] or not e.begun(after)
        whole = {"listen": True, "accept": closes, "write": True}.get(name, lambda e: not e.ended)
        if last and after and whole is not True and not whole(e):
            verdict.fail(e, step, "closes" if name == "accept" else "stays")
            return verdict
        verdict.reached.append((step, found))
        if last and after:
            verdict.next = course.steps[len(verdict.reached)]
            return verdict
    return verdict
