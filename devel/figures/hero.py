"""The README's first picture: step03's run, moment by moment, up to its question. It gives no answer away.

Wide for a desktop, narrow for a phone; each with its colours for light and dark. It moves by CSS alone, twice, and
rests at the question. Where a reader wants no motion it shows the question only.
"""

from svg import LABELS, STYLE, band, box, coin, line, text
from html import escape
from story import page, words as sentences
import words

STEP, SECONDS, REST = "step03-listen", 2.8, 10  # a moment's seconds, and the question's
FORMS = {  # where things lie: x, y, width, height of a box; x, y of a descriptor and where its line ends
    "": {"size": (840, 372), "client": (16, 14, 140, 250), "kernel": (172, 14, 496, 250),
         "server": (684, 14, 140, 250), "S1": (440, 60, 204, 86), "C1": (196, 158, 204, 86),
         "coins": {"S1": (706, 103, 644), "C1": (134, 201, 196)}, "wire": (400, 201, 616, 201), "say": 300, "columns": 88},
    "-narrow": {"size": (376, 560), "client": (12, 10, 352, 66), "kernel": (12, 88, 352, 286),
                "server": (12, 386, 352, 66), "S1": (96, 270, 204, 86), "C1": (96, 106, 204, 86),
                "coins": {"S1": (52, 313, 96), "C1": (52, 149, 96)}, "wire": (198, 192, 198, 252), "say": 480,
                "columns": 44},
}
MOVES = """.say {{ font-size: 16px; }} .on {{ fill: var(--paper); }} .big {{ font-size: 30px; font-weight: 800; }}
.kernel {{ stroke: var(--line); }}
g[id] {{ visibility: hidden; animation: {total}s step-end 2 forwards; }} #f{last} {{ visibility: visible; }}
@media (prefers-reduced-motion: reduce) {{ g[id] {{ animation: none; }} }}
"""


def packet(form, name):
    x1, y1, x2, y2 = form["wire"]
    x, y = (x1 + x2) // 2, (y1 + y2) // 2
    return [line(x1, y1, x2, y2, "dash"), f'<rect x="{x - 36}" y="{y - 15}" width="72" height="30" rx="15" '
            f'style="fill:var(--mark)"/>', text(x, y + 5, name + (" →" if y1 == y2 else " ↓"), "m b on")]


def picture(form, moment, said):
    """One moment: what each program does, its descriptors, the sockets, what is on its way."""
    parts, state = [], moment["state"]
    for side in ("client", "server"):
        process, (x, y, _, _) = state["processes"][side], form[side]
        started = side == "server" or "C1" in state["sockets"]
        waits = said["waits"].format(call=process["waits"]) if process["waits"] else said["runs"]
        parts.append(text(x + 14, y + 46, waits if started else said["notYet"], "soft", "start"))
    for name, sock in state["sockets"].items():
        side, (x, y, width, height) = "client" if name == "C1" else "server", form[name]
        coin_x, coin_y, end = form["coins"][name]
        parts += [box(x, y, width, height, side), text(x + 12, y + 24, sock["state"], f"m b {side}", "start"),
                  text(x + 12, y + 46, sock["local"] or said["noAddress"], "m", "start"),
                  line(coin_x, coin_y, end, coin_y, f"l{side[0]}"), coin(coin_x, coin_y, "3", side)]
        if sock["peer"] or sock["state"] == "LISTEN":
            third = said["to"].format(sock["peer"]) if sock["peer"] else said["holds"].format(0, sock["backlog"])
            parts.append(text(x + 12, y + 66, third, "m", "start"))
    return parts + [piece for each in state["wire"] for piece in packet(form, each["what"])]


def spoken(form, said, look=""):
    lines = words.fold(said, form["columns"])
    return [text(form["size"][0] // 2, form["say"] + 23 * i, each, f"say {look}") for i, each in enumerate(lines)]


def hero(stories, form, language):
    """The SVG. stories: {step: its moments}."""
    form, moments = FORMS[form], stories[STEP]
    said = {name: words_of_it[language] for name, words_of_it in LABELS.items()}
    question = page.questions(moments, STEP)[0]
    shown = [m for m in moments[:question["at"]] if m["key"] != "prints"]
    frames = [picture(form, m, said) + spoken(form, sentences.sentence(m)[language]) for m in shown]
    x1, y1, x2, y2 = form["wire"]
    mark = text(x2 + 18 * (y1 == y2), y2 + 10, "?", "big mark")
    frames.append(picture(form, shown[-1], said) + [mark] + spoken(form, question["ask"][language], "b"))
    total, last = SECONDS * len(shown) + REST, len(frames) - 1
    style = STYLE + MOVES.format(total=total, last=last)
    for number in range(len(frames)):
        begin, end = (round(100 * SECONDS * n / total, 2) for n in (number, number + 1))
        until = f" {end}% {{ visibility: hidden; }}" if number < last else " 100% { visibility: visible; }"
        style += (f"@keyframes f{number} {{ 0% {{ visibility: hidden; }} {begin}% {{ visibility: visible; }}{until} }} "
                  f"#f{number} {{ animation-name: f{number}; }}\n")
    width, height = form["size"]
    fixed = [band(0, 0, width, height, "paper"), band(*form["kernel"], "kernel"),
             text(form["kernel"][0] + 14, form["kernel"][1] + 26, said["kernel"], "b", "start")]
    for side in ("client", "server"):
        x, y, wide, high = form[side]
        fixed += [box(x, y, wide, high, side), text(x + 14, y + 26, said[side], f"b {side}", "start")]
    body = [f'<g id="f{number}">' + "\n".join(parts) + "</g>" for number, parts in enumerate(frames)]
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            f'role="img">\n<title>{escape(question["ask"][language])}</title>\n<style>\n{style}</style>\n' +
            "\n".join(fixed + body) + "\n</svg>\n")
