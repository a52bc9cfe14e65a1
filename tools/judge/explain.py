"""make explain: the page of one mistake, from docs/mistakes.md."""

import difflib
import os
import re

from .beyond import judging as beyond
from .course import Unable
from .mistakes import MISTAKES
from .rule import Said, Words

NO_MISTAKE = Words(
    "There is no mistake '{name}'. Near it: {near}. make explain lists them all",
    "'{name}' という間違いはありません。近いもの: {near}。一覧は make explain で表示されます",
)


def page(language):
    return "docs/mistakes.ja.md" if language == "ja" else "docs/mistakes.md"


def near(name):
    """The identifiers of the same chapter, or those that look most like it."""
    names = [*MISTAKES, *beyond.rules.MISTAKES]
    chapter = [each for each in names if each.startswith(name.split("/")[0] + "/")]
    return (chapter or difflib.get_close_matches(name, names, 5, 0))[:8]


def explain(name, course, paper):
    """Prints the section of the page; without a name, the names that there are."""
    if not name:
        paper.out.write("\n".join([*MISTAKES, *beyond.rules.MISTAKES]) + "\n")
        return 0
    if name in beyond.rules.MISTAKES:
        return beyond.explain(name, course, paper)
    if name not in MISTAKES:
        raise Unable(Said(NO_MISTAKE, name=name, near=" ".join(near(name))), 2)
    with open(os.path.join(course.root, page(paper.language)), encoding="utf-8") as file:
        text = file.read()
    found = re.search(rf"^### {re.escape(name)}\n.*?(?=^##|\Z)", text, re.S | re.M)
    # The fences and marks are for a page; a terminal can do without.
    plain = re.sub(r"^```.*\n", "", found.group(0), flags=re.M)
    paper.out.write(re.sub(r"^### ", "", plain).rstrip() + "\n")
    return 0
