"""Pages: what a Markdown page says, and where it says something that is not so.

Every block of code on a page has a comment before it that says where it comes from:

    <!-- from: FILE -->          the file
    <!-- run: COMMAND -->        what the command prints
    <!-- screen: NAME 2 -->      what terminal 2 shows after the experiment NAME (experiments.py)
    <!-- typed: NAME 2 -->       the commands typed there
    <!-- commands -->            commands to type; each program, target and file in them exists
    <!-- figure -->              a drawing; the same in both languages

After any of the first four, "grep TEXT" keeps only the lines that contain TEXT.
"""

import errno
import functools
import os
import re
import shlex
import subprocess
from pathlib import Path

SECTIONS = {
    "en": [
        "Predict",
        "Words",
        "The new lines",
        "Watch",
        "A picture",
        "Break it",
        "What every client sees now",
        "Check, and go on",
    ],
    "ja": [
        "予想する",
        "用語",
        "新しい行",
        "観察する",
        "図で見る",
        "壊してみる",
        "クライアントから見えるもの",
        "確認して、次へ",
    ],
}

# What pages set in code type although no program, transcript or screen here contains it.
WORDS = """
    /proc/sys/net/core/somaxconn
    cat /proc/sys/kernel/yama/ptrace_scope
    HOST PORT COUNT INTERVAL
    execve
    epoll
    strace -f -e trace=listen,accept4,recvfrom,sendto python3 -m http.server 8001
    http://localhost:8001/
    accept4
    sendto
    recvfrom
    exec 5>&-
    No rule to make target
    man -L ja 2 bind
    clients/client 127.0.0.1 8001 2
    servers
    man 3 errno
    /proc/PID/fd
    ss -ltnp 'sport = :8001'
    sudo strace ./a.out
    git diff
    export LC_ALL=C.UTF-8 LANGUAGE=
    -e inject=write:error=EPIPE:when=2
    shutdown(fd, SHUT_WR)
"""

# A row of the fault matrix: devel/faults/faults.bats holds it against real runs.
MATRIX_ROW = re.compile(r"\| `\w+` \d+ \|")

JAPANESE = "[ぁ-んァ-ヶー一-龠々、。]"


class Block:
    def __init__(self, line, spec, language, lines):
        self.line = line  # its number on the page
        self.spec = spec  # what the comment says, or None
        self.language = language
        self.text = "".join(f"{each}\n" for each in lines)


class Section:
    def __init__(self, level, title, line):
        self.level, self.title, self.line = level, title, line
        self.blocks = []
        self.spans = []  # (line, text): what is set in code type
        self.links = []  # (line, target)
        self.rows = 0  # of tables
        self.details = 0


class Page:
    def __init__(self, path, text):
        self.path, self.text = path, text  # the path is from the root
        self.language = "ja" if path.endswith(".ja.md") else "en"
        self.sections = [Section(0, "", 1)]
        self.odd = []  # (line, text): complaints about its form
        self.parse(text.split("\n"))

    @property
    def twin(self):
        """The path of the same page in the other language."""
        if self.language == "ja":
            return self.path.removesuffix(".ja.md") + ".md"
        return self.path.removesuffix(".md") + ".ja.md"

    @property
    def is_lesson(self):
        return re.match(r"step\d\d-", self.path) is not None

    def blocks(self):
        return [block for section in self.sections for block in section.blocks]

    def parse(self, lines):
        spec, fence, before = None, None, ""
        for number, line in enumerate(lines, 1):
            if fence is not None:
                if line.startswith("```"):
                    self.sections[-1].blocks.append(Block(*fence))
                    fence = None
                else:
                    fence[3].append(line)
            elif line.startswith("```"):
                fence, spec = (number, spec, line[3:], []), None
            elif match := re.fullmatch(r"<!-- (.*) -->", line):
                spec = match[1]
            elif match := re.match(r"(#+) (.*)", line):
                self.sections.append(Section(len(match[1]), match[2], number))
                self.prose(number, match[2])
            else:
                self.form(number, before, line)
                self.prose(number, line)
            before = line
        if fence is not None:
            self.odd.append((fence[0], "a block that does not end"))

    def form(self, number, before, line):
        if line.startswith("    ") and line.strip() and not before.strip():
            self.odd.append((number, "an indented block; use a fence, and a comment before it"))
        if self.language != "ja":
            return
        plain = r"(?!```|[#|<>-]|\d+\.|\s*$)"
        if re.match(plain, before) and re.match(plain, line):
            self.odd.append((number, "a line break within a Japanese paragraph shows as a blank"))
        if re.search(rf"{JAPANESE}\(|\){JAPANESE}", re.sub(r"`[^`]*`|\]\([^)]*\)", "", line)):
            self.odd.append((number, "ASCII brackets beside Japanese; use （）"))

    def prose(self, number, line):
        section = self.sections[-1]
        section.rows += line.startswith("|")
        section.details += line.count("<details>")
        if "`" in line and not MATRIX_ROW.match(line):
            section.spans += [(number, span) for span in re.findall(r"`([^`]+)`", line)]
        if "](" in line:
            section.links += [(number, target) for target in re.findall(r"\]\(([^)\s]+)\)", line)]


def anchor(title):
    """The id that GitHub gives a heading."""
    kept = re.sub(r"[^\w\- ]", "", title.replace("`", "").lower())
    return kept.replace(" ", "-")


class Truth:
    """What the project and its experiments really are. SCREENS: {name: {number: text}}, with the
    commands typed under "typed", or a text that says why the experiment is not possible here."""

    def __init__(self, root, screens):
        self.root = Path(root)
        self.screens = screens
        self.known = {}
        self.corpus = self.everything()
        make = (self.root / "Makefile").read_text(encoding="utf-8")
        self.targets = set(re.findall(r"^([a-z]+):", make, re.MULTILINE))
        self.steps = sorted(p.parent.name for p in self.root.glob("step[0-9][0-9]-*/server.c"))

    def everything(self):
        """The text in which whatever is set in code type must be found."""
        texts = []
        for pattern in (
            "Makefile step*/server.c step*/promise step*/*.strace clients/*.* tools/*"
            " tools/*/* tests/*.bats tests/*.bash devel/*/*.bats devel/*/*.bash devel/*/*.tsv devel/*/* .devcontainer/*"
            " .github/workflows/* .ci/*"
        ).split():
            for path in sorted(self.root.glob(pattern)):
                if path.is_file():
                    texts.append(path.read_text(encoding="utf-8", errors="replace"))
        for name in self.screens:
            texts += [self.lines_of("screen", f"{name} {n}") or "" for n in self.numbers(name)]
        texts += [f"{code} {os.strerror(number)}" for number, code in errno.errorcode.items()]
        texts.append(WORDS)
        return "\n".join(texts)

    def numbers(self, name):
        return [] if "typed" not in self.screens[name] else list(self.screens[name]["typed"])

    def block(self, spec):
        """What the block is to hold; None where that cannot be said here. KeyError: no such thing."""
        if spec not in self.known:
            self.known[spec] = self.new_block(spec)
        return self.known[spec]

    def new_block(self, spec):
        source, _, wanted = spec.partition(" grep ")
        kind, _, argument = source.partition(": ")
        text = self.lines_of(kind, argument)
        if text is not None and wanted:
            text = "".join(line for line in text.splitlines(True) if wanted in line)
        return text

    def lines_of(self, kind, argument):
        if kind == "from":
            path = self.root / argument
            if not path.is_file():
                raise KeyError(f"no file {argument}")
            return path.read_text(encoding="utf-8")
        if kind == "run":
            command = argument.replace("make ", "make --no-print-directory ", 1)
            done = subprocess.run(
                ["bash", "-c", command], cwd=self.root, capture_output=True, text=True, check=False
            )
            return done.stdout
        if kind in ("screen", "typed", "edit"):
            name, _, number = argument.partition(" ")
            if name not in self.screens:
                raise KeyError(f"no experiment {name}")
            if "typed" not in self.screens[name]:
                return None
            if kind == "edit":
                return self.screens[name]["edit"]
            if number not in self.screens[name]["typed"]:
                raise KeyError(f"{name} has no terminal {number}")
            if kind == "screen":
                return self.screens[name]["screen"][number]
            return "".join(f"{each}\n" for each in self.screens[name]["typed"][number])
        raise KeyError(f"no such kind of block: {kind}")

    @functools.cache
    def parses(self, command):
        """Does bash understand the command?"""
        done = subprocess.run(["bash", "-n", "-c", command], capture_output=True, check=False)
        return done.returncode == 0

    @functools.cache
    def contains(self, span):
        """Is the text somewhere in the project, as a whole word?"""
        # A call has a page of its own; each server's header names the others.
        if match := re.fullmatch(r"man ([27]) (\w+)", span):
            page = rf"\b{match[2]}\(" if match[1] == "2" else rf"man 7 [\w, ]*\b{match[2]}\b"
            return re.search(page, self.corpus) is not None
        start = r"(?<!\w)" if re.match(r"\w", span) else ""
        end = r"(?!\w)" if re.search(r"\w$", span) else ""
        words = r"\s+".join(re.escape(word) for word in span.split())
        return re.search(start + words + end, self.corpus) is not None


# --- complaints -----------------------------------------------------------------------------------


def complaints(pages, truth, only=None):
    """What is wrong with the pages {path: Page}, or with ONLY these of them, a line each."""
    return [
        f"{path}:{line}: {text}"
        for path in (only or pages)
        for line, text in about_page(pages[path], pages, truth)
    ]


def about_page(page, pages, truth):
    yield from page.odd
    yield from about_blocks(page, truth)
    yield from about_spans(page, truth)
    yield from about_links(page, pages, truth)
    if page.is_lesson:
        yield from about_shape(page)
    if page.path.startswith("README"):
        yield from about_table(page, truth)
    if page.path.startswith("docs/errors"):
        yield from about_errors(page)
    if page.twin not in pages:
        yield 1, f"there is no {page.twin}"
    elif page.language == "ja":
        yield from about_twins(pages[page.twin], page)


def about_blocks(page, truth):
    for block in page.blocks():
        if block.spec is None:
            yield block.line, "a block without a comment before it that says where it comes from"
        elif block.spec == "figure":
            yield from about_figure(block)
        elif block.spec == "commands":
            yield from about_commands(block, truth)
        else:
            try:
                expected = truth.block(block.spec)
            except KeyError as error:
                yield block.line, error.args[0]
                continue
            if expected is not None and block.text != expected:
                yield block.line, difference(block, expected)


def difference(block, expected):
    shown, real = block.text.split("\n"), expected.split("\n")
    for number, line in enumerate(shown):
        if number >= len(real) or line != real[number]:
            there = real[number] if number < len(real) else "(nothing)"
            return f"not as in '{block.spec}':\n  page: {line}\n  real: {there}"
    return f"'{block.spec}' goes on: {real[len(shown) - 1]}"


def about_figure(block):
    for number, line in enumerate(block.text.splitlines(), block.line + 1):
        if len(line) > 80 or not re.fullmatch(r"[ -~\u2500-\u257f]*", line):
            yield number, "a figure has lines of at most 80 characters, ASCII and box drawing only"


def about_commands(block, truth):
    for number, line in enumerate(block.text.splitlines(), block.line + 1):
        if not truth.parses(line):
            yield number, f"bash does not understand: {line}"
            continue
        for text in about_line(line, truth):
            yield number, text


@functools.cache
def about_line(line, truth):
    """What is wrong with a line of commands."""
    try:
        words = shlex.split(line.replace(";", " ; "), comments=True)
    except ValueError as error:
        return [f"{error}: {line}"]
    found, command = [], []
    for word in [*words, ";"]:
        if word in ("&&", "|", ";"):
            found += about_command(command, truth)
            command = []
        else:
            command.append(word)
    return found


def about_command(words, truth):
    if not words:
        return
    while words and re.match(r"[A-Z_]+=", words[0]):
        words = words[1:]
    if words[0] == "make":
        for target in words[1:]:
            if "=" not in target and not is_target(target, truth):
                yield f"no target {target}"
    for word in words:
        if "/" in word and not re.search(r"^[-/]|[$* ]", word) and not exists(word, truth):
            yield f"no file {word}"


def is_target(name, truth):
    if re.fullmatch(r"stepNN|step\d\d", name):
        return name == "stepNN" or any(step.startswith(name) for step in truth.steps)
    return name in truth.targets or name in truth.steps


def exists(word, truth):
    built = ("./a.out", "clients/client")
    return word in built or (truth.root / word.strip("'\"")).exists()


def about_spans(page, truth):
    for section in page.sections:
        for line, span in section.spans:
            if re.match(r"(make|bats|python3|ruby|cc|tools/\w+) ", span):
                for text in about_line(span, truth):
                    yield line, text
            elif not truth.contains(span) and not exists_file(span, truth):
                yield line, f"`{span}` is nowhere in the project, nor in what an experiment showed"


def exists_file(span, truth):
    return bool(span.strip()) and not span.startswith("/") and (truth.root / span.rstrip("/")).exists()


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
            elif page.language == "ja" and other.endswith(".md") and not other.endswith(".ja.md"):
                if other != page.twin:
                    yield line, f"the link {target} leaves the Japanese pages"


def about_shape(page):
    titles = [section.title for section in page.sections if section.level == 2]
    if titles != SECTIONS[page.language]:
        yield 1, f"a lesson has the sections {', '.join(SECTIONS[page.language])}; this one: {', '.join(titles)}"
    if not any(block.spec == "figure" and "<- new" in block.text for block in page.blocks()):
        yield 1, "no figure with '<- new' in it"


def about_twins(english, japanese):
    ours, theirs = english.sections, japanese.sections
    if [s.level for s in ours] != [s.level for s in theirs]:
        yield 1, f"not the sections of {english.path}: {len(theirs) - 1} for {len(ours) - 1}, or of other levels"
        return
    for one, other in zip(ours, theirs):
        where = f"'{other.title}' and '{one.title}' of {english.path}"
        if [(b.spec, b.language, b.text) for b in one.blocks] != [(b.spec, b.language, b.text) for b in other.blocks]:
            yield other.line, f"{where} have not the same blocks"
        spans = {span for _, span in one.spans} ^ {span for _, span in other.spans}
        if spans:
            yield other.line, f"{where} have not the same words in code type: {', '.join(sorted(spans))}"
        links = [[re.sub(r"\.ja\.md", ".md", t.partition("#")[0]) for _, t in s.links] for s in (one, other)]
        if sorted(links[0]) != sorted(links[1]) and one.level > 1:
            yield other.line, f"{where} have not the same links"
        if (one.rows, one.details) != (other.rows, other.details):
            yield other.line, f"{where} have not as many table rows or folded answers"


def about_table(page, truth):
    """README's table of steps: is each row what the step's promise, transcript and header say?"""
    for step in truth.steps:
        row = row_of(step, page.text)
        if row is None:
            yield 1, f"the table of steps lacks {step}"
            continue
        line, cells = row
        for complaint in about_row(step, cells, truth):
            yield line, complaint


def about_errors(page):
    """The glossary: is each error's text its own, and shown by the example below it?"""
    for section in page.sections:
        if section.level != 2:
            continue
        name, _, text = section.title.partition(": ")
        if text != os.strerror(getattr(errno, name, 0)):
            yield section.line, f"{name} is not '{text}'"
        if not any(text in block.text for block in section.blocks):
            yield section.line, f"no example shows '{text}'"


def row_of(step, text):
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith(f"| [{step}]"):
            return number, [cell.strip() for cell in line.strip("|").split("|")]
    return None


def about_row(step, cells, truth):
    promise = dict(
        re.findall(r'^(\w+)="?([^"\n]*)"?$', truth.lines_of("from", f"{step}/promise"), re.MULTILINE)
    )
    call = cells[1].strip("`")
    if call not in promise["calls_added"].split() or not step.endswith(f"-{call}"):
        yield f"the new call of {step} is not {call}"
    last = re.findall(r"^(\w+)\(", truth.lines_of("from", f"{step}/server.strace"), re.MULTILINE)[-1]
    if cells[2] != f"`{last}`":
        yield f"{step} waits in {last}, not in {cells[2]}"
    said = promise["client_error"] or promise["client_output"]
    if said and cells[3] != f"`{said}`":
        yield f"a client of {step} sees {said}, not {cells[3]}"
    source = truth.lines_of("from", f"{step}/server.c")
    if not source.startswith(f"// make {step[:6]} && strace ./a.out: "):
        yield f"the first line of {step}/server.c names another step"


def rewritten(text, truth):
    """The page's text with every block that has a source filled from it."""
    lines, result, spec = text.split("\n"), [], None
    i = 0
    while i < len(lines):
        line = lines[i]
        result.append(line)
        i += 1
        if match := re.fullmatch(r"<!-- (.*) -->", line):
            spec = match[1]
        elif line.startswith("```"):
            j = i
            while not lines[j].startswith("```"):
                j += 1
            new = None
            if spec and spec not in ("figure", "commands"):
                new = truth.block(spec)
            result += lines[i:j] if new is None else new.rstrip("\n").split("\n")
            result.append(lines[j])
            i, spec = j + 1, None
    return "\n".join(result)


# --- is every slip found? -------------------------------------------------------------------------


def mutations(page):
    """Copies of the page's text with one slip each: (what was done, text). In each block one character
    is wrong, in each section each word in code type, and each section is left out."""
    lines = page.text.split("\n")
    for number, block in enumerate(page.blocks()):
        filled = [at for at, line in enumerate(block.text.split("\n"), block.line) if line.strip()]
        at = filled[number % len(filled)]  # now the first line, now another
        yield f"line {at + 1}, one character", with_line(lines, at, slipped(lines[at]))
    for section in page.sections[1:]:
        for number, span in {span: (number, span) for number, span in section.spans}.values():
            new = lines[number - 1].replace(f"`{span}`", f"`{slipped(span)}`", 1)
            yield f"line {number}, `{span}`", with_line(lines, number - 1, new)
    starts = [section.line - 1 for section in page.sections[1:]] + [len(lines)]
    for start, end in zip(starts, starts[1:]):
        yield f"section at line {start + 1} gone", "\n".join(lines[:start] + lines[end:])


def with_line(lines, index, new):
    return "\n".join(lines[:index] + [new] + lines[index + 1 :])


def slipped(text):
    """The text with its middle character another one."""
    middle = len(text) // 2
    while text[middle] == " ":
        middle -= 1
    return text[:middle] + ("y" if text[middle] == "x" else "x") + text[middle + 1 :]
