"""The figures of a story as SVG: the request in time, and what the kernel holds at its end.

Wide as a phone is, and drawn to be enlarged. Each brings its colours for light and dark, and its text for those
who do not see it.
"""

from html import escape

WIDTH = 480
STYLE = """svg{font-family:system-ui,"Hiragino Sans","Noto Sans CJK JP",sans-serif;font-size:13px;
--paper:#fbfaf7;--ink:#20242a;--soft:#626a73;--kernel:#eeede7;--box:#fff;--client:#0a6e69;--server:#3f4fa8;--mark:#b3420a}
@media(prefers-color-scheme:dark){svg{
--paper:#15181b;--ink:#e8e6e1;--soft:#9ba2a9;--kernel:#22272b;--box:#2b3136;--client:#5cc4bb;--server:#a2b0ff;--mark:#ffab6b}}
text{fill:var(--ink)}.m{font-family:ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:12.5px}
.b{font-weight:700}.soft{fill:var(--soft);font-size:12px}.client{fill:var(--client)}.server{fill:var(--server)}.mark{fill:var(--mark)}
path,line{fill:none;stroke:var(--soft);stroke-width:1.4}.wait{stroke-width:7;opacity:.35;stroke-linecap:round}
.lc{stroke:var(--client)}.ls{stroke:var(--server)}.lm{stroke:var(--mark)}.box{fill:var(--box)}.dash{stroke-dasharray:4 3}"""
X = {"client": 54, "client-kernel": 172, "server-kernel": 308, "server": 426}
TEXT = {
    "en": {"client": "client", "server": "server", "client-kernel": "client’s kernel", "server-kernel": "server’s kernel",
           "queue": "in the accept queue", "free": "~ could as well have come before what is above on the other side",
           "ended": "has ended", "waits": "waits in {}", "to": "to {}", "holds": "accept queue: {} of {}", "nobody": "held by no program",
           "received": "received: {}", "end": "the end", "kernel": "kernel", "terminal": "the terminal", "none": "no address",
           "time": "{}: one request. Time runs downwards, through the client, the two kernels and the server.",
           "rest": "{}: what the kernel holds when the request is over.", "who": "Who answers whom? Two programs, and the kernel between them."},
    "ja": {"client": "クライアント", "server": "サーバー", "client-kernel": "カーネル", "server-kernel": "カーネル",
           "queue": "accept 待ちのキューへ", "free": "~ は、相手側の上の行より先だったかもしれないもの",
           "ended": "終了", "waits": "{} で待っている", "to": "→ {}", "holds": "キュー: {} / {}", "nobody": "ディスクリプターなし",
           "received": "受信済み: {}", "end": "終わり", "kernel": "カーネル", "terminal": "端末", "none": "アドレスなし",
           "time": "{}: 1 つの接続。時間は上から下へ進み、左からクライアント、クライアント側のカーネル、サーバー側のカーネル、サーバー。",
           "rest": "{}: 終わったときにカーネルが持っているもの。", "who": "応答しているのは誰? 2 つのプログラムと、そのあいだのカーネル。"},
}


def text(x, y, words, look="", anchor="middle"):
    return f'<text x="{x}" y="{y}" class="{look}" text-anchor="{anchor}">{escape(words)}</text>'


def arrow(x1, y1, x2, y2, look):
    """A line with a head at its second end."""
    back = 6 if x2 < x1 else -6
    slope = (y2 - y1) / (x2 - x1)
    head = f"M{x2 + back} {y2 + back * slope - 4:.1f}L{x2} {y2}L{x2 + back} {y2 + back * slope + 4:.1f}"
    return f'<path class="{look}" d="M{x1} {y1}L{x2} {y2}"/><path class="{look.partition(" ")[0]}" d="{head}"/>'


def pill(x, y, words, look):
    """A state on a kernel's line of life."""
    width = 7.6 * len(words) + 10
    return (f'<rect class="box" x="{x - width / 2:.1f}" y="{y - 9}" width="{width:.1f}" height="17" rx="8" stroke="var(--{look})"/>'
            + text(x, y + 4, words, f"m b {look}"))


def whole(height, title, told, parts):
    """The SVG: its title and its text are for screen readers."""
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img">\n'
            f"<title>{escape(title)}</title>\n<desc>{escape(told)}</desc>\n<style>{STYLE}</style>\n"
            f'<rect width="{WIDTH}" height="{height}" rx="10" style="fill:var(--paper)"/>\n' + "\n".join(parts) + "\n</svg>\n")


def columns(bottom, words):
    """The four lines of life, and the kernel behind two of them."""
    yield f'<rect x="112" y="12" width="256" height="{bottom - 20}" rx="10" style="fill:var(--kernel)"/>'
    for who, x in X.items():
        side = who.partition("-")[0]
        yield text(x, 32, words[who], f"b {side}")
        yield f'<line x1="{x}" y1="42" x2="{x}" y2="{bottom - 16}" class="l{side[0]} dash" opacity=".5"/>'


def label(moment):
    """A call in a few signs: accept(3), = 4."""
    facts = moment["facts"]
    name = {"connect-asks": "connect", "read-end": "read"}.get(moment["key"], facts.get("call", moment["key"]))
    if name == "exit_group":
        return f"exit({facts['status']})"
    value, fd = facts.get("result"), facts.get("fd")
    answer = facts.get("error") or (value if value or name in ("connect", "read") else None)
    asked = f"{name}({'' if fd is None else fd})"
    if facts.get("error") and answer == "ECONNREFUSED":
        return "= -1, refused"
    return asked if answer is None else f"{name} = {answer}" if moment["answers"] else f"{asked} = {answer}"


def changes(before, after):
    """The sockets whose state has changed: [(socket, its column)]."""
    for name, sock in after["sockets"].items():
        was = before["sockets"].get(name, {}).get("state", "CLOSED")
        if sock["state"] != was:
            yield sock, "client-kernel" if name.startswith("C") and not name.endswith("+") else "server-kernel"


def in_time(title, moments, told, language):
    """The request from top to bottom."""
    words, parts, y, waits, flying = TEXT[language], [], 62, {}, None
    before = {"sockets": {}, "processes": {}}
    shown = [m for m in moments if m["key"] not in ("prints", "ignores", "other")]
    for moment in shown:
        who, state = moment["who"].replace("server.", "server"), moment["state"]
        program, kernel = X.get(who), X.get(who + "-kernel")
        changed = list(changes(before, state))
        if flying:  # the packet that was sent a moment ago arrives now
            start, x1, x2, name = flying
            parts += [arrow(x1, start, x2, y, "lm"), text((x1 + x2) / 2, round((start + y) / 2 - 4 - 0.8 * len(name)), name, "m b mark")]
            flying = None
        if kernel and program:
            inner = kernel - 8 if kernel > program else kernel + 8
            moment["answers"] = who in waits
            if who in waits:
                parts.append(f'<line class="wait l{who[0]}" x1="{program}" y1="{waits.pop(who) + 4}" x2="{program}" y2="{y - 4}"/>')
                parts.append(arrow(inner, y, program, y, f"l{who[0]}"))
            else:
                parts.append(arrow(program, y, inner, y, f"l{who[0]}"))
            tilde = "~ " if moment["free"] else ""
            parts.append(text((program + kernel) / 2, y - 5, tilde + label(moment), "m"))
            if state["processes"][moment["who"]]["waits"]:
                waits[who] = y
        for sock, column in changed:
            parts.append(pill(X[column], y + 14, sock["state"], column.partition("-")[0]))
        if moment["key"] == "queues":
            parts.append(text(X["server-kernel"], y + 36, words["queue"], "soft"))
        for packet in state["wire"]:
            right = packet["from"] and not packet["from"].endswith("+")
            ends = (X["client-kernel"] + 6, X["server-kernel"] - 6) if right else (X["server-kernel"] - 6, X["client-kernel"] + 6)
            flying = y + (24 if changed else 4), *ends, "“hello world”" if packet["what"] == "DATA" and packet["data"] == "hello world" else packet["what"]
        before = state
        y += 31 + 14 * bool(changed) + 8 * bool(flying) + 14 * (moment["key"] == "queues")
    for who, start in waits.items():
        parts.append(f'<line class="wait l{who[0]}" x1="{X[who]}" y1="{start + 4}" x2="{X[who]}" y2="{y + 6}"/>')
    if any(m["free"] for m in shown):
        parts.append(text(WIDTH / 2, y + 34, words["free"], "soft"))
        return whole(y + 46, words["time"].format(title), told, list(columns(y + 20, words)) + parts)
    return whole(y + 20, words["time"].format(title), told, list(columns(y + 20, words)) + parts)


def socket_lines(sock, words):
    """What a socket's box says below its state."""
    yield sock["local"] or words["none"], "m"
    if sock["peer"]:
        yield words["to"].format(sock["peer"]), "m"
    elif sock["options"]:
        yield " ".join(sock["options"]), "m"
    if sock["state"] == "LISTEN":
        yield words["holds"].format(len(sock["queue"]), sock["backlog"]), "soft"
    if sock["bytes"] or sock["eof"]:
        inbox = [f"“{sock['data']}”"] * bool(sock["bytes"]) + [words["end"]] * bool(sock["eof"])
        yield words["received"].format(", ".join(inbox)), "soft"


def at_rest(title, state, told, language):
    """Programs left, the kernel's sockets right, a line from each descriptor to its socket."""
    words, y = TEXT[language], 44
    parts = [text(322, 30, words["kernel"], "b")]
    for side in ("server", "client"):
        process = state["processes"][side]
        mine = [name for name in state["sockets"] if (name.startswith("C") and not name.endswith("+")) == (side == "client")]
        height = 94 * max(len(mine), 1) - 8
        status = words["ended"] if process["end"] is not None else words["waits"].format(process["waits"]) if process["waits"] else ""
        parts += [f'<rect class="box" x="14" y="{y}" width="132" height="{height}" rx="8" stroke="var(--{side})"/>',
                  text(26, y + 21, words[side], f"b {side}", "start"), text(26, y + 38, status, "soft", "start")]
        if process["end"] is None:
            parts.append(text(26, y + 54, "0 1 2 " + words["terminal"], "soft", "start"))
        for row, name in enumerate(mine):
            sock, top = state["sockets"][name], y + 94 * row
            numbers = [n for n, target in process["fds"].items() if target == name]
            dash = "" if numbers else "dash"
            parts.append(f'<rect class="box {dash}" x="196" y="{top}" width="256" height="86" rx="8" stroke="var(--{side})"/>')
            parts.append(text(208, top + 21, sock["state"], f"m b {side}", "start"))
            lines = list(socket_lines(sock, words)) + ([] if numbers else [(words["nobody"], "soft")])
            parts += [text(208, top + 39 + 16 * i, line, look, "start") for i, (line, look) in enumerate(lines)]
            for number in numbers:
                parts += [f'<line class="l{side[0]}" x1="146" y1="{top + 66}" x2="196" y2="{top + 66}"/>',
                          f'<circle cx="146" cy="{top + 66}" r="12" style="fill:var(--{side})"/>',
                          f'<text x="146" y="{top + 70}" class="m b" text-anchor="middle" style="fill:var(--paper)">{number}</text>']
        y += height + 22
        if "C1" in state["sockets"] and "C1+" in state["sockets"] and side == "server":
            parts.append(f'<line x1="322" y1="{y - 22}" x2="322" y2="{y}" stroke-width="2"/>')
    band = f'<rect x="182" y="10" width="284" height="{y - 22}" rx="10" style="fill:var(--kernel)"/>'
    return whole(y, words["rest"].format(title), told, [band] + parts)


def who_answers(language):
    """For the README: who is there, and what to find out. It gives no answer away."""
    words, parts = TEXT[language], []
    for y, ends in ((74, ("client", "client-kernel")), (112, ("client-kernel", "server-kernel")), (150, ("server-kernel", "server")),
                    (188, ("server-kernel", "client-kernel")), (226, ("client-kernel", "client"))):
        x1, x2 = (X[name] for name in ends)
        side = ends[0][0] if "kernel" not in ends[0] or "kernel" not in ends[1] else "m"
        parts += [arrow(x1, y, x2, y, f"l{side}" + ("" if y == 74 else " dash")),
                  text((x1 + x2) / 2, y - 6, "connect" if y == 74 else "?", "m b" if y == 74 else "b mark")]
    return whole(262, words["who"], words["who"], list(columns(262, words)) + parts)
