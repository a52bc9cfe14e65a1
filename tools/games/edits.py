"""A named change of a finished step: pairs of old and new text. make break and the mistakes are made of them."""

import difflib
import re


def pattern(old):
    """A regular expression for an old text; "..." in it stands for whatever lies between, as little as there is."""
    return re.compile(".*?".join(re.escape(part) for part in old.split("...")), re.S)


def apply(source, edit):
    """The source with every pair of the edit carried out, one after the other. ValueError where an old text is not
    there exactly once."""
    for old, new in edit:
        if len(pattern(old).findall(source)) != 1:
            raise ValueError(old)
        source = pattern(old).sub(lambda _, new=new: new, source)
    return source


def diff(source, changed, name):
    """The change as lines, as diff -u shows it, with one line around."""
    lines = difflib.unified_diff(source.splitlines(), changed.splitlines(), name, f"{name}, changed", "", "", 1, "")
    return list(lines)
