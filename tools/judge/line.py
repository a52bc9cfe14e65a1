"""The line of the reader's own source for a call, by the stack that strace -k shows; or by what a
runtime printed at the program's end."""

import os
import re
import subprocess

# How runtimes name a line: the file and the number.
PLACE = re.compile(r'(?:file://)?([^\s"(:]+\.\w+)(?:", line |:| line | on line )(\d+)')
SYSTEM = ("/usr/", "/lib", "/bin/", "/sbin/", "/opt/", "/snap/", "/nix/", "/rustc/", "/build/")


def said(*command):
    """What a command prints; nothing where there is none."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        return done.stdout.decode("utf-8", "replace")
    except OSError:
        return ""


def contents(path):
    """The bytes of a file, not too many; none where it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read(32 << 20)
    except OSError:
        return b""


def debuggable(path):
    """Does the executable say which line its code is from, with a stack quick to read (C, Rust)?"""
    content = contents(path)
    elf = content.startswith(b"\x7fELF") and b".debug_line" in content
    return elf and b"Go build" not in content


def addresses(path, offsets):
    """Where these bytes of an executable lie in memory, before it is moved: by its segments."""
    pattern = r"^ +LOAD +(0x\w+) (0x\w+) 0x\w+ (0x\w+)"
    segments = re.findall(pattern, said("readelf", "-lW", path), re.M)
    for offset in offsets:
        for begin, address, size in ([int(each, 16) for each in segment] for segment in segments):
            if begin <= offset < begin + size:
                yield hex(address + offset - begin)


def own(places, program=""):
    """"server.c:33" for the first place in a file of the reader's that has not changed since the
    program was built; or ""."""
    here = os.path.realpath(os.getcwd()) + os.sep
    for file, number in places:
        path = os.path.realpath(file)
        if path.startswith(SYSTEM) or not os.path.isfile(path):
            continue
        if not program or os.path.getmtime(path) <= os.path.getmtime(program):
            return f"{path[len(here):] if path.startswith(here) else path}:{number}"
    return ""


def of_call(call):
    """The reader's own line that made this call, the innermost; or ""."""
    stack = call.stack if call else []
    path = next((path for path, _ in stack if debuggable(path)), None)
    where = addresses(path, [offset - 1 for each, offset in stack if each == path])
    return own(re.findall(r"^(.+):([1-9]\d*)", said("addr2line", "-e", path, *where), re.M),
               path) if path else ""


def of_traceback(output):
    """The same from what a runtime printed, or ""."""
    found = PLACE.findall(output)
    # Python names the innermost last, the others first.
    return own(reversed(found) if ", line " in output else found)
