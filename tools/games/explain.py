"""make explain: the page of one mistake, from docs/mistakes.md; of those beyond step05, from the rule book."""

import difflib
import os
import re

from command import ROOT, Unable
from words import Said, Words

from judge.beyond.advice import ADVICE
from judge.beyond.rules import MISTAKES as BEYOND
from judge.course import Course
from judge.mistakes import MISTAKES

from . import edits
from .builds import source_of

NAMES = [*MISTAKES, *BEYOND]
NO_MISTAKE = Words(
    "There is no mistake '{name}'. Near it: {near}. make explain lists them all",
    "'{name}' という間違いはありません。近いもの: {near}。一覧は make explain で表示されます",
)


def near(name):
    """The identifiers of the same chapter, or those that look most like it."""
    chapter = [each for each in NAMES if each.startswith(name.split("/")[0] + "/")]
    return (chapter or difflib.get_close_matches(name, NAMES, 5, 0))[:8]


def from_page(name, language):
    """The section of the page, as lines: the fences and marks are for a page, a terminal can do without."""
    with open(os.path.join(ROOT, f"docs/mistakes{'.ja' if language == 'ja' else ''}.md"), encoding="utf-8") as file:
        found = re.search(rf"^### {re.escape(name)}\n.*?(?=^##|\Z)", file.read(), re.S | re.M)
    return re.sub(r"^### ", "", re.sub(r"^```.*\n", "", found[0], flags=re.M)).rstrip().split("\n")


def from_book(entry, port, paper):
    """The same of a mistake beyond step05: the change that makes it, the words, the advice in every language."""
    number, edit = entry.edits[0]
    path, source = source_of(str(number), port)
    reply = Course(ROOT, port).reply.decode()
    known = dict(port=port, reply=reply, count=len(reply))
    parts = [entry.name, "", *(edits.diff(source, edits.apply(source, edit), path) or [path]), "", entry.words, ""]
    for words, code in (ADVICE[name] for name in entry.advice):
        parts += [Said(words, **known), *(f"    {text.format(**known)}" for text in code.values())]
    return map(paper.text, parts)


def print_folded(lines, paper):
    """Prints them; what is too long for the terminal goes on below its own words, not below a label."""
    for line in lines:
        head = re.match(r" {4}\S+ {2,}|- \w+: | *", line)[0]
        paper.print(line[len(head) :], head)


def explain(name, port, paper):
    """Prints what there is to say of a mistake; without a name, the names that there are."""
    if not name:
        paper.out.write("\n".join(NAMES) + "\n")
    elif name in MISTAKES:
        print_folded(from_page(name, paper.language), paper)
    elif name in BEYOND:
        print_folded(from_book(BEYOND[name], port, paper), paper)
    else:
        raise Unable(Said(NO_MISTAKE, name=name, near=" ".join(near(name))), 2)
    return 0
