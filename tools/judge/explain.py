"""make explain: the page of one mistake, from docs/mistakes.md."""

import os
import re

from .beyond import judging as beyond
from .course import Unable
from .mistakes import MISTAKES
from .rule import Said, Words

NO_MISTAKE = Words("There is no mistake '{name}'. There are: {all}", "'{name}' という間違いはありません。あるのは {all} です")


def page(language):
    return "docs/mistakes.ja.md" if language == "ja" else "docs/mistakes.md"


def explain(name, course, paper):
    """Prints the section of the page; without a name, the names that there are."""
    if not name:
        paper.out.write("\n".join([*MISTAKES, *beyond.rules.MISTAKES]) + "\n")
        return 0
    if name in beyond.rules.MISTAKES:
        return beyond.explain(name, course, paper)
    if name not in MISTAKES:
        raise Unable(Said(NO_MISTAKE, name=name, all=" ".join(MISTAKES)), 2)
    with open(os.path.join(course.root, page(paper.language)), encoding="utf-8") as file:
        text = file.read()
    found = re.search(rf"^### {re.escape(name)}\n.*?(?=^##|\Z)", text, re.S | re.M)
    # The fences and marks are for a page; a terminal can do without.
    plain = re.sub(r"^```.*\n", "", found.group(0), flags=re.M)
    paper.out.write(re.sub(r"^### ", "", plain).rstrip() + "\n")
    return 0
