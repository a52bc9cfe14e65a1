"""Which language is the program written in? Found from what ran: the interpreter, or what is in the file."""

import os
import re

INTERPRETERS = {"python": "python", "pypy": "python", "ruby": "ruby", "node": "javascript", "deno": "javascript",
                "bun": "javascript", "perl": "", "bash": "", "sh": "", "dash": "", "env": ""}
# What a linker leaves in a compiled program.
MARKS = ((b"Go build ID:", "go"), (b"\xff Go buildinf:", "go"), (b"rustc version", "rust"), (b"/rustc/", "rust"),
         (b"rust_panic", "rust"), (b"__libc_start_main", "c"), (b"__libc_start_call_main", "c"), (b"GCC: (", "c"))


def of_file(path):
    """The language of an executable file, "" where that is not known."""
    name = re.sub(r"[\d.]*$", "", os.path.basename(path))
    if name in INTERPRETERS:
        return INTERPRETERS[name]
    try:
        with open(path, "rb") as file:
            content = file.read(32 << 20)
    except OSError:
        return ""
    if content.startswith(b"#!"):
        words = content.partition(b"\n")[0][2:].decode("utf-8", "replace").split()
        return of_file(words[-1]) if words and words[-1] != path else ""
    if not content.startswith(b"\x7fELF"):
        return ""
    return next((language for mark, language in MARKS if mark in content), "")


def of_program(trace):
    """"c", "python", "ruby", "go", "javascript", "rust", or "" for any other."""
    run = [call.list[0].strip('"') for call in trace.calls if call.name == "execve" and call.ok]
    run = [path for path in run if os.path.basename(path) not in ("env", "bash", "sh", "dash", "setsid")]
    # go run, cargo run and npx start what they have built: the last is the program.
    return of_file(run[-1]) if run else ""
