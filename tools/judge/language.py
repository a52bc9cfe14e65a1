"""Which language is the program written in? Told only where that is certain: by the interpreter
that ran, or by what is in the file of a program that is no part of the system."""

import os
import re

from .line import SYSTEM, contents

INTERPRETERS = {"python": "python", "pypy": "python", "ruby": "ruby", "node": "javascript"}
SHELLS = ("env", "bash", "sh", "dash", "setsid", "busybox")
# What other compilers leave in a program that is linked like one in C.
OTHERS = (b"hs_main", b"caml_", b"_D2rt", b"NimMain", b"FPC ", b"_gfortran_", b"swift_", b"__gnat_",
          b"CRYSTAL_", b"Java_", b"mono_", b"DOTNET")
MARKS = ((b"Go build ID:", "go"), (b"/rustc/", "rust"), *((mark, "") for mark in OTHERS),
         (b"__libc_start_", "c"), (b"GCC: (", "c"))


def of_file(path):
    """The language of an executable file, "" where that is not known."""
    real = os.path.realpath(path)
    name = re.sub(r"[\d.]*$", "", os.path.basename(real))
    if name in INTERPRETERS or real.startswith(SYSTEM):
        return INTERPRETERS.get(name, "")
    content = contents(path)
    known = (language for mark, language in MARKS if mark in content)
    return next(known, "") if content.startswith(b"\x7fELF") else ""


def of_program(trace):
    """"c" (C++ too), "python", "ruby", "go", "javascript", "rust", or "" for any other."""
    run = [call.list[0].strip('"') for call in trace.calls if call.name == "execve" and call.ok]
    run = [path for path in run if os.path.basename(os.path.realpath(path)) not in SHELLS]
    # go run, cargo run and npx start what they have built: the last is the program.
    return of_file(run[-1]) if run else ""
