"""The line of the learner's own source for a call: from the stack that strace -k shows, or from a traceback."""

import os
import re
import struct
import subprocess

# How the runtimes name a line: Python, Ruby, Node, Go, Rust; each the file and the number.
TRACEBACK = (
    r'^ +File "([^"]+)", line (\d+)',
    r"^(?:\s+\d+: )?(?:\s*from )?([^\s:]+\.rb):(\d+):in ",
    r"\(?((?:file://)?/[^\s()]+\.[cm]?js):(\d+)(?::\d+)?\)?$",
    r"^\s+(/[^\s:]+\.go):(\d+) \+0x",
    r"panicked at ([^\s:]+\.rs):(\d+):",
)


def debuggable(path):
    """Does the executable say which line its code comes from, and is its stack quick to read (C, Rust)?"""
    try:
        with open(path, "rb") as file:
            content = file.read(32 << 20)
    except OSError:
        return False
    return content.startswith(b"\x7fELF") and b".debug_line" in content and b"Go build" not in content


def strace_shows_stacks():
    """Can this strace do that?"""
    answer = subprocess.run(["strace", "-V"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
    return b"stack-trace" in answer or b"stack-unwind" in answer


def virtual_address(path, offset):
    """Where a byte of a 64-bit executable lies in memory, before it is moved; None where that is not clear."""
    with open(path, "rb") as file:
        header = file.read(64)
        if header[:5] != b"\x7fELF\x02":
            return None
        order = "<" if header[5] == 1 else ">"
        start, size, count = (struct.unpack_from(order + f, header, at)[0] for f, at in (("Q", 32), ("H", 54), ("H",
            56)))
        file.seek(start)
        table = file.read(size * count)
    for i in range(count):
        kind, _, begin, address, _, length = struct.unpack_from(order + "IIQQQQ", table, i * size)
        if kind == 1 and begin <= offset < begin + length:  # PT_LOAD
            return address + offset - begin
    return None


def of_frames(path, offsets):
    """(source file, line) of each call that returns to one of these places in the executable, the innermost first."""
    try:
        places = [virtual_address(path, offset - 1) for offset in offsets]
        command = ["addr2line", "-e", path, *(hex(place) for place in places if place is not None)]
        answer = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
    except OSError:
        return []
    found = re.findall(r"^(.+):(\d+)", answer.decode("utf-8", "replace"), re.M)
    return [(file, int(number)) for file, number in found if int(number)]


def own(file, program):
    """Is that a file of the learner's, below this folder, and not changed since the program was built?"""
    here = os.path.realpath(os.getcwd()) + os.sep
    path = os.path.realpath(file)
    if not path.startswith(here) or not os.path.isfile(path):
        return ""
    if program and os.path.getmtime(path) > os.path.getmtime(program):
        return ""
    return path[len(here) :]


def of_call(call):
    """"server.c:33" for the learner's own line that made this call, or ""."""
    stack = call.stack if call else []
    path = next((path for path, _ in stack if debuggable(path)), None)
    if path:
        for file, number in of_frames(path, [offset for each, offset in stack if each == path]):
            if name := own(file, path):
                return f"{name}:{number}"
    return ""


def of_traceback(output):
    """The same from what an interpreter printed at the program's end, or ""."""
    for pattern in TRACEBACK:
        found = re.findall(pattern, output, re.M)
        # Python names the innermost last, the others first.
        for file, number in reversed(found) if "File" in pattern else found:
            if name := own(file.replace("file://", ""), ""):
                return f"{name}:{number}"
    return ""
