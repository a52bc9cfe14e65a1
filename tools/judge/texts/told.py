"""What has been seen of a program and of its clients, in words: the pieces of a report."""

import re
from functools import cached_property

from words import printable

from .phrases import say

SOCKET_CALLS = ("socket", "bind", "listen", "connect", "accept", "accept4")
RUNTIME_ERROR = re.compile(r"\b([A-Z]\w*)?(Error|Exception)\b|Errno::|^panic: |panicked at")


class Told:
    """The part of the evidence that tells."""

    @cached_property
    def complaint(self):
        """The line of its output that says best why it ended: where a runtime prints a traceback, the line
        that names the error; else the last."""
        said = [line.strip() for line in self.program.output().splitlines() if line.strip()]
        named = [line for line in said if RUNTIME_ERROR.search(line) and not line.startswith("Node.js v")]
        return printable((named or said or [""])[-1])

    @cached_property
    def doing(self):
        """The pieces that show best what the program does now, or did last."""
        if self.ended:
            end = say("ended-saying" if self.complaint else "ended", how=self.how_it_ended(), said=self.complaint)
            return [c.text for c in self.trace.calls if c.socket or c.new_socket or c.name in SOCKET_CALLS][-1:] + [end]
        if self.spin:
            return [say("again-and-again", call=self.spin.text)]
        return [say("stopped") if self.stopped else self.waiting()]

    def waiting(self):
        """What it waits in just now, in words."""
        calls = list(self.trace.pending.values())
        calls = [c for c in calls if not c.name.startswith(("wait", "futex"))] or calls
        return say("waits-in", call=begun(calls[-1])) if calls else say("computes")

    def how_it_ended(self):
        """strace's words for the end, as words of ours."""
        kind, _, detail = self.ended.partition(" with " if self.ended.startswith("exited") else " by ")
        return say({"exited": "exited-with", "killed": "killed-by"}.get(kind, "is-over"), what=detail)

    def saw(self, number):
        """What client number (from 0) saw, as a piece."""
        client = self.clients[number]
        if client.error:
            where = f"{client.address}:{self.port}"
            return say("client-refused", number=number + 1, where=where, error=client.error)
        got = say("got-bytes", count=len(client.data), text=show(client.data)) if client.data else say("got-nothing")
        end = say({"closed": "then-end", "reset": "then-reset", "endless": "no-end"}.get(client.end, "stays-open"))
        return say("client-saw", number=number + 1, got=got, end=end)

    @property
    def both(self):
        """What the victim saw, and what the server does: while the client waits, that is the question."""
        return [self.saw(self.troubled), *(self.doing if self.ended or not self.victim.end else [])]


def begun(call):
    """The text of a call, which may not be over: what the kernel fills in shows only then."""
    text = call.text.rstrip()
    return text if call.value is not None else text + (" ...)" if text.endswith(",") else ")")


def show(data):
    """Bytes as a C string literal, cut to a readable length."""
    special = {0: "\\0", 9: "\\t", 10: "\\n", 13: "\\r", 34: '\\"', 92: "\\\\"}
    text = "".join(special.get(b, chr(b) if 32 <= b < 127 else f"\\x{b:02x}") for b in data[:48])
    return f'"{text}"' + ("..." if len(data) > 48 else "")
