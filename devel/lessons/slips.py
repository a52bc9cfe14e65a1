"""Slips: what may go wrong on a page, made on copies of the pages, to see that each is noticed."""

import re

import tables
from page import Page

FENCE = r"```\w+\n(?:(?!```).*\n)*?(?:(?!```).*)"  # from a block's beginning to somewhere in it


def wrong(text):
    """The text with its middle character another one."""
    at = len(text) // 2
    while text[at] == " ":
        at -= 1
    return text[:at] + ("1" if text[at] != "1" else "2") + text[at + 1 :]


# What goes wrong: on which pages, where (the group "this", or all that matches), and what comes in its place.
SLIPS = [
    ("a digit of a transcript", r"step", rf"<!-- from: \S+\.strace.*-->\n{FENCE}(?P<this>\d+)", wrong),
    ("a character of code", r"step", r"<!-- (?:new|gap)[^\n]*\n```c\n(?:[^`\n]*\n)*?(?P<this>[^`\n]*\w;)", wrong),
    ("a character of an edit", r"step", r"<!-- edit[^\n]*\n```diff\n(?P<this>[-+].+)", wrong),
    ("a line of a screen", r"step|docs", r"<!-- screen[^\n]*\n```\w+\n(?P<this>.+)", wrong),
    ("a command changed", r"", r"<!-- (?:typed|commands).*\n```sh\n(?P<this>(?:make|clients/|python3 ).*)", wrong),
    ("a claimed message", r"step|README|docs/[di]", r"`(?P<this>[a-z]+: [A-Z][^`\n]+)`", wrong),
    ("a byte of the address", r"step02", r"\| `(?P<this>1f 41)` \|", wrong),
    ("a number of minutes", r"step|docs/instructor", r"<!-- (?:room|home|minutes)[^\n]*\n[^\d]*(?P<this>\d+)", wrong),
    ("a section gone", r"", r"\n#{2,3} .*\n(?:(?!#).*\n)+", lambda _: "\n"),
    ("a row of a table gone", r"", r"\n\| .*(?=\n\| )", lambda _: ""),
    ("a link to nowhere", r"", r"\]\((?P<this>[\w./-]+\.md)", wrong),
    ("a folded answer unfolded", r"", r"</?details>", lambda _: ""),
    ("a thousand words more", r"step\S*README.md", r"\n\n(?=[A-Z])", lambda _: "\n\n" + "word " * 1000),
    ("a thousand characters more", r"step\S*ja.md", r"\n\n(?=[ぁ-龠])", lambda _: "\n\n" + "字" * 2500),
]


def places(pages, where, pattern):
    """[(path, match)], three at most, as far apart as can be."""
    found = [(path, match) for path, page in pages.items() if re.match(where, path) and not page.foreign
             for match in re.finditer(pattern, page.text)]  # fmt: skip
    return [found[at] for at in sorted({0, len(found) // 2, len(found) - 1})] if found else []


def with_slip(text, match, change):
    start, end = match.span("this" if "this" in match.re.groupindex else 0)
    return text[:start] + change(text[start:end]) + text[end:]


def telling(pages):
    """(what, path, text): the answer of each lesson, said above its prediction."""
    for path, page in pages.items():
        if page.step:
            literal = {word: re.sub(r"\\[bs]|[\\?*]", "", word) for word in tables.TELLING.get(page.step[:6], [])}
            found = [text for word, text in literal.items() if re.search(word, text)]
            heading = f"\n## {tables.SECTIONS[page.language][0]}\n"
            for word in found[-1:] if page.language == "ja" else found[:1]:
                yield "the answer above the prediction", path, page.text.replace(heading, f"\n{word}\n{heading}")


def made(pages):
    """(what, path, text) of every slip; without a path, where there is nothing that could go wrong so."""
    yield from telling(pages)
    for what, where, pattern, change in SLIPS:
        for path, match in places(pages, where, pattern) or [(None, None)]:
            yield what, path, match and with_slip(pages[path].text, match, change)


def not_noticed(pages, truth, complaints):
    before = {}  # what is said of the pages as they are
    for what, path, text in made(pages):
        if path is None:
            yield f"nowhere on the pages: {what}"
            continue
        english = pages[path].english
        pair = {path, english, pages[english].twin}
        if english not in before:
            before[english] = set(complaints(pages, truth, pair))
        if not set(complaints({**pages, path: Page(path, text)}, truth, pair)) - before[english]:
            yield f"{path}: {what}: not noticed"
