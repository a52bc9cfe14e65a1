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
    for what, count in spent(page).items():
        if count > BUDGET[what]:
            yield 1, f"{count} {what}, {BUDGET[what]} at most"


def about_telling(page, pages):
    """Does anything above the prediction, or the link from the lesson before, say what it asks for?"""
    if page.step[:6] not in tables.TELLING:
        yield 1, f"TELLING in tables.py does not know {page.step}"
        return
    telling = re.compile("|".join(tables.TELLING[page.step[:6]]), re.IGNORECASE)
    above = page.text.partition(f"\n## {tables.SECTIONS[page.language][0]}\n")[0]
    for number, line in enumerate(above.split("\n"), 1):
        if found := telling.search(line):
            yield number, f"above the prediction, and it tells: {found[0]}"
    for other in pages.values():
        if other.step and other.language == page.language and other.path < page.path:
            for number, line in enumerate(other.text.split("\n"), 1):
                if f"](../{page.path})" in line and (found := telling.search(line)):
                    yield 1, f"{other.path}:{number} tells what this asks for: {found[0]}"


def spent(page):
    """What the page has of what is limited: {what: how many}."""
    prose = "\n".join(line for section in page.sections for line in section.prose)
    found, place = {"commands in the room": 0}, "room"
    for section in page.sections:
        place = section.place.kind if section.place else place
        if place == "room":
            found["commands in the room"] += sum(len(commands(block)) for block in section.blocks if not block.folded)
    if page.language == "ja":
        return {**found, "Japanese characters": len(re.sub(r"[\x00-\x7f]", "", prose))}
    return {**found, "words of prose": len(prose.split()), "words": len(page.text.split())}


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
