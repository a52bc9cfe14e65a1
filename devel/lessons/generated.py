"""What is written on the pages by a program: the blocks that have a source, the minutes, the bytes of the address."""

import math
import re

import tables
from page import Page
from truth import japanese

SAID = {
    "en": {
        "room": "*In the room: {0} min*",
        "home": "*At home: {0} min*",
        "minutes": "*{0} minutes in the room, {1} more at home*",
        "head": "| lesson | in the room | at home |",
        "opening": "| welcome, `make demo` | {0} | |",
        "sum": "| minutes | {0} | {1} |",
        "bytes": "| bytes | field | in memory | without `htons` | what it says |",
        "fields": ["`AF_INET` is {0}; this machine puts the least significant byte first",
                   "{0} × 256 + {1} = {2}: most significant byte first", "{0}: every address", "nothing, padding"],
    },
    "ja": {
        "room": "*会場で {0} 分*",
        "home": "*自宅で {0} 分*",
        "minutes": "*会場で {0} 分、自宅で {1} 分*",
        "head": "| レッスン | 会場で | 自宅で |",
        "opening": "| はじめに、`make demo` | {0} | |",
        "sum": "| 合計（分） | {0} | {1} |",
        "bytes": "| バイト | フィールド | メモリーの内容 | `htons` なし | 意味 |",
        "fields": ["`AF_INET` は {0}。このマシンでは最下位バイトが先頭", "{0} × 256 + {1} = {2}。最上位バイトが先頭",
                   "{0}、つまりすべてのアドレス", "意味はない。長さをそろえる詰め物"],
    },
}  # fmt: skip
BYTES = ("bytes02", "swapped02")  # the experiments that show the address, with htons and without
FIELDS = [("0, 1", "sin_family", 0, 2), ("2, 3", "sin_port", 2, 4), ("4–7", "sin_addr", 4, 8), ("8–15", "sin_zero", 8, 16)]


def expected(block, page, pages, truth):
    """What the block is to hold; None where it is the author's, or cannot be said here. KeyError: no such thing."""
    if block.kind in ("", "commands", "gap"):
        return twins_gap(block, page, pages) if block.kind == "gap" and page.language == "ja" else None
    if block.language is not None:
        return truth.block(block.spec, block.language, page.language)
    if block.spec == "table: sockaddr":
        return address_table([truth.block(f"screen: {name} 1", None, "en") for name in BYTES], SAID[page.language])
    if block.spec == "minutes":
        return total_minutes(page, pages, truth)
    if block.kind in ("room", "home") and page.step:
        at = [each for each in page.blocks() if each.kind in ("room", "home")].index(block)
        minutes = places(pages.get(page.english, page), truth)[1:]
        return SAID[page.language][block.kind].format(minutes[at][1] if at < len(minutes) else "?") + "\n"
    raise KeyError(f"no such thing to write: {block.spec}")


def twins_gap(block, page, pages):
    """What the author has typed on the English page, with Japanese comments."""
    at = [each for each in page.blocks() if each.kind == "gap"].index(block)
    there = [each for each in pages.get(page.english, page).blocks() if each.kind == "gap"]
    return japanese(there[at].text) if at < len(there) else None


def rewritten(page, pages, truth):
    """The page's text, with all that has a source filled from it."""
    lines, result, position = page.text.split("\n"), [], 0
    for block in page.blocks():
        try:
            new = expected(block, page, pages, truth)
        except KeyError:
            new = None  # the check says why
        result += lines[position : block.line]
        result += block.lines if new is None else new.splitlines()
        position = block.line + len(block.lines)
    return Page(page.path, "\n".join(result + lines[position:]))


# --- minutes --------------------------------------------------------------------------------------


def places(page, truth):
    """[(room or home, minutes)]: first the lesson's beginning, then each part that has its place on the page."""
    parts = [("room", [], 0)]
    for section in page.sections:
        if section.place:
            kind, _, more = section.place.spec.partition(" +")
            parts.append((kind, [], int(more or 0)))
        parts[-1][1].append(section)
    return [(kind, more + max(1, round(minutes(sections, truth)))) for kind, sections, more in parts]


def minutes(sections, truth):
    """How long a reader needs for these: the formula of the instructor's page."""
    words = sum(len(re.findall(r"[\w'’-]+", re.sub(r"\]\([^)]*\)", "", line)))
                for section in sections for line in section.prose + section.table)  # fmt: skip
    blocks = [block for section in sections for block in section.blocks if not block.folded]
    shown = {block.spec.split()[1] for block in blocks if block.kind in ("screen", "typed", "edit")}
    waits = sum(math.ceil(truth.screens.get(name, {}).get("seconds", 1) / 30) for name in shown)
    typed = sum(len(commands(block)) for block in blocks)
    code = sum(len(code_to_type(block)) for block in blocks)
    return words / 200 + typed / 3 + code / 5 + waits / 2


def commands(block):
    """The commands that the reader types."""
    if block.kind in ("typed", "commands"):
        return [line for line in block.lines if line.strip()]
    return [line for line in block.lines if line.startswith("$ ")] if block.kind == "screen" else []


def code_to_type(block):
    """The lines of C that the reader types."""
    if block.kind == "edit":
        return [line for line in block.lines if line.startswith("+")]
    return [line for line in block.lines if line.strip(" .")] if block.kind in ("gap", "new") else []


def totals(page, truth):
    """Minutes in the room and at home."""
    found = places(page, truth)
    return tuple(sum(minutes for kind, minutes in found if kind == place) for place in ("room", "home"))


def total_minutes(page, pages, truth):
    said = SAID[page.language]
    if page.step:
        return said["minutes"].format(*totals(pages.get(page.english, page), truth)) + "\n"
    rows, whole = [said["head"], "| --- | --- | --- |", said["opening"].format(tables.OPENING)], [tables.OPENING, 0]
    for lesson in sorted((each for each in pages.values() if each.of_the_course and each.language == "en"), key=lambda p: p.path):
        room, home = totals(lesson, truth)
        link = lesson.path if page.language == "en" else lesson.twin
        rows.append(f"| [{lesson.step[:6]}](../{link}) | {room} | {home} |")
        whole = [whole[0] + room, whole[1] + home]
    return "\n".join([*rows, said["sum"].format(*whole)]) + "\n"


# --- the address ----------------------------------------------------------------------------------


def address_table(shown, said):
    """The 16 bytes that bind was given, with htons and without."""
    plain, swapped = (bytes.fromhex(re.search(r"^( [0-9a-f]{2}){16}$", screen, re.MULTILINE)[0]) for screen in shown)
    values = [(plain[0] + 256 * plain[1],), (plain[2], plain[3], 256 * plain[2] + plain[3]),
              (".".join(map(str, plain[4:8])),), ()]  # fmt: skip
    rows = [said["bytes"], "| --- | --- | --- | --- | --- |"]
    for (where, name, start, end), text, value in zip(FIELDS, said["fields"], values):
        both = " | ".join(f"`{each[start:end].hex(' ')}`" for each in (plain, swapped))
        rows.append(f"| {where} | `{name}` | {both} | {text.format(*value)} |")
    return "\n".join(rows) + "\n"
