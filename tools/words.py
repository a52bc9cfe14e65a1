"""The reader's language, and text folded to a terminal's width."""

import os
import unicodedata

NEVER_FIRST = "、。，．）」』】！？ー・:;,.)]}"  # what no line begins with (kinsoku)


def language(environment=os.environ):
    """"ja" or "en": WORKSHOP_LANG decides, else LANG. Not LC_ALL: the lessons set that for strace's sake."""
    wanted = environment.get("WORKSHOP_LANG") or environment.get("LANG") or ""
    return "ja" if wanted.lower().startswith("ja") else "en"


def width(text):
    """How many columns of a terminal the text takes: full-width characters take two, combining ones none."""
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
