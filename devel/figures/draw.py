"""The figures of a story as SVG: the request in time, and what the kernel holds at its end.

Wide as a phone is, and drawn to be enlarged. Each brings its colours for light and dark, and its text for those
who do not see it.
"""

from svg import TEXT, WIDTH, arrow, band, box, coin, line, pill, text, whole

X = {"client": 54, "client-kernel": 172, "server-kernel": 308, "server": 426}
NO_PLACE = ("prints", "ignores", "other")  # moments that change nothing of what is drawn


def is_clients(name):
    """Is that the client's socket? C1 is; C1+, the server's end of it, and S1 are not."""
    return name.startswith("C") and not name.endswith("+")


def columns(bottom, words):
    """The four lines of life, and the kernel behind two of them."""
    yield band(112, 12, 256, bottom - 20, "kernel")
    for who, x in X.items():
        side = who.partition("-")[0]
        yield text(x, 32, words[who], f"b {side}")
        yield line(x, 42, x, bottom - 16, f"l{side[0]} dash faint")


def label(moment, answers):
    """A call in a few signs: accept(3) where it asks, accept = 4 where it answers."""
    facts = moment["facts"]
    name = {"connect-asks": "connect", "read-end": "read"}.get(moment["key"], facts.get("call", moment["key"]))
    if name == "exit_group":
        return f"exit({facts['status']})"
    if facts.get("error") == "ECONNREFUSED":
        return "= -1, refused"
    value, fd = facts.get("result"), facts.get("fd")
    answer = facts.get("error") or (value if value or name in ("connect", "read") else None)
    asked = f"{name}({'' if fd is None else fd})"
    return asked if answer is None else f"{name} = {answer}" if answers else f"{asked} = {answer}"


class InTime:
    """The request from top to bottom, moment by moment."""

    def __init__(self, words):
        self.words, self.parts, self.y = words, [], 62
        self.waits = {}  # who: since which height
        self.flying = None  # a packet: its height, where it starts and ends, its name
        self.sockets = {}  # of the moment before

    def packet_arrives(self):
        if self.flying:
            start, x1, x2, name = self.flying
            middle = round((start + self.y) / 2 - 4 - 0.8 * len(name))
            self.parts += [arrow(x1, start, x2, self.y, "lm"), text((x1 + x2) // 2, middle, name, "m b mark")]
            self.flying = None

    def call(self, moment):
        """A program's call, or the answer to it: an arrow between the program and its kernel."""
        who = moment["who"].partition(".")[0]
        program, kernel, look = X[who], X[who + "-kernel"], f"l{who[0]}"
        inner, answers = kernel - 8 if kernel > program else kernel + 8, who in self.waits
        if answers:
            self.wait(who, self.y - 4)
            self.parts.append(arrow(inner, self.y, program, self.y, look))
        else:
            self.parts.append(arrow(program, self.y, inner, self.y, look))
        said = ("~ " if moment["free"] else "") + label(moment, answers)
        self.parts.append(text((program + kernel) // 2, self.y - 5, said, "m"))
        if moment["state"]["processes"][moment["who"]]["waits"]:
            self.waits[who] = self.y

    def wait(self, who, end):
        self.parts.append(line(X[who], self.waits.pop(who) + 4, X[who], end, f"wait l{who[0]}"))

    def take(self, moment):
        state, sockets = moment["state"], moment["state"]["sockets"]
        self.packet_arrives()
        if not moment["who"].endswith("-kernel"):
            self.call(moment)
        changed = [sock for name, sock in sockets.items()
                   if sock["state"] != self.sockets.get(name, {"state": "CLOSED"})["state"]]
        for sock in changed:
            side = "client" if is_clients(sock["id"]) else "server"
            self.parts.append(pill(X[side + "-kernel"], self.y + 14, sock["state"], side))
        queued = moment["key"] == "queues"
        if queued:
            self.parts.append(text(X["server-kernel"], self.y + 36, self.words["queue"], "soft"))
        for packet in state["wire"]:
            ends = X["client-kernel"] + 6, X["server-kernel"] - 6
            name = f"“{packet['data']}”" if packet["what"] == "DATA" else packet["what"]
            from_client = packet["from"] and is_clients(packet["from"])
            self.flying = (self.y + (24 if changed else 4), *(ends if from_client else ends[::-1]), name)
        self.sockets = sockets
        self.y += 31 + 14 * bool(changed) + 8 * bool(self.flying) + 14 * queued


def in_time(title, moments, told, language):
    words = TEXT[language]
    figure = InTime(words)
    for moment in moments:
        if moment["key"] not in NO_PLACE:
            figure.take(moment)
    for who in list(figure.waits):
        figure.wait(who, figure.y + 6)
    parts, height = list(columns(figure.y + 20, words)) + figure.parts, figure.y + 20
    if any(moment["free"] for moment in moments):
        parts.append(text(WIDTH // 2, figure.y + 34, words["free"], "soft"))
        height += 26
    return whole(height, words["time"].format(title), told, parts)


def socket_lines(sock, held, words):
    """What a socket's box says below its state."""
    yield sock["local"] or words["noAddress"], "m"
    if sock["peer"]:
        yield words["to"].format(sock["peer"]), "m"
    elif sock["options"]:
        yield " ".join(sock["options"]), "m"
    if sock["state"] == "LISTEN":
        yield words["holds"].format(len(sock["queue"]), sock["backlog"]), "soft"
    if sock["bytes"] or sock["eof"]:
        inbox = [f"“{sock['data']}”"] * bool(sock["bytes"]) + [words["end"]] * bool(sock["eof"])
        yield words["received"].format(", ".join(inbox)), "soft"
    if not held:
        yield words["noFd"], "soft"


def program(side, process, y, height, words):
    """A program's box: what it waits in, and that 0, 1 and 2 are the terminal."""
    yield box(14, y, 132, height, side)
    yield text(26, y + 21, words[side], f"b {side}", "start")
    if process["end"] is not None:
        yield text(26, y + 38, words["ended"], "soft", "start")
        return
    if process["waits"]:
        yield text(26, y + 38, words["waits"].format(call=process["waits"]), "soft", "start")
    yield text(26, y + 54, "0 1 2 " + words["terminal"], "soft", "start")


def at_rest(title, state, told, language):
    """Programs left, the kernel's sockets right, a line from each descriptor to its socket."""
    words, y = TEXT[language], 44
    parts = [text(322, 30, words["kernel"], "b")]
    for side in ("server", "client"):
        process = state["processes"][side]
        mine = [name for name in state["sockets"] if is_clients(name) == (side == "client")]
        height = 94 * max(len(mine), 1) - 8
        parts += program(side, process, y, height, words)
        for row, name in enumerate(mine):
            sock, top = state["sockets"][name], y + 94 * row
            numbers = [number for number, target in process["fds"].items() if target == name]
            parts += [box(196, top, 256, 86, side, "" if numbers else "dash"),
                      text(208, top + 21, sock["state"], f"m b {side}", "start")]
            for i, (words_of_it, look) in enumerate(socket_lines(sock, numbers, words)):
                parts.append(text(208, top + 39 + 16 * i, words_of_it, look, "start"))
            for number in numbers:
                parts += [line(146, top + 66, 196, top + 66, f"l{side[0]}"), coin(146, top + 66, number, side)]
        y += height + 22
        if side == "server" and {"C1", "C1+"} <= set(state["sockets"]):
            parts.append(line(322, y - 22, 322, y, ""))
    return whole(y, words["rest"].format(title), told, [band(182, 10, 284, y - 22, "kernel")] + parts)


def who_answers(language):
    """For the README: who is there, and what to find out. It gives no answer away."""
    words, parts = TEXT[language], [arrow(X["client"], 74, X["client-kernel"], 74, "lc")]
    parts.append(text(113, 68, "connect", "m b"))
    steps = ("client-kernel", "server-kernel", "lm"), ("server-kernel", "server", "ls"), \
        ("server-kernel", "client-kernel", "lm"), ("client-kernel", "client", "lc")
    for row, (sender, receiver, look) in enumerate(steps):
        x1, x2, y = X[sender], X[receiver], 112 + 38 * row
        parts += [arrow(x1, y, x2, y, look + " dash"), text((x1 + x2) // 2, y - 6, "?", "b mark")]
    return whole(262, words["who"], words["who"], list(columns(262, words)) + parts)
