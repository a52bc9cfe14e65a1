"""The comments in our C, in Japanese. As a program: copies standard input with them. A step's are
in its file comments.ja, a line each: English, a tab, Japanese."""

import glob
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def known():
    """{English: Japanese} of all steps."""
    rows = []
    for path in glob.glob(ROOT + "/step*/comments.ja") + glob.glob(ROOT + "/beyond/*/comments.ja"):
        with open(path, encoding="utf-8") as file:
            rows += [line.rstrip("\n").split("\t") for line in file]
    return dict(rows)


def in_japanese(text):
    """The text, C or a diff of it, with the comments that we know in Japanese."""
    japanese = known()
    return re.sub(r"(?<=// )\S.*", lambda found: japanese.get(found[0], found[0]), text)


if __name__ == "__main__":
    sys.stdout.write(in_japanese(sys.stdin.read()))
