"""What a lesson must be, and what its twin in the other language must share with it. Each yields (line, complaint)."""

import re

import tables
from minutes import commands
from truth import japanese

BUDGET = {"words of prose": 800, "words": 1300, "Japanese characters": 2200, "commands in the room": 8}


def about_lesson(page, pages, truth):
    top = [section for section in page.sections if section.level == 2]
    titles, wanted = [section.title for section in top], tables.SECTIONS[page.language]
    if titles != wanted:
        yield 1, f"a lesson has the sections {', '.join(wanted)}; this one: {', '.join(titles)}"
    for section in top:
        if section.place is None:
            yield section.line, "neither <!-- room --> nor <!-- home -->"
    if not any(block.spec == "minutes" for block in page.blocks()):
        yield 1, "no <!-- minutes -->"
    yield from about_telling(page, pages)
    for what, limit in BUDGET.items():
        spent = cost(page, what)
        if spent > limit:
            yield 1, f"{spent} {what}, {limit} at most"


def about_telling(page, pages):
    """Does anything above the prediction, or the link from the lesson before, say what it asks for?"""
    early, telling = [], tables.TELLING.get(page.step[:6])
    if telling is None:
        yield 1, f"TELLING in tables.py does not know {page.step}"
    for number, line in enumerate(page.text.split("\n"), 1):
        if line == f"## {tables.SECTIONS[page.language][0]}":
            break
        early.append((number, line))
    for word in telling or []:
        for number, line in early:
            if re.search(word, line, re.IGNORECASE):
                yield number, f"above the prediction, and it tells: {word}"
    for other in pages.values():
        if other.step and other.language == page.language:
            for number, line in enumerate(other.text.split("\n"), 1):
                if f"](../{page.path})" in line and other.path < page.path:
                    for word in telling or []:
                        if re.search(word, line, re.IGNORECASE):
                            yield 1, f"{other.path}:{number} tells what this asks for: {word}"


def cost(page, what):
    prose = [line for section in page.sections for line in section.prose]
    if what == "words of prose":
        return len(" ".join(prose).split()) if page.language == "en" else 0
    if what == "words":
        return len(page.text.split()) if page.language == "en" else 0
    if what == "Japanese characters":
        return sum(ord(letter) > 127 for line in prose for letter in line) if page.language == "ja" else 0
    count, place = 0, "room"
    for section in page.sections:
        place = section.place.kind if section.place else place
        if place == "room":
            count += sum(len(commands(block)) for block in section.blocks if not block.folded)
    return count


def about_twins(english, other):
    ours, theirs = english.sections, other.sections
    if [s.level for s in ours] != [s.level for s in theirs]:
        yield 1, f"not the sections of {english.path}: {len(theirs) - 1} for {len(ours) - 1}, or of other levels"
        return
    for one, two in zip(ours, theirs):
        where = f"'{two.title}' and '{one.title}' of {english.path}"
        if [likeness(block, True) for block in one.blocks] != [likeness(block) for block in two.blocks]:
            yield two.line, f"{where} have not the same blocks"
        spans = {span for _, span in one.spans} ^ {span for _, span in two.spans}
        if spans:
            yield two.line, f"{where} have not the same words in code type: {', '.join(sorted(spans))}"
        links = [sorted(re.sub(r"\.ja\.(md|svg)", r".\1", t.partition("#")[0]) for _, t in s.links) for s in (one, two)]
        if links[0] != links[1] and one.level > 1:
            yield two.line, f"{where} have not the same links"
        if (len(one.table), one.details) != (len(two.table), two.details):
            yield two.line, f"{where} have not as many table rows or folded answers"


def likeness(block, to_japanese=False):
    """What a block must share with its twin. What has a source is held against that."""
    if block.kind not in ("commands", "gap", ""):
        return block.spec, block.language, block.folded
    return block.spec, block.language, japanese(block.text) if to_japanese and block.kind == "gap" else block.text
