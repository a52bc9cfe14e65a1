"""The README's first picture: step03's run, moment by moment, up to its question. It gives no answer
away.

Wide for a desktop, narrow for a phone; each with its colours for light and dark. It moves by CSS
alone, twice, and rests at the question. Where a reader wants no motion it shows the question only.
"""

from svg import band, box, coin, labels, line, lines, text, whole
from story import page, words

STEP, SECONDS, REST = "step03-listen", 2.8, 10  # a moment's seconds, and the question's
# Where things lie: x, y, width, height of a box; x, y of a descriptor and where its line ends.
FORMS = {
    "": {"size": (840, 352), "client": (16, 14, 168, 250), "kernel": (200, 14, 440, 250),
         "server": (656, 14, 168, 250), "S1": (412, 60, 210, 86), "C1": (218, 158, 190, 86),
         "coins": {"S1": (656, 103, 622), "C1": (184, 201, 218)}, "wire": (408, 201, 600, 201),
         "say": 298, "columns": 88},
    "-narrow": {"size": (376, 540), "client": (12, 10, 352, 66), "kernel": (12, 88, 352, 278),
                "server": (12, 378, 352, 66), "S1": (96, 264, 210, 86), "C1": (96, 104, 210, 86),
                "coins": {"S1": (52, 307, 96), "C1": (52, 147, 96)},
                "wire": (198, 190, 198, 246), "say": 474, "columns": 42},
}
MOVES = """.say {{ font-size: 16px; }} .big {{ font-size: 30px; font-weight: 800; }}
g {{ visibility: hidden; animation: {total}s step-end 2 forwards; }}
g:last-of-type {{ visibility: visible; }}
@media (prefers-reduced-motion: reduce) {{ g {{ animation: none; }} }}
"""


def packet(form, name):
    x1, y1, x2, y2 = form["wire"]
    x, y = (x1 + x2) // 2, (y1 + y2) // 2
    pill = f'<rect x="{x - 36}" y="{y - 15}" width="72" height="30" rx="15" class="fly"/>'
    said = name + (" →" if y1 == y2 else " ↓")
    return [line(x1, y1, x2, y2, "dash"), pill, text(x, y + 5, said, "m b on")]


def socket(form, name, sock, said):
    """A socket's box, and the descriptor that leads to it."""
    side, (x, y, width, height) = sock["side"], form[name]
    coin_x, coin_y, end = form["coins"][name]
    local = "{}:{}".format(*sock["local"]) if sock["local"] else said["noAddress"]
    third = said["to"].format("{}:{}".format(*sock["peer"])) if sock["peer"] else ""
    if sock["state"] == "LISTEN":
        third = said["queue"].format(sock["backlog"])
    return [box(x, y, width, height, side), line(coin_x, coin_y, end, coin_y, f"l{side[0]}"),
            text(x + 12, y + 24, sock["state"], f"m b {side}", "start"),
            text(x + 12, y + 46, local, "m", "start"),
            text(x + 12, y + 66, third, "m" if sock["peer"] else "soft", "start"),
            coin(coin_x, coin_y, "3", side)]


def picture(form, moment, said):
    """One moment: what each program does, its descriptors, the sockets, what is on its way."""
    parts, state = [], moment.state
    for side in ("client", "server"):
        process, (x, y, _, _) = state["processes"][side], form[side]
        started = side == "server" or "C1" in state["sockets"]
        waits = process["waits"] and said["waits"].format(process["waits"])
        now = (waits or said["runs"]) if started else said["notYet"]
        parts.append(text(x + 14, y + 46, now, "soft", "start"))
    for name, sock in state["sockets"].items():
        parts += socket(form, name, sock, said)
    return parts + [piece for each in state["wire"] for piece in packet(form, each["what"])]


def timing(number, count, total):
    """When a frame is to be seen: each in its turn, the last until the end."""
    begin, end = (round(100 * SECONDS * n / total, 2) for n in (number, number + 1))
    last = number == count - 1
    then = "100% { visibility: visible; }" if last else f"{end}% {{ visibility: hidden; }}"
    return (f"@keyframes f{number} {{ 0% {{ visibility: hidden; }} "
            f"{begin}% {{ visibility: visible; }} {then} }} "
            f"g:nth-of-type({number + 1}) {{ animation-name: f{number}; }}\n")


def hero(moments, form, language):
    """The SVG, from step03's moments."""
    form, said = FORMS[form], labels(language)
    width, height = form["size"]
    question = page.questions(moments, STEP)[0]
    shown = [m for m in moments[:question["at"]] if m.key != "prints"]

    def spoken(sentence, look=""):
        return lines(width // 2, form["say"], sentence, form["columns"], f"say {look}", 23)

    frames = [picture(form, m, said) + spoken(words.sentence(m)[language]) for m in shown]
    _, y1, x2, y2 = form["wire"]
    mark = text(x2 + 18 * (y1 == y2), y2 + 10, "?", "big mark")
    ask = question["ask"][language]
    frames.append(picture(form, shown[-1], said) + [mark] + spoken(ask, "b"))
    total = SECONDS * len(shown) + REST
    style = MOVES.format(total=total)
    style += "".join(timing(number, len(frames), total) for number in range(len(frames)))
    x, y, *_ = form["kernel"]
    fixed = [band(*form["kernel"], "kernel"), text(x + 14, y + 26, said["kernel"], "b", "start")]
    for side in ("client", "server"):
        x, y, *_ = form[side]
        fixed += [box(*form[side], side), text(x + 14, y + 26, said[side], f"b {side}", "start")]
    body = ["<g>" + "\n".join(parts) + "</g>" for parts in frames]
    return whole(width, height, ask, "", fixed + body, style)
