"""What if? Finished steps with something changed, whose runs the page plays beside the steps'."""

import re

from story.words import ROOT, contents

CLOSE = r'        if \(close\(connected_fd\) == -1\)\n            perror\("close"\);\n'
FORK = ("        if (fork() != 0)\n"
        "            continue; // the parent keeps its copy of the descriptor\n\n")
# The step, the clients that come one after the other, and what of server.c becomes what.
VARIANTS = {
    "backlog": ("step03-listen", ["client.c"] * 3, [("SOMAXCONN", "1")]),
    "no-htons": ("step05-write", ["client.c"], [(r"htons\(8001\)", "8001")]),
    "no-close": ("step05-write", ["client.c"], [(CLOSE, "")]),
    "no-sigpipe": ("step05-write", ["rude.py"],
                   [("    signal.*\n", ""), ("(?= {8}if .write)", "        sleep(1);\n")]),
    "fork-no-close": ("step05-write", ["client.c"],
                      [("(?= {8}const char)", FORK), (CLOSE, r"\g<0>        return 0;\n")]),
}


def source(name):
    """The changed server.c of a variant."""
    step, _, edits = VARIANTS[name]
    text = contents(ROOT, step, "server.c")
    for old, new in edits:
        text = re.sub(old, new, text)
    return text
