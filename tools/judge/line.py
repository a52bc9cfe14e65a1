"""The line of the learner's own source for a call: from the stack that strace -k shows, or from a traceback."""

import os
import re
import subprocess

# How the runtimes name a line: Python, Ruby, Node, Go, Rust; each the file and the number.
TRACEBACK = (
    r'^ +File "([^"]+)", line (\d+)',
    r"^(?:\s+\d+: )?(?:\s*from )?([^\s:]+\.rb):(\d+):in ",
    r"\(?((?:file://)?/[^\s()]+\.[cm]?js):(\d+)(?::\d+)?\)?$",
    r"^\s+(/[^\s:]+\.go):(\d+) \+0x",
    r"panicked at ([^\s:]+\.rs):(\d+):",
)


def said(*command):
    """What a command prints; nothing where there is none."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        return done.stdout.decode("utf-8", "replace")
    except OSError:
        return ""


def debuggable(path):
    """Does the executable say which line its code comes from, and is its stack quick to read (C, Rust)?"""
    try:
        with open(path, "rb") as file:
            content = file.read(32 << 20)
    except OSError:
        return False
    return content.startswith(b"\x7fELF") and b".debug_line" in content and b"Go build" not in content


def addresses(path, offsets):
    """Where these bytes of an executable lie in memory, before it is moved: what it says of its segments."""
    segments = re.findall(r"^ +LOAD +(0x\w+) (0x\w+) 0x\w+ (0x\w+)", said("readelf", "-lW", path), re.M)
    for offset in offsets:
        for begin, address, size in ([int(each, 16) for each in segment] for segment in segments):
            if begin <= offset < begin + size:
                yield hex(address + offset - begin)


def of_frames(path, offsets):
    """(source file, line) of each call that returns to one of these places in the executable, the innermost first."""
    answer = said("addr2line", "-e", path, *addresses(path, [offset - 1 for offset in offsets]))
    return re.findall(r"^(.+):([1-9]\d*)", answer, re.M)


def own(places, program):
    """"server.c:33" for the first place in a file of the learner's, below this folder, and not changed since the
    program was built; or ""."""
    here = os.path.realpath(os.getcwd()) + os.sep
    for file, number in places:
        path = os.path.realpath(file)
        if path.startswith(here) and os.path.isfile(path):
            if not program or os.path.getmtime(path) <= os.path.getmtime(program):
                return f"{path[len(here) :]}:{number}"
    return ""


def of_call(call):
    """The learner's own line that made this call, or ""."""
    stack = call.stack if call else []
    path = next((path for path, _ in stack if debuggable(path)), None)
    return own(of_frames(path, [offset for each, offset in stack if each == path]), path) if path else ""


def of_traceback(output):
    """The same from what an interpreter printed at the program's end, or ""."""
    for pattern in TRACEBACK:
        found = [(file.replace("file://", ""), number) for file, number in re.findall(pattern, output, re.M)]
        # Python names the innermost last, the others first.
        if place := own(reversed(found) if "File" in pattern else found, ""):
            return place
    return ""
