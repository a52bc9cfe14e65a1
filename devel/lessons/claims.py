"""Claims: where a page says something that is not so. Each function yields (line, complaint)."""

import errno
import functools
import os
import re
import shlex
import subprocess

import tables
from generated import expected
from page import anchor
from truth import comments


def about_page(page, pages, truth):
    yield from about_links(page, pages, truth)
    if page.foreign:
        return
    yield from page.odd
    yield from about_blocks(page, pages, truth)
    yield from about_spans(page, truth)
    if re.fullmatch(r"README(\.ja)?\.md", page.path):
        yield from about_steps(page, truth)
    if page.path.startswith("docs/errors"):
        yield from about_errors(page)


def about_blocks(page, pages, truth):
    for block in page.blocks():
        if block.spec is None:
            yield block.line, "a block without a comment before it that says where it comes from"
        elif block.spec == "commands":
            yield from ((block.line, text) for text in about_script(block.text, truth))
        elif block.kind == "gap":
            yield from about_gap(block, page, truth)
        else:
            try:
                real = expected(block, page, pages, truth)
            except KeyError as error:
                yield block.line, error.args[0]
                continue
            if real is not None and block.text != real:
                yield block.line, difference(block, real)
        if page.language == "ja" and block.language in ("c", "diff"):
            for comment in comments(block.text):
                if comment in tables.COMMENTS or comment not in tables.COMMENTS.values():
                    yield block.line, f"a comment that tables.py has no Japanese for: {comment}"


def difference(block, expected_text):
    shown, real = block.text.split("\n"), expected_text.split("\n")
    for number, line in enumerate(shown):
        if number >= len(real) or line != real[number]:
            there = real[number] if number < len(real) else "(nothing)"
            return f"not as in '{block.spec}':\n  page: {line}\n  real: {there}"
    return f"'{block.spec}' goes on: {real[len(shown) - 1]}"


def about_gap(block, page, truth):
    """The step's new lines, with ____ where the reader has to think."""
    try:
        real = truth.block(block.spec, block.language, page.language)
    except KeyError as error:
        yield block.line, error.args[0]
        return
    if "____" not in block.text:
        yield block.line, "a gap without ____"
    parts = [re.escape(part.strip("\n")) for part in re.split(r"^ *\.\.\.\n", block.text, flags=re.MULTILINE)]
    if not re.search(r"(?s)" + ".*".join(part.replace("____", "[^\n]+?") for part in parts), real):
        yield block.line, f"'{block.spec}' is not what the step adds, gaps aside:\n{real}"


# --- commands, words in code type, links ----------------------------------------------------------


@functools.lru_cache(None)
def about_script(text, truth):
    """What is wrong with commands for bash."""
    if subprocess.run(["bash", "-n", "-c", text], stderr=subprocess.DEVNULL, check=False).returncode != 0:
        return [f"bash does not understand: {text}"]
    found, command = [], []
    for word in [*shlex.split(re.sub(r"[;\n]", " ;\n", text), comments=True), ";"]:
        if word in ("&&", "|", ";", "&"):
            found += about_command(command, truth)
            command = []
        else:
            command.append(word)
    return found


def about_command(words, truth):
    while words and re.match(r"[A-Z_]+=|do$|then$|time$", words[0]):
        words = words[1:]
    words = [word for word in words if not re.match(r"\d?[<>]", word)]
    for word in words[1:] if words[:1] == ["make"] else []:
        name, is_variable, value = word.partition("=")
        if not is_variable and word not in truth.targets:
            yield f"no target {word}"
        if name in ("MISTAKE", "NAME") and value and not value.isdigit() and not truth.contains(f'"{value}"'):
            yield f"make {words[1]} knows no {value}"
    for before, word in zip(["", *words], words):
        if before != "-o" and "/" in word and not re.search(r"^[-/]|[$* =]|://", word) and not truth.exists(word):
            yield f"no file {word}"


def about_spans(page, truth):
    for section in page.sections:
        for line, span in section.spans:
            if re.match(r"(make|bats|python3|ruby|cc|tools/\w+|clients/client|cp) ", span):
                yield from ((line, text) for text in about_script(span, truth))
            elif not truth.contains(span) and (span.startswith("/") or not truth.exists(span)):
                yield line, f"`{span}` is nowhere in the project, nor in what an experiment showed"


def about_links(page, pages, truth):
    for section in page.sections:
        for line, target in section.links:
            if re.match(r"https?:", target):
                continue
            path, _, part = target.partition("#")
            other = os.path.normpath(os.path.join(os.path.dirname(page.path), path)) if path else page.path
            if other not in pages and not (truth.root / other).exists():
                yield line, f"the link {target} leads nowhere"
            elif part and other in pages and part not in [anchor(s.title) for s in pages[other].sections]:
                yield line, f"{other} has no section #{part}"
            elif page.language == "ja" and other in pages and pages[other].language != "ja" and other != page.twin:
                yield line, f"the link {target} leaves the Japanese pages"
            elif page.language == "ja" and re.search(r"(?<!\.ja)\.svg$", other):
                if (truth.root / f"{other[:-4]}.ja.svg").exists():
                    yield line, f"there is a Japanese picture in place of {target}"


# --- two pages with a table or an order of their own ----------------------------------------------


def about_steps(page, truth):
    """README's table of steps: is each row what the step's promise and transcript say, and tells no more?"""
    for step in (step for step, folder in truth.folders.items() if folder == step):
        found = re.search(rf"^\| \[{step}\].*\| *$", page.text, re.MULTILINE)
        if not found:
            yield 1, f"the table of steps lacks {step}"
            continue
        line = page.text[: found.start()].count("\n") + 1
        call, *others = re.findall(r"`(\w+)`", found[0])
        added = re.search(r'^calls_added="?([^"\n]*)', truth.read(f"{step}/promise"), re.MULTILINE)[1]
        if call not in added.split() or not step.endswith(f"-{call}"):
            yield line, f"the new call of {step} is not {call}"
        waits = re.findall(r"^(\w+)\(", truth.read(f"{step}/server.strace"), re.MULTILINE)[-1]
        if others and others != [waits]:
            yield line, f"{step} waits in {waits}, not in {others[0]}"
    telling = re.compile("|".join(word for words in tables.TELLING.values() for word in words))
    for number, line in enumerate(page.text.split("\n"), 1):
        if line.startswith("|") and (found := telling.search(line)):
            yield number, f"a table tells what a lesson asks for: {found[0]}"


def about_errors(page):
    """The glossary: is each error's text its own, and shown by the example below it?"""
    for section in page.sections:
        name, _, text = section.title.partition(": ")
        if section.level != 2 or not re.fullmatch(r"E[A-Z]+", name):
            continue
        if text != os.strerror(getattr(errno, name, 0)):
            yield section.line, f"{name} is not '{text}'"
        if not any(text in block.text for block in section.blocks):
            yield section.line, f"no example shows '{text}'"
