#!/usr/bin/env python3
"""catalogue.py FILE...: judges the server in each file with the rules of tools/check, and compares the
report with the file's header: "Mistake", "Reached N of 5" and the "Hint" that must be in it ("-": none
may be); or "Correct": five steps, and no hint.

Several at a time, each in a network namespace of its own, where the kernel allows that; else one after
the other. One Python for all: starting it anew for each would take longer than judging.

Exit  0 all as they should be, 1 not (their reports are on standard output).  Read unshare(2)
"""

import ctypes
import fcntl
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tools"))
from judge import __main__ as checker  # noqa: E402

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
RUN = {"py": "python3", "rb": "ruby", "pl": "perl", "js": "node", "go": "go run"}
STEPS = sorted(name for name in os.listdir(ROOT) if re.match(r"step\d\d-", name))


def own_network():
    """Moves this process into a network namespace of its own; fails where that is not allowed."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) != 0 and libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


def in_child(work):
    """Runs work() in a forked process; returns its id."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            status = work() or 0
        except OSError as error:
            print(error)
        finally:
            sys.stdout.flush()
            os._exit(status)
    return pid


def networks_allowed():
    return os.waitpid(in_child(own_network), 0)[1] == 0


def command_for(path, folder):
    """Builds the server where it has to be; returns the command that runs it."""
    if path.endswith(".c"):
        program = os.path.join(folder, "server")
        subprocess.run(["cc", "-w", "-pthread", "-o", program, path], check=True)
        return program
    return f"{RUN[path.rpartition('.')[2]]} {path}"


def judge(path, folder, separate):
    """In a child: writes the check's report to FOLDER/report."""
    os.dup2(os.open(os.path.join(folder, "report"), os.O_WRONLY | os.O_CREAT), 1)
    os.dup2(1, 2)
    checker.WIDTH, checker.COLOUR = 0, False
    os.environ["TMPDIR"] = folder  # what a killed "go run" leaves goes with it
    command = command_for(path, folder)
    if separate:
        own_network()
    checker.main("8001", "hello world", folder, command, *STEPS)


def complaint(path, report):
    """What is wrong with the report, or None."""
    with open(path, encoding="utf-8") as file:
        header = dict(re.findall(r"^(?://|#) (\w+):? +(.*)$", file.read(), re.M))
    reached, hint = header.get("Reached", "5 of 5"), header.get("Hint", "-")
    given = re.search(r"^    mistake +(.*)$", report, re.M)
    if not report.endswith(f"{reached} steps\n"):
        return f"should reach {reached} steps"
    if hint == "-" and given:
        return "should get no hint"
    if hint != "-" and (not given or hint not in given.group(1)):
        return f"should be told: {hint}"
    return None


def main(paths):
    separate = networks_allowed()
    slots, running, bad = 4 if separate else 1, {}, 0
    top = tempfile.mkdtemp()
    # A kill from outside reaches the checks too, which end what they started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        waiting = list(paths)
        while waiting or running:
            while waiting and len(running) < slots:
                path = waiting.pop(0)
                folder = tempfile.mkdtemp(dir=top)
                running[in_child(lambda: judge(path, folder, separate))] = (path, folder)
            pid, _ = os.wait()
            path, folder = running.pop(pid)
            with open(os.path.join(folder, "report"), encoding="utf-8") as file:
                report = file.read()
            wrong = complaint(path, report)
            if wrong:
                bad += 1
                # At once: what waits in a buffer would be in every child's report too.
                print(f"{os.path.basename(path)} {wrong}\n{report}", flush=True)
    finally:
        for pid in running:
            os.kill(pid, signal.SIGTERM)
        shutil.rmtree(top, ignore_errors=True)
    print(f"{len(paths)} judged, {bad} not as they should be")
    return 1 if bad or not paths else 0


sys.exit(main(sys.argv[1:]))
