"""What if? Finished steps with something changed, whose runs the page plays beside the steps'."""

import collections
import os

from command import ROOT

# edit: pairs of an old text of server.c and a new one. clients: how many. rude: clients/rude.py?
Variant = collections.namedtuple("Variant", "step edit clients rude", defaults=(1, False))

CLOSE = '        if (close(connected_fd) == -1)\n            perror("close");\n'
WRITE = "        if (write(connected_fd"
SIGPIPE = ("    signal(SIGPIPE, SIG_IGN); // else a write to a client that has gone would end the "
           "server\n")
FORK = ("        if (fork() != 0)\n"
        "            continue; // the parent keeps its copy of the descriptor\n\n")
ENDS = CLOSE + "        return 0;\n"

VARIANTS = {
    "backlog": Variant("step03-listen", [("SOMAXCONN", "1")], clients=3),
    "no-htons": Variant("step05-write", [("htons(8001), //", "8001, //")]),
    "no-close": Variant("step05-write", [(CLOSE, "")]),
    "no-sigpipe": Variant("step05-write", [(SIGPIPE, ""), (WRITE, "        sleep(1);\n" + WRITE)],
                          rude=True),
    "fork-no-close": Variant("step05-write", [("        const char", FORK + "        const char"),
                                              (CLOSE, ENDS)]),
}


def source(name):
    """The changed server.c of a variant. ValueError where the step has no such text."""
    path = os.path.join(ROOT, VARIANTS[name].step, "server.c")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    for old, new in VARIANTS[name].edit:
        if text.count(old) != 1:
            raise ValueError(old)
        text = text.replace(old, new)
    return text


def recording(name):
    """The path of its recorded run."""
    return os.path.join(ROOT, VARIANTS[name].step, name + ".events")
