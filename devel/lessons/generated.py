"""What a program writes on the pages: what each block is to hold, and the table of the address's bytes."""

import re

import minutes
from page import Page
from truth import japanese

SAID = {
    "en": ["| bytes | field | in memory | without `htons` | what it says |",
           "`AF_INET` is {}; this machine puts the least significant byte first",
           "{} × 256 + {} = {}: most significant byte first", "{}: every address", "padding"],
    "ja": ["| バイト | フィールド | メモリーの内容 | `htons` なし | 意味 |",
           "`AF_INET` は {}。このマシンでは最下位バイトが先頭",
           "{} × 256 + {} = {}。最上位バイトが先頭", "{}、つまりすべてのアドレス", "意味はない。長さをそろえる詰め物"],
}  # fmt: skip
BYTES = ("bytes02", "swapped02")  # the experiments that show the address, with htons and without
FIELDS = [("0, 1", "sin_family", 0, 2), ("2, 3", "sin_port", 2, 4), ("4–7", "sin_addr", 4, 8),
          ("8–15", "sin_zero", 8, 16)]  # fmt: skip


def expected(block, page, pages, truth):
    """What the block is to hold; None where it is the author's, or cannot be said here. KeyError: no such thing."""
    if block.kind in ("", "commands", "gap"):
        return twins_gap(block, page, pages) if block.kind == "gap" and page.language == "ja" else None
    if block.language is not None:
        return truth.block(block.spec, block.language, page.language)
    if block.spec == "table: sockaddr":
        return address_table([truth.block(f"screen: {name} 1", None, "en") for name in BYTES], SAID[page.language])
    english = pages.get(page.english, page)
    if block.spec == "minutes":
        return minutes.of_page(page, english, pages, truth)
    if block.kind in ("room", "home") and page.step:
        return minutes.of_part(block, page, english, truth)
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


def address_table(shown, said):
    """The 16 bytes that bind was given, with htons and without."""
    plain, swapped = (bytes.fromhex(re.search(r"^( [0-9a-f]{2}){16}$", screen, re.MULTILINE)[0]) for screen in shown)
    values = [(plain[0] + 256 * plain[1],), (plain[2], plain[3], 256 * plain[2] + plain[3]),
              (".".join(map(str, plain[4:8])),), ()]  # fmt: skip
    rows = [said[0], "| --- | --- | --- | --- | --- |"]
    for (where, name, start, end), text, value in zip(FIELDS, said[1:], values):
        both = " | ".join(f"`{each[start:end].hex(' ')}`" for each in (plain, swapped))
        rows.append(f"| {where} | `{name}` | {both} | {text.format(*value)} |")
    return "\n".join(rows) + "\n"
