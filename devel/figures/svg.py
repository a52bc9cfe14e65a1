"""What the figures are made of: texts, lines, boxes, each as a piece of SVG."""

import json
import os
from html import escape

from story import page

WIDTH = 480
HERE = os.path.dirname(os.path.realpath(__file__))
with open(os.path.join(HERE, "figures.css"), encoding="utf-8") as css:
    STYLE = css.read()
with open(os.path.join(HERE, "labels.json"), encoding="utf-8") as labels:
    LABELS = {**page.LABELS, **json.load(labels)}  # the page's words, and what the figures say in another way
TEXT = {language: {name: said[language] for name, said in LABELS.items()} for language in ("en", "ja")}


def text(x, y, words, look="", anchor="middle"):
    return f'<text x="{x}" y="{y}" class="{look}" text-anchor="{anchor}">{escape(words)}</text>'


def line(x1, y1, x2, y2, look):
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" class="{look}"/>'


def arrow(x1, y1, x2, y2, look):
    """A line with a head at its second end."""
    back = 6 if x2 < x1 else -6
    slope = (y2 - y1) / (x2 - x1)
    head = f"M{x2 + back} {y2 + back * slope - 4:.1f}L{x2} {y2}L{x2 + back} {y2 + back * slope + 4:.1f}"
    return f'{line(x1, y1, x2, y2, look)}<path class="{look.partition(" ")[0]}" d="{head}"/>'


def box(x, y, width, height, side, look=""):
    return (f'<rect class="box {look}" x="{x}" y="{y}" width="{width}" height="{height}" rx="8" '
            f'stroke="var(--{side})"/>')


def band(x, y, width, height, colour):
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="10" style="fill:var(--{colour})"/>'


def pill(x, y, words, side):
    """A state on a kernel's line of life."""
    width = round(7.6 * len(words) + 10)
    return box(x - width // 2, y - 9, width, 17, side) + text(x, y + 4, words, f"m b {side}")


def coin(x, y, number, side):
    """A descriptor."""
    return (f'<circle cx="{x}" cy="{y}" r="12" style="fill:var(--{side})"/><text x="{x}" y="{y + 4}" class="m b" '
            f'text-anchor="middle" style="fill:var(--paper)">{number}</text>')


def whole(height, title, told, parts):
    """The SVG: its title and its text are for screen readers."""
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
            f'height="{height}" role="img">\n<title>{escape(title)}</title>\n<desc>{escape(told)}</desc>\n'
            f'<style>\n{STYLE}</style>\n' + "\n".join([band(0, 0, WIDTH, height, "paper")] + parts) + "\n</svg>\n")
