"""The reader's language, words in both, and text folded to a terminal's width."""

import collections
import os
import re
import sys

WIDE = "\u2e80"  # from this character on, a character takes two columns
# What no line breaks apart: a word and the blank behind it, or a full-width character; with what no
# line ends with before it, and what no line begins with behind it (kinsoku).
PIECE = re.compile(r"[「（『]*(?:[^\0-\u2e7f]|[\0-\x1f!-\u2e7f]* ?)"
                   r"[、。，．）」』】！？ー・:;,.)}\]]*")


def language(environment=os.environ):
    """"ja" or "en": WORKSHOP_LANG decides, else LANG. LC_ALL does not: strace needs that."""
    wanted = environment.get("WORKSHOP_LANG") or environment.get("LANG") or ""
    return "ja" if wanted.lower().startswith("ja") else "en"


Words = collections.namedtuple("Words", "en ja")


class Said:
    """Words with their facts, to be put together in one language; facts may be Said themselves."""

    def __init__(self, words, /, **facts):
        self.words, self.facts = words, facts

    def text(self, language):
        filled = {name: in_language(fact, language) for name, fact in self.facts.items()}
        return getattr(self.words, language).format(**filled)


def in_language(piece, language):
    """A piece as text: what is Said, or bare Words, in the language; anything else as it is."""
    if isinstance(piece, Words):
        piece = Said(piece)
    return piece.text(language) if isinstance(piece, Said) else piece


def printable(line):
    """The line with nothing in it that a terminal would obey, and not too long."""
    line = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)
    return line if len(line) <= 200 else line[:200] + "..."


def width(text):
    """How many columns of a terminal the text takes."""
    return len(text) + sum(c >= WIDE for c in text)


def pad(text, columns):
    """The text, with blanks up to that width."""
    return text + " " * (columns - width(text))


def fold(text, columns):
    """The text as lines of at most that many columns, where its pieces allow."""
    lines = [""]
    for piece in PIECE.findall(text):
        if lines[-1] and width(lines[-1] + piece.rstrip()) > columns:
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]


class Paper:
    """Where something is printed: the language, the width, colours or none."""

    def __init__(self, language, out=None):
        self.language, self.out = language, out or sys.stdout
        terminal = self.out.isatty()
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        self.colour = terminal and not plain
        self.columns = terminal and (os.get_terminal_size(self.out.fileno()).columns or 80)

    def text(self, piece):
        """A piece in the reader's language."""
        return in_language(piece, self.language)

    def paint(self, code, text):
        return f"\033[{code}m{text}\033[0m" if self.colour and code else text

    def print(self, piece, head="", colour=""):
        """Prints a piece behind a head, folded to the terminal where there is one."""
        room, margin = max(self.columns - width(head), 30), self.paint(colour, head)
        for line in self.text(piece).split("\n"):
            for part in fold(line, room) if self.columns else [line]:
                self.out.write(margin + part + "\n")
                margin = " " * width(head)
