"""Truth: what the blocks of the pages have to hold, by the project's files and by what the experiments showed."""

import errno
import functools
import os
import re
import subprocess
from pathlib import Path

import tables

# Where whatever is set in code type must be found, beside the screens.
CORPUS = """Makefile step*/server.c step*/promise step*/*.strace beyond/*/* clients/*.* tools/* tools/*/* tools/*/*/*.py
    tests/*.bats tests/*.bash devel/*/*.bats devel/*/*.tsv devel/hostile/*.c devel/bench/* .devcontainer/*
    .github/workflows/* .ci/*"""


class Truth:
    """SCREENS holds for each experiment what it showed: typed and screen (texts by terminal), edit (a text, by ""),
    seconds; or nothing of that."""

    def __init__(self, root, screens):
        self.root, self.screens = Path(root), screens
        found = [*self.root.glob("step[0-9][0-9]-*/server.c"), *self.root.glob("beyond/step[0-9][0-9]-*/server.c")]
        self.folders = {path.parent.name: str(path.parent.relative_to(self.root)) for path in sorted(found)}
        self.steps = sorted(self.folders)
        named = re.findall(r"^([a-z]+):", self.read("Makefile"), re.MULTILINE)
        self.targets = {*named, "stepNN", *(step[:6] for step in self.steps)}
        self.corpus = self.everything()

    def everything(self):
        paths = {path for pattern in CORPUS.split() for path in self.root.glob(pattern) if path.is_file()}
        texts = [path.read_text(encoding="utf-8", errors="replace") for path in sorted(paths)]
        for shown in self.screens.values():
            texts += [*shown.get("screen", {}).values(), *shown.get("typed", {}).values()]
        texts += [f"{code} {os.strerror(number)}" for number, code in errno.errorcode.items()]
        return "\n".join(texts + tables.WORDS)

    @functools.lru_cache(None)
    def block(self, spec, code, page_language):
        """What a block is to hold; None where that cannot be said here. KeyError: no such thing."""
        kind, _, rest = spec.partition(": ")
        argument, *filters = re.split(r" (?=(?:grep|after|upto|before) )", rest)
        text = self.source(kind, argument)
        if text is None:
            return None
        for each in filters:
            text = "".join(chosen(text.splitlines(True), *each.split(" ", 1)))
        if kind in ("new", "gap"):
            text = re.sub(r"^(\s|\.\.\.\n)*\n(?=.)|\n(\s|\.\.\.\n)*\Z", "\n", "\n" + text)[1:]
            text = text.replace("\n\n...\n", "\n...\n")
        return japanese(text) if page_language == "ja" and code in ("c", "diff") else text

    def source(self, kind, argument):
        """The text that a block shows all or some lines of, as block."""
        if kind == "from":
            return self.read(argument)
        if kind in ("new", "gap"):
            return "".join(f"{line}\n" for line in self.added(argument))
        if kind not in ("screen", "typed", "edit"):
            raise KeyError(f"no such kind of block: {kind}")
        name, _, number = argument.partition(" ")
        shown = self.screens.get(name)
        if shown is None:
            raise KeyError(f"no experiment {name}")
        if kind in shown and number not in shown[kind]:
            raise KeyError(f"{name} has no terminal {number}")
        return shown[kind][number] if kind in shown else None

    def read(self, name):
        path = self.root / name
        if not path.is_file():
            raise KeyError(f"no file {name}")
        return path.read_text(encoding="utf-8")

    @functools.lru_cache(None)
    def added(self, step):
        """The lines that a step adds to the one before, its header aside; "..." between those that are apart."""
        if step not in self.steps:
            raise KeyError(f"no step {step}")
        at = self.steps.index(step)
        old = self.read(f"{self.folders[self.steps[at - 1]]}/server.c") if at else ""
        new = self.root / self.folders[step] / "server.c"
        diff = subprocess.run(["diff", "-U9999", "/dev/stdin", new], input=old,
                              stdout=subprocess.PIPE, text=True, check=False).stdout.splitlines()[3:]
        lines = []
        while diff and diff[0][1:3] in ("//", ""):  # the header
            diff.pop(0)
        for line in diff:
            if line[0] == "+":
                lines.append(line[1:])
            elif line[0] == " " and lines and lines[-1] != "...":
                lines.append("...")
        return lines[:-1] if lines[-1:] == ["..."] else lines

    @functools.lru_cache(None)
    def contains(self, span):
        """Is the text somewhere in the project, as whole words?"""
        manual = re.fullmatch(r"man (?:-L ja )?([2378]) ([\w-]+)", span)
        if manual:  # a call has a page of its own, and so has what a file here names
            found = re.search(rf"\bman {manual[1]} {manual[2]}\b", self.corpus)
            return found is not None or manual[1] == "2" and f"{manual[2]}(" in self.corpus
        start = r"(?<!\w)" if re.match(r"\w", span) else ""
        end = r"(?!\w)" if re.search(r"\w$", span) else ""
        words = span.split() or [""]
        pattern = re.compile(start + r"\s+".join(re.escape(word) for word in words) + end)
        places = re.finditer(re.escape(words[0]), self.corpus)  # quick to find, unlike the whole pattern
        return any(pattern.match(self.corpus, place.start()) for place in places)

    def exists(self, path):
        built = ("./a.out", "clients/client", "server.c")
        return path in built or bool(path.strip()) and (self.root / path.strip("'\"").rstrip("/")).exists()


def chosen(lines, how, text):
    """Of the lines those that a page asks for."""
    places = [at for at, line in enumerate(lines) if text in line]
    if not places:
        raise KeyError(f"no line with '{text}'")
    if how == "grep":
        return [lines[at] for at in places]
    return lines[places[-1] + 1 :] if how == "after" else lines[: places[0] + (how == "upto")]


def comments(code):
    """The comments of C code that are for people: not those that give commands and man pages."""
    found = re.findall(r"// +(\S.*)$", code, re.MULTILINE)
    return [each for each in found if not re.match(r"(Run|Read|Visit) |man \d", each)]


def japanese(code):
    """The code with Japanese comments; one without a translation stays as it is."""
    return re.sub(r"(// +)(\S.*)$", lambda m: m[1] + tables.COMMENTS.get(m[2], m[2]), code, flags=re.MULTILINE)
