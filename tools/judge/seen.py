"""What has been seen of a program and of its clients, in words: the pieces of a report."""

from words import printable

from .phrases import say


def doing(e):
    """The pieces that show best what the program does now, or did last."""
    if e.ended:
        return [call.text for call in (e.last_own,) if call] + [end(e)]
    return [say("again-and-again", call=e.spin.text) if e.spin else waits(e.trace)]


def end(e):
    """How the program ended, with its own words."""
    kind, _, detail = e.ended.partition(" with " if e.ended.startswith("exited") else " by ")
    how = say(kind, what=detail) if kind in ("exited", "killed") else e.ended
    return say("ended-saying" if e.complaint else "ended", how=how, said=printable(e.complaint))


def waiting(trace):
    """The call that a program waits in just now, or None; of several, one about a descriptor."""
    calls = [None, *trace.pending.values()]
    calls = [c for c in calls if c and not c.name.startswith(("wait", "futex"))] or calls
    return calls[-1]


def waits(trace):
    """The piece that says so."""
    call = waiting(trace)
    return say("waits-in", call=begun(call)) if call else say("computes")


def client(e, one):
    """What a client saw."""
    number = e.number(one)
    if one.error:
        return say("refused", number=number, where=f"{one.address}:{e.port}", error=one.error)
    got = say("got", count=len(one.data), text=show(one.data)) if one.data else say("got-nothing")
    return say("saw", number=number, got=got, end=say(one.end or "open"))


def both(e):
    """What the first client in trouble saw, and what the server does, where that client waits."""
    if not e.victim:
        return doing(e)
    going_on = e.ended or e.spin or not e.victim.end
    return [client(e, e.victim), *(doing(e) if going_on else [])]


def more(e, what):
    """How much more of something there is than after the first client."""
    clients, rude = len(e.clients) - 1, sum(client.rude for client in e.clients)
    return say("more", more=e.more(what), what=say(what), clients=clients, rude=rude)


def begun(call):
    """The text of a call, which may not be over: what the kernel fills in shows only then."""
    text = call.text.rstrip()
    return text if call.value is not None else text + (" ...)" if text.endswith(",") else ")")


def show(data):
    """Bytes as a C string literal, cut to a readable length."""
    special = {0: "\\0", 9: "\\t", 10: "\\n", 13: "\\r", 34: '\\"', 92: "\\\\"}
    text = (special.get(b, chr(b) if 32 <= b < 127 else f"\\x{b:02x}") for b in data[:48])
    return f'"{"".join(text)}"' + ("..." if len(data) > 48 else "")
