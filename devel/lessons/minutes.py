"""Minutes: how long each part of a lesson takes, in the room and at home, by the formula that the instructor's page
tells; and the lines that say so."""

import functools
import math
import re

import tables

SAID = {
    "en": {
        "room": "*In the room: {} min*",
        "home": "*At home: {} min*",
        "both": "*{} minutes in the room, {} more at home*",
        "beyond": "*{} minutes, for an evening after the workshop*",
        "head": "| lesson | in the room | at home |",
        "opening": "| welcome, `make demo` | {} | |",
        "sum": "| minutes | {} | {} |",
    },
    "ja": {
        "room": "*会場で {} 分*",
        "home": "*自宅で {} 分*",
        "both": "*会場で {} 分、自宅で {} 分*",
        "beyond": "*{} 分（ワークショップのあとで）*",
        "head": "| レッスン | 会場で | 自宅で |",
        "opening": "| はじめに、`make demo` | {} | |",
        "sum": "| 合計（分） | {} | {} |",
    },
}


@functools.lru_cache(None)
def places(page, truth):
    """[(room or home, minutes)]: first the lesson's beginning, then each part that has its place on the page."""
    parts = [("room", [], 0)]
    for section in page.sections:
        if section.place:
            kind, _, more = section.place.spec.partition(" +")
            parts.append((kind, [], int(more or 0)))
        parts[-1][1].append(section)
    return [(kind, more + max(1, round(needed(sections, truth)))) for kind, sections, more in parts]


def needed(sections, truth):
    """How long a reader needs for these: the formula of the instructor's page."""
    words = sum(words_of(line) for section in sections for line in section.prose + section.table)
    blocks = [block for section in sections for block in section.blocks if not block.folded]
    shown = {block.spec.split()[1] for block in blocks if block.kind in ("screen", "typed", "edit")}
    waits = sum(math.ceil(truth.screens.get(name, {}).get("seconds", 1) / 30) for name in shown)
    typed = sum(len(commands(block)) for block in blocks)
    code = sum(len(code_to_type(block)) for block in blocks)
    return words / 200 + typed / 3 + code / 5 + waits / 2


@functools.lru_cache(None)
def words_of(line):
    """How many words are to be read there."""
    return len(re.findall(r"[\w'’-]+", re.sub(r"\]\([^)]*\)", "", line)))


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


def of_part(block, page, english, truth):
    """What the page says of the part that the block begins."""
    at = [each for each in page.blocks() if each.kind in ("room", "home")].index(block)
    found = places(english, truth)[1:]
    return SAID[page.language][block.kind].format(found[at][1] if at < len(found) else "?") + "\n"


def of_page(page, english, pages, truth):
    """What a lesson says of itself; or the instructor's page of all of them."""
    said = SAID[page.language]
    if page.path.startswith("beyond/"):
        return said["beyond"].format(sum(totals(english, truth))) + "\n"
    if page.step:
        return said["both"].format(*totals(english, truth)) + "\n"
    rows, whole = [said["head"], "| --- | --- | --- |", said["opening"].format(tables.OPENING)], [tables.OPENING, 0]
    for lesson in sorted(of_the_course(pages), key=lambda lesson: lesson.path):
        room, home = totals(lesson, truth)
        link = lesson.path if page.language == "en" else lesson.twin
        rows.append(f"| [{lesson.step[:6]}](../{link}) | {room} | {home} |")
        whole = [whole[0] + room, whole[1] + home]
    return "\n".join([*rows, said["sum"].format(*whole)]) + "\n"


def of_the_course(pages):
    """The lessons of the 90 minutes, in English, whose words count for both languages."""
    return [page for page in pages.values() if page.path.startswith("step") and page.language == "en"]


def about_room(pages, truth):
    """Do the lessons' parts for the room fit into it?"""
    spent = tables.OPENING + sum(totals(page, truth)[0] for page in of_the_course(pages))
    if spent > tables.ROOM:
        yield f"the lessons take {spent} minutes in the room, {tables.ROOM} at most"
