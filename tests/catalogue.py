#!/usr/bin/env python3
"""catalogue.py [NAME...]: provokes every mistake of the rule book (or those named) in every way that it holds,
and judges what comes of it; each has to get exactly its identifier, at exactly its step.
catalogue.py --correct FILE...: judges servers that are right; each has to reach all the steps, with no mistake.

Several at a time, each in a network namespace of its own, where the kernel allows that; else one after the
other. One Python for all, and one compilation: starting them anew for each would take longer than judging.

In    REPEAT=N: every one N times; PORT=N: as if the workshop's port were that
Exit  0 all as they should be, 1 not (their reports are on standard output).  Read unshare(2)
"""

import ctypes
import fcntl
import io
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tools"))
from judge import check, edits, subject, tongue  # noqa: E402
from judge.course import Course  # noqa: E402
from judge.mistakes import MISTAKES  # noqa: E402
from judge.report import Paper, notes, problem_lines, step_lines, tally  # noqa: E402

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
RUN = {"py": "python3", "rb": "ruby", "pl": "perl", "js": "node", "go": "go run"}
PORT = int(os.environ.get("PORT", "8001"))
SLOWEST = 20  # seconds that a verdict may take


class Case:
    """A program to be judged: its command, and what has to come of it (None: no mistake)."""

    def __init__(self, label, command, entry=None):
        self.label, self.command, self.entry = label, command, entry


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
        except (OSError, check.Unable) as error:
            print(f"{error}")
        finally:
            sys.stdout.flush()
            os._exit(status)
    return pid


def networks_allowed():
    return os.waitpid(in_child(own_network), 0)[1] == 0


def variants(entries):
    """(entry, number, text) of every C program that provokes one of the entries."""
    with open(os.path.join(ROOT, "step05-write", "server.c"), encoding="utf-8") as file:
        source = file.read()
    for entry in entries:
        for number, edit in enumerate(entry.edits):
            if not isinstance(edit, str):
                yield entry, number, edits.apply(source, edit).replace("8001", str(PORT))


def compiled(programs, folder):
    """One executable for all of them: its first argument says which it is. Each keeps its line numbers."""
    includes, bodies, table = set(), [], []
    for i, (_, _, text) in enumerate(programs):
        includes |= set(re.findall(r"^#include .*$", text, re.M))
        lines = ["" if line.startswith("#include") else line for line in text.split("\n")]
        body = re.sub(r"\bmain\(void\)", f"main_{i}(void)", "\n".join(lines))
        bodies.append(f'#line 1 "server.c"\n{body}')
        table.append(f"main_{i}")
    choice = f"int main(int n, char **v) {{ int (*all[])(void) = {{{', '.join(table)}}}; return n == 2 ? all[atoi(v[1])]() : 2; }}"
    path = os.path.join(folder, "all.c")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(["#define _GNU_SOURCE", "#include <stdlib.h>", *sorted(includes), *bodies, choice]))
    subprocess.run(["cc", "-w", "-O0", "-o", os.path.join(folder, "all"), path], check=True)
    return os.path.join(folder, "all")


def provoking(names, folder):
    """The cases for the mistakes of these names, for all without any."""
    entries = [MISTAKES[name] for name in names] if names else list(MISTAKES.values())
    programs = list(variants(entries))
    program = compiled(programs, folder)
    cases = [Case(f"{entry.name}#{n}", [program, str(i)], entry) for i, (entry, n, _) in enumerate(programs)]
    here = os.path.join(ROOT, "tools", "judge", "provoke")
    others = [(entry, edit) for entry in entries for edit in entry.edits if isinstance(edit, str)]
    return cases + [Case(entry.name, ["python3", os.path.join(here, edit)], entry) for entry, edit in others]


def correct(paths, folder):
    """The cases for servers that are right."""
    cases = []
    for path in paths:
        kind = path.rpartition(".")[2]
        if kind == "c":
            program = os.path.join(folder, os.path.basename(path)[:-2])
            subprocess.run(["cc", "-w", "-pthread", "-o", program, path], check=True)
            cases.append(Case(path, [program]))
        else:
            cases.append(Case(path, [*RUN[kind].split(), path]))
    return cases


def judge(case, folder, separate):
    """In a child: writes the check's report to FOLDER/report, and its facts to FOLDER/verdict."""
    os.environ["TMPDIR"] = folder  # what a killed "go run" leaves goes with it
    if separate:
        own_network()
    course, entry = Course(ROOT, PORT), case.entry
    if entry and entry.beside:
        holder = socket.socket()
        holder.bind(("", entry.beside))
    steps = course.up_to(str(entry.asked)) if entry and entry.asked else course.steps
    paper, what = Paper("en", io.StringIO()), subject.Subject(case.command, "", "make check")
    began = time.monotonic()
    with check.Check(what, course, steps, paper) as one:
        verdict, evidence = one.verdict()
        step_lines(paper, verdict)
        if verdict.problem:
            problem_lines(paper, verdict, evidence, tongue.of_program(evidence.trace), "make check")
        remarks = [paper.text(note) for note in notes(evidence)] if verdict.complete else []
    tally(paper, verdict)
    name = verdict.problem.mistake.name if verdict.problem and verdict.problem.mistake else "none"
    with open(os.path.join(folder, "report"), "w", encoding="utf-8") as file:
        file.write("\n".join([paper.out.getvalue(), *remarks]))
    with open(os.path.join(folder, "verdict"), "w", encoding="utf-8") as file:
        file.write(f"{name} {len(verdict.reached)} {time.monotonic() - began:.2f}")


def complaint(case, folder):
    """What is wrong with the verdict, or None; and how many seconds it took."""
    try:
        with open(os.path.join(folder, "verdict"), encoding="utf-8") as file:
            name, reached, seconds = file.read().split()
    except OSError:
        return "got no verdict", 0.0
    wanted, step = (case.entry.name, case.entry.step) if case.entry else ("none", 5)
    if name != wanted:
        return f"should get {wanted}, and got {name}", float(seconds)
    if int(reached) != step:
        return f"should reach {step} steps, and reached {reached}", float(seconds)
    return (f"took {seconds} s" if float(seconds) > SLOWEST else None), float(seconds)


def judge_all(cases, top):
    """Judges them, some at a time. Returns how many were not as they should be, and the slowest."""
    separate = networks_allowed()
    slots, running, bad, slowest = 4 if separate else 1, {}, 0, (0.0, "")
    waiting = list(cases)
    try:
        while waiting or running:
            while waiting and len(running) < slots:
                case = waiting.pop(0)
                folder = tempfile.mkdtemp(dir=top)
                running[in_child(lambda case=case, folder=folder: judge(case, folder, separate))] = (case, folder)
            pid, _ = os.wait()
            case, folder = running.pop(pid)
            wrong, seconds = complaint(case, folder)
            slowest = max(slowest, (seconds, case.label))
            if wrong:
                bad += 1
                # At once: what waits in a buffer would be in every child's report too.
                print(f"{case.label} {wrong}\n{report_of(folder)}", flush=True)
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        for pid in running:
            os.kill(pid, signal.SIGTERM)
    return bad, slowest


def report_of(folder):
    try:
        with open(os.path.join(folder, "report"), encoding="utf-8") as file:
            return file.read()
    except OSError:
        return "no report"


def main(arguments):
    top = tempfile.mkdtemp()
    # A kill from outside reaches the checks too, which end what they started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        found = correct(arguments[1:], top) if arguments[:1] == ["--correct"] else provoking(arguments, top)
        cases = found * int(os.environ.get("REPEAT", "1"))
        bad, slowest = judge_all(cases, top)
    finally:
        shutil.rmtree(top, ignore_errors=True)
    print(f"{len(cases)} judged, {bad} not as they should be; the slowest: {slowest[1]}, {slowest[0]} s")
    return 1 if bad or not cases else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
