"""Blocks: what each block of a page has to hold, by the comment on the line above it.

README.md beside this file lists the comments.  Read diff(1)
"""
import glob
import itertools
import os
import re
import subprocess

from comments import in_japanese

KINDS = "from|new|gap|screen|typed|edit"
BLOCK = re.compile(rf"<!-- ({KINDS}): ([^\n]*) -->\n```(\w+)\n(.*?)^```$", re.M | re.S)
FILTER = re.compile(r" (?=(?:grep|from|after|upto|before) )")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def added(step):
    """The lines that a step adds to the one before, with "..." between those that are apart."""
    servers = sorted(glob.glob("step*/server.c")) + sorted(glob.glob("beyond/step*/server.c"))
    at = [path.split("/")[-2] for path in servers].index(step)
    pair = [servers[at - 1] if at else os.devnull, servers[at]]
    diff = subprocess.run(["diff", "-U9999", *pair], stdout=subprocess.PIPE, text=True).stdout
    lines = [line for line in diff.split("\n")[3:-1] if line[0] != "-"]
    lines = itertools.dropwhile(lambda line: line[1:3] in ("//", ""), lines)  # the file's header
    groups = itertools.groupby(lines, lambda line: line[0] == " ")
    text = "".join("...\n" if same else "".join(line[1:] + "\n" for line in group)
                   for same, group in groups)
    return text.removeprefix("...\n").removesuffix("...\n")


def chosen(text, how, what):
    """The lines that a filter keeps."""
    lines = text.splitlines(True)
    at = [i for i, line in enumerate(lines) if what in line]
    if not at:
        raise KeyError(f"no line with {what}")
    if how == "grep":
        return "".join(lines[i] for i in at)
    if how == "from":
        return "".join(lines[at[0] :])
    return "".join(lines[at[-1] + 1 :] if how == "after" else lines[: at[0] + (how == "upto")])


def source(kind, name, shown):
    """The text that a block shows all or some lines of; None where an experiment showed nothing."""
    if kind == "from" or "/" in name:
        return read(name)
    if kind in ("new", "gap"):
        if name not in shown:
            return added(name)
        edit = shown[name].get("edit")  # the lines that an experiment's edit adds
        return edit and "".join(re.findall(r"^\+(.*\n)", edit[""], re.M))
    name, _, number = name.partition(" ")
    return shown[name][kind][number] if kind in shown[name] else None


def truth(kind, spec, code, japanese, shown):
    """What the block has to hold, or None."""
    name, *filters = FILTER.split(spec)
    text = source(kind, name, shown)
    if text is None:
        return None
    for each in filters:
        text = chosen(text, *each.split(" ", 1))
    if kind in ("new", "gap"):  # no dots and no blank lines at either end
        text = re.sub(r"\A(\s*\n|\.\.\.\n)+|(?<=\n)(\s*\n|\.\.\.\n)+\Z", "", text)
        text = text.replace("\n\n...\n", "\n...\n")
    if japanese and code in ("c", "diff"):
        text = in_japanese(text)
    return text


def fits(gap, real):
    """Is the gap what the step adds, but for each ____? Between commas that is one argument."""
    pattern = re.escape(gap).replace("\\ ", " ").replace("\\\n", "\n")
    pattern = re.sub("^ *" + re.escape("\\.\\.\\.\n"), ".*", pattern, flags=re.M)
    pattern = re.sub("(?<=, )____|____(?=,)", r"[^\\n,]+?", pattern).replace("____", "[^\n]+?")
    return "____" in gap and re.search(f"(?s){pattern}", real)


def difference(text, real):
    """(number of the first line that differs, that line on the page, the real one)"""
    pairs = itertools.zip_longest(text.split("\n"), real.split("\n"))
    return next((number, *pair) for number, pair in enumerate(pairs) if pair[0] != pair[1])


def filled(path, page, shown):
    """(The page with its blocks as they have to be, [what differs])"""
    said = []

    def block(match):
        kind, spec, code, text = match.groups()
        line = page[: match.start(4)].count("\n") + 1
        try:
            real = truth(kind, spec, code, path.endswith(".ja.md"), shown)
        except (LookupError, ValueError, OSError) as error:
            said.append(f"{path}:{line}: {kind}: {spec}: {type(error).__name__}: {error}")
            return match[0]
        if real is None or real == text or kind == "gap" and fits(text, real):
            return match[0]
        more, ours, theirs = difference(text, real)
        said.append(f"{path}:{line + more}: not as in '{kind}: {spec}'\n"
                    f"  page: {ours}\n  real: {theirs}")
        head = match[0][: match.start(4) - match.start()]
        return match[0] if kind == "gap" else f"{head}{real}```"

    return BLOCK.sub(block, page), said
