"""How far has a program got: what proves each step, what is wrong with the first that is not."""

from . import line
from .course import STEPS
from .evidence import CALLS
from .phrases import say
from .mistakes import recognised
from .sockets import ACCEPTS, WRITES


def listen(e):
    """The listen call; a program that has gone on to accept has listened, and may have ended."""
    if not e.listened or not e.stayed:
        return e.listened and e.program.flood and e.listened
    waits = e.tried("accept") and (e.ended or not e.clients)
    return (e.reachable or waits) and e.listened


def accept(e):
    """The accept call. Whether a program that ended since nobody was there has taken somebody
    before is a matter of luck."""
    lucky = e.ended and e.takers and e.calls(*ACCEPTS)[-1].error == "EAGAIN" and not e.own_error
    return not lucky and e.takers and e.takers[0]


def write(e):
    """A write that a client got, where everybody got the reply, and nothing is left over."""
    wrong = not e.clients or e.victim or e.ended or e.listener_made_anew
    if wrong or recognised(e, "left")[0]:
        return None
    sent = (c for c in e.calls(*WRITES) if c.socket in e.connected and c.ok and c.value > 0)
    return next(sent, None) or "write"  # a call that strace does not show as one: io_uring


PROOFS = {"socket": lambda e: e.server, "bind": lambda e: e.well_bound, "listen": listen,
          "accept": accept, "write": write}


def unfinished(e, call):
    """What a program has to do besides, where this step is its last: "stays" alive, or "closes"
    the connection of everybody; "" where it does."""
    if call in ("socket", "bind"):
        return "stays" if e.ended else ""
    ended = all(c.end and not c.error for c in e.polite) and e.clients
    return "closes" if call == "accept" and (not ended or recognised(e, "left")[0]) else ""


class Verdict:
    """How far a program has got.

    reached   (step, proof) of each step that is there: a Call, or text
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
        self.failed, (self.mistake, self.facts) = step, recognised(e, where)
        left = self.mistake and "left" in self.mistake.at
        self.expected = expectation(e, "nothing-left" if left else where)
        self.line = line.of_call(self.facts.call if self.facts else e.fatal or e.spin)
        if e.complaint and (not self.line or e.own_error):
            self.line = line.of_traceback("\n".join(e.last_words)) or self.line
        return self


def expectation(e, where):
    """What is expected of a step, named by its call, as a piece."""
    return say(where, port=e.port, reply=e.reply.decode(), count=len(e.reply))


def judge(e, steps):
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
            verdict.next = STEPS[len(verdict.reached)]
            break
    return verdict
