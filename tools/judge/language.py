"""Which language is the program written in? Told only where that is certain: by the reader's own
sources, by the interpreter that ran, by what compilers leave in a program."""

import os
import re

from .line import contents

SOURCES = {"c": "c", "cc": "c", "cpp": "c", "cxx": "c", "rs": "rust"}
INTERPRETERS = {"python": "python", "pypy": "python", "ruby": "ruby", "node": "javascript"}
SHELLS = ("env", "bash", "sh", "dash", "setsid", "busybox")


def of_program(e):
    """"c" (C++ too), "python", "ruby", "go", "javascript", "rust", or "" for any other."""
    if e.given is not None:  # make riddle's and make break's
        return "c"
    own = [SOURCES[file.rpartition(".")[2]] for file in e.sources
           if file.rpartition(".")[2] in SOURCES]
    run = [c.list[0].strip('"') for c in e.trace.calls if c.name == "execve" and c.ok]
    run = [os.path.realpath(path) for path in run]
    run = [path for path in run if os.path.basename(path) not in SHELLS]
    if own or not run:
        return own[0] if own else ""
    # go run, cargo run and npx start what they have built: the last is the program.
    content, name = contents(run[-1]), re.sub(r"[\d.]*$", "", os.path.basename(run[-1]))
    known = "go" if b"Go build" in content else "rust" if b"/rustc/" in content else ""
    return INTERPRETERS.get(name) or known
