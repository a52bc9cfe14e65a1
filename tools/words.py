"""The reader's language, words in both, and text folded to a terminal's width."""

import collections
import os
import sys
import unicodedata

NEVER_FIRST = "、。，．）」』】！？ー・:;,.)]}"  # what no line begins with (kinsoku)


def language(environment=os.environ):
    """"ja" or "en": WORKSHOP_LANG decides, else LANG. Not LC_ALL: the lessons set that for strace's sake."""
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
    """A piece as text: what is Said, or bare Words, in the language; anything else (strace's lines) as it is."""
    if isinstance(piece, Words):
        piece = Said(piece)
    return piece.text(language) if isinstance(piece, Said) else piece


def printable(line):
    """The line with nothing in it that a terminal would obey, and not too long."""
    line = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)
    return line if len(line) <= 200 else line[:200] + "..."


def width(text):
    """How many columns of a terminal the text takes: full-width characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def pad(text, columns):
    """The text, with blanks up to that width."""
    return text + " " * (columns - width(text))


def pieces(text):
    """The text in parts between which a line may be broken: at blanks, and around full-width characters."""
    part = ""
    for i, c in enumerate(text):
        wide = unicodedata.east_asian_width(c) in "WF"
        before = text[i - 1 : i]
        joint = c in NEVER_FIRST or before in ("", "「", "（", "『") or c == " "
        if part and not joint and (before == " " or wide or unicodedata.east_asian_width(before) in "WF"):
            yield part
            part = ""
        part += c
    if part:
        yield part


def fold(text, columns):
    """The text as lines of at most that many columns, where its parts allow."""
    lines = [""]
    for part in pieces(text):
        if lines[-1] and width(lines[-1] + part.rstrip()) > columns:
            lines.append("")
        lines[-1] += part
    return [line.rstrip() for line in lines]


class Paper:
    """Where something is printed: the language, the width, colours or none."""

    def __init__(self, language, out=None):
        self.language, self.out = language, out or sys.stdout
        self.colour = self.out.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        self.columns = os.get_terminal_size(self.out.fileno()).columns or 80 if self.out.isatty() else 0

    def text(self, piece):
        """A piece in the reader's language."""
        return in_language(piece, self.language)

    def paint(self, code, text):
        return f"\033[{code}m{text}\033[0m" if self.colour and code else text

    def print(self, piece, head="", colour=""):
        """Prints a piece behind a head, folded to the terminal where there is one."""
        room = max(self.columns - width(head), 30)
        for i, line in enumerate(self.text(piece).split("\n")):
            for j, part in enumerate(fold(line, room) if self.columns else [line]):
                self.out.write((" " * width(head) if i or j else self.paint(colour, head)) + part + "\n")
