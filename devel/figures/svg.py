"""What the figures are made of: texts, lines, boxes, each as a piece of SVG."""

import os
from html import escape

import words as reader
from story import page, words

STYLE = words.contents(words.HERE, "palette.css") + words.contents(
    os.path.dirname(os.path.realpath(__file__)), "figures.css")


def labels(language):
    return {name: said[language] for name, said in page.LABELS.items()}


def text(x, y, said, look="", anchor="middle"):
    return f'<text x="{x}" y="{y}" class="{look}" text-anchor="{anchor}">{escape(said)}</text>'


def lines(x, y, said, columns, look="", step=17):
    """A text on several lines, each of so many columns at most."""
    return [text(x, y + step * i, part, look) for i, part in enumerate(reader.fold(said, columns))]


def line(x1, y1, x2, y2, look):
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" class="{look}"/>'


def arrow(x1, y1, x2, y2, look):
    """A line with a head at its second end."""
    back = 6 if x2 < x1 else -6
    slope = (y2 - y1) / (x2 - x1)
    ends = [f"{x2 + back} {y2 + back * slope + side:.1f}" for side in (-4, 4)]
    head = f'<path class="{look}" d="M{ends[0]}L{x2} {y2}L{ends[1]}"/>'
    return line(x1, y1, x2, y2, look) + head


def box(x, y, width, height, side, look=""):
    return (f'<rect class="box {look}" x="{x}" y="{y}" width="{width}" height="{height}" rx="8" '
            f'stroke="var(--{side})"/>')


def band(x, y, width, height, colour):
    return (f'<rect class="{colour}" x="{x}" y="{y}" width="{width}" height="{height}" rx="10" '
            f'style="fill:var(--{colour})"/>')


def pill(x, y, said, side):
    """A state on a kernel's line of life."""
    width = round(7.6 * len(said) + 10)
    frame = box(x - width // 2, y - 9, width, 17, side)
    return frame + text(x, y + 4, said, f"m b {side}")


def coin(x, y, number, side):
    """A descriptor."""
    return (f'<circle cx="{x}" cy="{y}" r="13" style="fill:var(--{side})"/>'
            f'{text(x, y + 5, number, "m b on")}')


def whole(width, height, title, told, parts, style="", zoom=1):
    """The SVG: its title, and what it tells, are for screen readers."""
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{round(width * zoom)}" height="{round(height * zoom)}" role="img">\n'
            f"<title>{escape(title)}</title>\n<desc>{escape(told)}</desc>\n"
            f"<style>\n{STYLE}{style}</style>\n" +
            "\n".join([band(0, 0, width, height, "paper"), *parts]) + "\n</svg>\n")
