"""Blocks: what each block of a page has to hold, by the comment on the line above it.

README.md beside this file lists the comments.  Read diff(1)
"""
import glob
import itertools
import os
import re
import subprocess
from pathlib import Path

from comments import in_japanese

BLOCK = re.compile(r"<!-- (from|new|gap|screen|typed|edit): ([^\n]*) -->\n```(\w+)\n(.*?)^```$",
                   re.M | re.S)
FILTER = re.compile(r" (?=(?:grep|from|after|upto|before) )")
SERVERS = sorted(glob.glob("step*/server.c")) + sorted(glob.glob("beyond/step*/server.c"))


def added(step):
    """The lines that a step adds to the one before, with "..." between those that are apart."""
    at = [path.split("/")[-2] for path in SERVERS].index(step)
    pair = [SERVERS[at - 1] if at else os.devnull, SERVERS[at]]
    diff = subprocess.run(["diff", "-U9999", *pair], stdout=subprocess.PIPE, text=True).stdout
    lines = [line for line in diff.split("\n")[3:-1] if line[0] != "-"]
    lines = itertools.dropwhile(lambda line: line[1:3] in ("//", ""), lines)  # the file's header
    groups = itertools.groupby(lines, lambda line: line[0] == " ")
    return trimmed("".join("...\n" if same else "".join(line[1:] + "\n" for line in group)
                           for same, group in groups))


def trimmed(text):
    """Without dots and blank lines at either end."""
    text = re.sub(r"\A(\s*\n|\.\.\.\n)+|(?<=\n)(\s*\n|\.\.\.\n)+\Z", "", text)
    return text.replace("\n\n...\n", "\n...\n")


def chosen(text, how, what):
    """The lines that a filter keeps."""
    lines = text.splitlines(True)
    at = [i for i, line in enumerate(lines) if what in line]
    if not at:
        raise KeyError(f"no line with {what}")
    kept = {"grep": [lines[i] for i in at], "from": lines[at[0] :], "after": lines[at[-1] + 1 :],
            "upto": lines[: at[0] + 1], "before": lines[: at[0]]}
    return "".join(kept[how])


def truth(kind, spec, shown):
    """What the block has to hold; None where its experiment showed nothing."""
    source, *filters = FILTER.split(spec)
    name, _, number = source.partition(" ")
    kind = "new" if kind == "gap" else kind
    if "/" in name:
        text = Path(name).read_text(encoding="utf-8")
    elif kind == "new" and name not in shown:
        text = added(name)
    elif kind in shown[name]:
        text = shown[name][kind][number]
    else:
        return None
    for each in filters:
        text = chosen(text, *each.split(" ", 1))
    return trimmed(text) if kind == "new" else text


def fits(gap, real):
    """Is the gap what the step adds, but for each ____? Between commas that is one argument."""
    pattern = re.escape(gap).replace("\\ ", " ").replace("\\\n", "\n")
    pattern = re.sub("^ *" + re.escape("\\.\\.\\.\n"), ".*", pattern, flags=re.M)
    pattern = re.sub("(?<=, )____|____(?=,)", r"[^\\n,]+?", pattern).replace("____", "[^\n]+?")
    return "____" in gap and re.search(f"(?s){pattern}", real)


def filled(path, page, shown):
    """(The page with its blocks as they have to be, [what differs])"""
    said = []

    def block(match):
        kind, spec, code, text = match.groups()
        line = page[: match.start(4)].count("\n") + 1
        try:
            real = truth(kind, spec, shown)
        except (LookupError, OSError) as error:
            said.append(f"{path}:{line}: {kind}: {spec}: {type(error).__name__}: {error}")
            return match[0]
        if real and path.endswith(".ja.md") and code in ("c", "diff"):
            real = in_japanese(real)
        if real is None or real == text or kind == "gap" and fits(text, real):
            return match[0]
        pairs = enumerate(itertools.zip_longest(text.split("\n"), real.split("\n")), line)
        at, (ours, theirs) = next(each for each in pairs if each[1][0] != each[1][1])
        said.append(f"{path}:{at}: not as in '{kind}: {spec}'\n  page: {ours}\n  real: {theirs}")
        return match[0] if kind == "gap" else match[0].replace(f"\n{text}```", f"\n{real}```")

    return BLOCK.sub(block, page), said
