"""The README's first picture: step03's run, moment by moment, up to its question, without answer.

Wide for a desktop, narrow for a phone; each with its colours for light and dark. It moves by CSS
alone, twice, and rests at the question. Where a reader wants no motion it shows the question only.
"""

from picture import WIDE, frame, narrow, picture, wire
from svg import labels, lines, text, whole
from story import page, words

STEP, SECONDS, REST = "step03-listen", 2.8, 10  # a moment's seconds, and the question's
FORMS = {"hero": WIDE, "hero-narrow": narrow(["C1", "S1"])}
MOVES = """.say {{ font-size: 16px; }} .big {{ font-size: 30px; font-weight: 800; }}
g {{ visibility: hidden; animation: {total}s step-end 2 forwards; }}
g:last-of-type {{ visibility: visible; }}
@media (prefers-reduced-motion: reduce) {{ g {{ animation: none; }} }}
"""


def timing(number, last, total):
    """When a frame is to be seen: each in its turn, the last until the end."""
    begin, end = (round(100 * SECONDS * n / total, 2) for n in (number, number + 1))
    then = "100% { visibility: visible; }" if last else f"{end}% {{ visibility: hidden; }}"
    return (f"@keyframes f{number} {{ 0% {{ visibility: hidden; }} "
            f"{begin}% {{ visibility: visible; }} {then} }} "
            f"g:nth-of-type({number + 1}) {{ animation-name: f{number}; }}\n")


def hero(moments, form, language):
    """The SVG, from step03's moments."""
    form, said = FORMS[form], labels(language)
    width, height = form["size"]
    question = page.questions(moments, STEP)[0]
    shown = [moment for moment in moments[:question["at"]] if moment.key != "prints"]
    ask, (_, y1, x2, y2) = question["ask"][language], wire(form)

    def drawn(moment, more, sentence, look=""):
        spoken = lines(width // 2, height + 24, sentence, form["columns"], f"say {look}", 23)
        return "<g>" + "\n".join([*picture(form, moment, said), *more, *spoken]) + "</g>"

    frames = [drawn(moment, [], words.sentence(moment)[language]) for moment in shown]
    mark = text(x2 + 16 * (y1 == y2), y2 + 10, "?", "big mark")
    frames.append(drawn(shown[-1], [mark], ask, "b"))
    total = SECONDS * len(shown) + REST
    style = MOVES.format(total=total) + "".join(
        timing(number, number == len(shown), total) for number in range(len(frames)))
    room = 24 + 23 * (2 if width > 600 else 4)
    return whole(width, height + room, ask, "", [*frame(form, said), *frames], style)
