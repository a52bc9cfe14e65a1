"""A moment as a picture: the client, the kernel's sockets, the server. On a phone from above to
below, for a desktop from left to right."""

from svg import band, box, coin, labels, line, lines, pill, text, whole

PHONE = 376


def narrow(names):
    """Where things lie on a phone: x, y, width, height of a box, with these sockets."""
    form, y = {"client": (12, 10, 352, 66), "columns": 42}, 104
    for name in names:
        form[name] = 96, y, 250, 86
        y += 130
    form.update(kernel=(12, 88, 352, y - 118), server=(12, y - 18, 352, 66), size=(PHONE, y + 58))
    return form


# The same for a desktop, of a client that asks a server that listens.
WIDE = {"client": (16, 14, 168, 250), "kernel": (200, 14, 440, 250), "columns": 88,
        "server": (656, 14, 168, 250), "S1": (412, 60, 226, 86), "C1": (218, 158, 190, 86),
        "size": (840, 274)}


def frame(form, said):
    """The boxes of the programs and the kernel."""
    for name in ("kernel", "client", "server"):
        x, y, *_ = form[name]
        yield band(*form[name], name) if name == "kernel" else box(*form[name], name)
        yield text(x + 14, y + 26, said[name], "b" + f" {name}" * (name != "kernel"), "start")


def host(address):
    return "{}:{}".format(*address)


def about(sock, held, said):
    """What a socket's box says below its state: (text, look)."""
    yield host(sock["local"]) if sock["local"] else said["noAddress"], "m"
    options = " ".join(sock["options"])
    yield said["to"].format(host(sock["peer"])) if sock["peer"] else options, "m"
    inbox = [f"“{sock['data']}”"] * bool(sock["bytes"]) + [said["end"]] * sock["eof"]
    last = said["received"].format(" ".join(inbox)) if inbox else "" if held else said["noFd"]
    if sock["state"] == "LISTEN":
        last = f"{said['queue'].format(sock['backlog'])}: {len(sock['queue'])}"
    yield last, "soft"


def socket(form, name, state, said):
    """A socket's box, and the descriptors that lead to it."""
    sock, (x, y, width, height) = state[name], form[name]
    side, phone = sock["side"], form["size"][0] == PHONE
    edge = form[side][0] + form[side][2] * (side == "client")  # of the program's box
    start, end = (52, x) if phone else (edge, x if side == "client" else x + width)
    held = [number for process in state.values()
            for number, target in process.get("fds", {}).items() if target == name]
    yield box(x, y, width, height, side, "" if held else "dash")
    yield text(x + 12, y + 22, sock["state"], f"m b {side}", "start")
    for row, (words, look) in enumerate(about(sock, held, said)):
        yield text(x + 12, y + 41 + 18 * row, words, look, "start")
    for number in held:
        yield line(start, y + 43, end, y + 43, f"l{side[0]}")
        yield coin(start, y + 43, number, side)


def wire(form):
    """From the client's socket to whoever may answer."""
    x, y, width, height = form["C1"]
    if form["size"][0] == PHONE:
        return x + width // 2, y + height, x + width // 2, y + height + 44
    return x + width, y + height // 2, x + width + 190, y + height // 2


def picture(form, moment, said):
    """What each program does, its descriptors, the sockets, what is on its way."""
    state = moment.state
    for side in ("client", "server"):
        process, (x, y, *_) = state[side], form[side]
        waits = process["waits"] and said["waits"].format(process["waits"])
        now = said["ended"] if process["end"] is not None else waits or said["runs"]
        now = now if process["started"] else said["notYet"]
        yield text(x + 14, y + 46, now, "soft", "start")
    if {"C1", "C1+"} <= set(state):
        yield line(*wire(form), "")
    for name in state:
        if "side" in state[name]:
            yield from socket(form, name, state, said)
    for packet in moment.wire:
        if not packet.get("done"):
            x1, y1, x2, y2 = wire(form)
            yield line(x1, y1, x2, y2, "dash")
            arrow = " →" if y1 == y2 else " ↓"
            yield pill((x1 + x2) // 2, (y1 + y2) // 2, packet["what"] + arrow, "mark")


def at_rest(step, moment, told, language):
    """What the kernel holds when the request is over."""
    said, here = labels(language), moment.state
    form = narrow([name for name in ("C1", "C1+", "S1") if name in here])
    width, height = form["size"]
    caption = said["rest"].format(step)
    notes = lines(width // 2, height + 10, caption, 54, "soft")
    parts = [*frame(form, said), *picture(form, moment, said), *notes]
    return whole(width, height + 6 + 17 * len(notes), caption, told, parts, zoom=1.5)
