"""The request in time, as SVG: wide as a phone is, and drawn to be enlarged."""

from svg import arrow, band, labels, line, lines, pill, text, whole

WIDTH, ZOOM = 420, 1.4
X = {"client": 44, "client-kernel": 148, "server-kernel": 272, "server": 376}
NO_PLACE = ("prints", "ignores")  # moments that change nothing of what is drawn
SHORT = {"connect-asks": "connect", "read-end": "read"}


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
    if moment.key == "exit_group":
        return f"exit({facts['status']})"
    if facts["error"] == "ECONNREFUSED":
        return "= -1, refused"
    name, value, fd = SHORT.get(moment.key, facts["call"]), facts["result"], facts["fd"]
    asked = name if answers else f"{name}({'' if fd is None else fd})"
    if value is None or value == 0 and name not in ("connect", "read"):
        return asked
    return f"{asked} = {value}"


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
        program, kernel, answers = X[who], X[who + "-kernel"], who in self.waits
        ends = program, kernel - 8 if kernel > program else kernel + 8
        if answers:
            self.wait(who, self.y - 4)
            ends = ends[::-1]
        said = label(moment, answers)
        self.parts += [arrow(ends[0], self.y, ends[1], self.y, f"l{who[0]}"),
                       text((program + kernel) // 2, self.y - 5, said, "m")]
        if moment.state[who]["waits"]:
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
                side = moment.state[name]["side"]
                low = 48 if moment.who not in ("client", "server", side + "-kernel") else 14
                self.parts.append(pill(X[side + "-kernel"], self.y + low, fields["state"], side))
                down = max(down, low)
        return down

    def take(self, moment):
        self.packet_arrives()
        if not moment.who.endswith("-kernel"):
            self.call(moment)
        down, queued, acknowledged = self.states(moment), moment.key == "queues", 0
        if queued:
            self.parts.append(text(X["server-kernel"], self.y + 36, self.said["queued"], "soft"))
        ends, y = (X["client-kernel"] + 6, X["server-kernel"] - 6), self.y + (24 if down else 4)
        for packet in moment.wire:
            x1, x2 = ends if packet["from"] and "+" not in packet["from"] else ends[::-1]
            name = f"“{packet['data']}”" if packet["what"] == "DATA" else packet["what"]
            if packet.get("done"):
                acknowledged = 10
                self.parts += [arrow(x1, y, x2, y + 14, "la"),
                               text((x1 + x2) // 2, y + 2, name, "m soft")]
            else:
                self.flying = y, x1, x2, name
        self.y += 30 + max(down, acknowledged) + 8 * bool(self.flying) + 14 * queued


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
    for note in (caption, said["legend"]):
        more = lines(WIDTH // 2, bottom + 16, note, 62, "soft")
        parts += more
        bottom += 17 * len(more)
    return whole(WIDTH, bottom + 12, caption, told, parts, zoom=ZOOM)
