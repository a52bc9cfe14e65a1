"""A change of a finished step: pairs of old and new text."""

import difflib
import re


def apply(source, edit):
    """The source with every pair carried out. "..." in an old text stands for whatever lies between, as
    little as there is. ValueError where an old text is not there exactly once."""
    for old, new in edit:
        pattern = re.compile(".*?".join(re.escape(part) for part in old.split("...")), re.S)
        if len(pattern.findall(source)) != 1:
            raise ValueError(old)
        source = pattern.sub(lambda _, new=new: new, source)
    return source


def diff(source, changed, name):
    """The change as lines, as diff -u shows it, with one line around."""
    lines = source.splitlines(), changed.splitlines()
    return list(difflib.unified_diff(*lines, name, f"{name}, changed", "", "", 1, ""))
