"""The request in time, as SVG: wide as a phone is, and drawn to be enlarged."""

from svg import arrow, band, labels, line, lines, pill, text, whole

WIDTH, ZOOM = 420, 1.4
X = {"client": 44, "client-kernel": 148, "server-kernel": 272, "server": 376}
NO_PLACE = ("prints", "ignores", "other")  # moments that change nothing of what is drawn


def columns(bottom, said):
    """The four lines of life, and the kernel behind two of them."""
    yield band(94, 12, 232, bottom - 20, "kernel")
    for who, x in X.items():
        side = who.partition("-")[0]
        for i, part in enumerate(said[who].replace(" (", "\n(").split("\n")):
            yield text(x, 30 + 15 * i, part, f"b {side}")
        yield line(x, 56, x, bottom - 16, f"l{side[0]} dash faint")


def label(moment, answers):
    """A call in a few signs: accept(3) where it asks, accept = 4 where it answers."""
    facts = moment.facts
    short = {"connect-asks": "connect", "read-end": "read"}
    name = short.get(moment.key, facts.get("call", moment.key))
    if name == "exit_group":
        return f"exit({facts['status']})"
    if facts.get("error") == "ECONNREFUSED":
        return "= -1, refused"
    value, fd = facts.get("result"), facts.get("fd")
    answer = facts.get("error") or (value if value or name in ("connect", "read") else None)
    asked = f"{name}({'' if fd is None else fd})"
    if answer is None:
        return asked
    return f"{name} = {answer}" if answers else f"{asked} = {answer}"


class InTime:
    """The request from top to bottom, moment by moment."""

    def __init__(self, said):
        self.said, self.parts, self.y = said, [], 76
        self.waits = {}  # who: since which height
        self.flying = None  # a packet: its height, where it starts and ends, its name

    def packet_arrives(self):
        if self.flying:
            start, x1, x2, name = self.flying
            middle = round((start + self.y) / 2 - 4 - 0.8 * len(name))
            self.parts += [arrow(x1, start, x2, self.y, "lm"),
                           text((x1 + x2) // 2, middle, name, "m b mark")]
            self.flying = None

    def call(self, moment):
        """A program's call, or the answer to it: an arrow between the program and its kernel."""
        who = moment.who
        program, kernel, look = X[who], X[who + "-kernel"], f"l{who[0]}"
        inner, answers = kernel - 8 if kernel > program else kernel + 8, who in self.waits
        if answers:
            self.wait(who, self.y - 4)
        ends = (inner, program) if answers else (program, inner)
        said = "~ " * moment.free + label(moment, answers)
        self.parts += [arrow(ends[0], self.y, ends[1], self.y, look),
                       text((program + kernel) // 2, self.y - 5, said, "m")]
        if moment.state["processes"][who]["waits"]:
            self.waits[who] = self.y

    def wait(self, who, end):
        start = self.waits.pop(who) + 4
        self.parts.append(line(X[who], start, X[who], end, f"wait l{who[0]}"))

    def states(self, moment):
        """The states that are new; the sender's of what an ACK answers, when that has arrived.
        Returns how far down they reach."""
        down = 0
        for name, fields in moment.changes.items():
            if fields and fields.get("state", "CLOSED") != "CLOSED":
                side = moment.state["sockets"][name]["side"]
                low = 34 if moment.who not in ("client", "server", side + "-kernel") else 0
                place = X[side + "-kernel"], self.y + 14 + low
                self.parts.append(pill(*place, fields["state"], side))
                down = max(down, 14 + low)
        return down

    def take(self, moment):
        self.packet_arrives()
        if not moment.who.endswith("-kernel"):
            self.call(moment)
        down, queued = self.states(moment), moment.key == "queues"
        if queued:
            self.parts.append(text(X["server-kernel"], self.y + 36, self.said["queued"], "soft"))
        ends, low = (X["client-kernel"] + 6, X["server-kernel"] - 6), 24 if down else 4
        for packet in moment.state["wire"]:
            x1, x2 = ends if packet["from"] and "+" not in packet["from"] else ends[::-1]
            if packet.get("done"):
                y = self.y + low
                self.parts += [arrow(x1, y, x2, y + 14, "la"),
                               text((x1 + x2) // 2, y + 2, packet["what"], "m soft")]
                continue
            name = f"“{packet['data']}”" if packet["what"] == "DATA" else packet["what"]
            self.flying = self.y + low, x1, x2, name
        acknowledged = any(packet.get("done") for packet in moment.state["wire"])
        self.y += 30 + max(down, 10 * acknowledged) + 8 * bool(self.flying) + 14 * queued


def in_time(step, moments, told, language):
    said = labels(language)
    figure = InTime(said)
    for moment in moments:
        if moment.key not in NO_PLACE:
            figure.take(moment)
    for who in list(figure.waits):
        figure.wait(who, figure.y + 6)
    bottom, caption = figure.y + 20, said["time"].format(step)
    parts = list(columns(bottom, said)) + figure.parts
    notes = [caption, said["legend"]] + [said["answers"]] * any(m.free for m in moments)
    for note in notes:
        parts += lines(WIDTH // 2, bottom + 16, note, 62, "soft")
        bottom += 17 * len(lines(0, 0, note, 62))
    return whole(WIDTH, bottom + 12, caption, told, parts, zoom=ZOOM)
