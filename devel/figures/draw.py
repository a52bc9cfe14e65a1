"""The figures of a story as SVG: the request in time, and what the kernel holds at its end.

Wide as a phone is, and drawn to be enlarged. Each brings its colours for light and dark, and its
text for those who do not see it.
"""

from svg import arrow, band, box, coin, labels, line, lines, pill, text, whole

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
        """The states that are new; the sender's of what an ACK answers, when that has arrived. Returns
        how far down they reach."""
        down = 0
        for name, fields in moment.changes.items():
            if fields and fields.get("state", "CLOSED") != "CLOSED":
                side = moment.state["sockets"][name]["side"]
                low = 34 if moment.who not in ("client", "server", side + "-kernel") else 0
                self.parts.append(pill(X[side + "-kernel"], self.y + 14 + low, fields["state"], side))
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


def socket_lines(sock, held, said):
    """What a socket's box says below its state."""
    yield "{}:{}".format(*sock["local"]) if sock["local"] else said["noAddress"], "m"
    if sock["peer"]:
        yield said["to"].format("{}:{}".format(*sock["peer"])), "m"
    elif sock["options"]:
        yield " ".join(sock["options"]), "m"
    if sock["state"] == "LISTEN":
        yield f"{said['queue'].format(sock['backlog'])}: {len(sock['queue'])}", "soft"
    if sock["bytes"] or sock["eof"]:
        inbox = [f"“{sock['data']}”"] * bool(sock["bytes"]) + [said["end"]] * bool(sock["eof"])
        yield said["received"].format(", ".join(inbox)), "soft"
    if not held:
        yield said["noFd"], "soft"


def program(side, process, y, height, said):
    """A program's box: what it waits in, and what its terminal shows last."""
    yield box(12, y, 116, height, side)
    yield text(24, y + 21, said[side], f"b {side}", "start")
    waits = process["waits"] and said["waits"].format(process["waits"])
    now = said["ended"] if process["end"] is not None else waits or said["runs"]
    yield from lines(24, y + 40, now, 15, "soft", anchor="start")


def at_rest(step, state, told, language):
    """Programs left, the kernel's sockets right, a line from each descriptor to its socket."""
    said, y = labels(language), 44
    parts = [text(280, 30, said["kernel"], "b")]
    for side in ("server", "client"):
        process = state["processes"][side]
        mine = {name: sock for name, sock in state["sockets"].items() if sock["side"] == side}
        height = 94 * max(len(mine), 1) - 8
        parts += program(side, process, y, height, said)
        for row, (name, sock) in enumerate(mine.items()):
            top = y + 94 * row
            numbers = [number for number, target in process["fds"].items() if target == name]
            parts += [box(166, top, 232, 86, side, "" if numbers else "dash"),
                      text(178, top + 21, sock["state"], f"m b {side}", "start")]
            for i, (words_of_it, look) in enumerate(socket_lines(sock, numbers, said)):
                parts.append(text(178, top + 39 + 16 * i, words_of_it, look, "start"))
            for number in numbers:
                parts += [line(128, top + 62, 166, top + 62, f"l{side[0]}"),
                          coin(128, top + 62, number, side)]
        y += height + 22
        if side == "server" and {"C1", "C1+"} <= set(state["sockets"]):
            parts.append(line(282, y - 22, 282, y, ""))
    caption = said["rest"].format(step)
    parts += lines(WIDTH // 2, y + 10, caption, 60, "soft")
    back = [band(152, 10, 260, y - 22, "kernel")]
    return whole(WIDTH, y + 8 + 17 * len(lines(0, 0, caption, 60)), caption, told, back + parts,
                 zoom=ZOOM)
