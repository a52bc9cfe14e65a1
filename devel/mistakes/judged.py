"""Judges programs, some at a time, each in a network namespace of its own where the kernel allows that."""

import ctypes
import fcntl
import functools
import io
import json
import os
import shutil
import signal
import socket
import struct
import sys
import time
import traceback

from programs import PORT, ROOT

import guard
import kernel
from judge import check, line, subject, tongue
from judge.course import Course
from judge.report import Paper, notes, problem_lines

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
SERVING = ("socket", "setsockopt", "bind", "connect", "listen", "accept", "accept4", "write", "sendto", "read", "close",
           "shutdown", "dup", "poll")
SHOWN = 6  # lines of a trace
COURSE = Course(ROOT, PORT)
line.said = functools.lru_cache(None)(line.said)  # strace, readelf and addr2line, of the same program


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
        except Exception:  # whatever it is, it has to be told: this process ends here
            traceback.print_exc(file=sys.stdout)
        finally:
            sys.stdout.flush()
            os._exit(status)
    return pid


def networks_allowed():
    return os.waitpid(in_child(own_network), 0)[1] == 0


def trace_lines(e, call):
    """The program's own calls up to the one that matters, as strace shows them."""
    calls = [c for c in e.trace.calls if c.name in SERVING]
    if call not in calls:
        return []
    # Without a socket it alone: what comes before may be the loading of a library, another on each system.
    begin = next((i for i, c in enumerate(calls) if c.name == "socket"), calls.index(call))
    lines = [c.text for c in without_luck(calls[begin : calls.index(call) + 1], call, e.connected)]
    return (["..."] if len(lines) > SHOWN else []) + lines[-SHOWN:]


def without_luck(calls, call, connected):
    """Those of the call's own task, without what another run may have more of."""
    calls = [c for c in calls if c.task == call.task]
    while len(calls) > 1 and calls[-2].text == calls[-1].text:  # how often it was tried again is a matter of luck
        calls.pop()
    if call.name.startswith("accept") and call.error:  # whether some were served before is a matter of luck
        calls = [c for c in calls if not {c.socket, c.new_socket} & connected]
    return calls


def alone(work, case, folder, separate):
    """Writes what work(case) returns to FOLDER/verdict."""
    os.makedirs(folder, exist_ok=True)
    os.environ["TMPDIR"] = folder  # what a killed "go run" leaves goes with it
    if separate:
        own_network()
    try:
        found = work(case)
        with open(os.path.join(folder, "verdict"), "w", encoding="utf-8") as file:
            json.dump(found, file)
    except Exception:  # whatever it is, it has to be told, and the others go on
        traceback.print_exc(file=sys.stdout)


def judge_some(work, cases, top, separate, waiting, ended):
    """In a child, which is one of several: takes numbers of cases as long as there are any, and tells of each. One
    process for many: a fork of a Python, and what it then has to copy, costs as much as a verdict."""
    os.chdir(top)
    while number := os.read(waiting, 4):
        i = int.from_bytes(number, "little")
        alone(work, cases[i], os.path.join(top, f"case-{i}"), separate)
        guard.reap()  # whom the programs have left
        os.write(ended, number)


def judge(case):
    """What came of it: the reports, and what a page shows."""
    course, entry = COURSE, case.entry
    if entry and entry.beside:
        holder = socket.socket()
        holder.bind(("", PORT if entry.beside == 8001 else entry.beside))
    steps = course.up_to(str(entry.asked)) if entry and entry.asked else course.steps
    remembered = kernel.in_time_wait(PORT)  # of the case before, where all have one network
    what, began = subject.Subject(case.command, "", "make check"), time.monotonic()
    with check.Check(what, course, steps, Paper("en")) as one:
        verdict, evidence = one.verdict()
        seconds = time.monotonic() - began - (60 if remembered else 0)  # the kernel's minute is not the verdict's
        found = {"reached": len(verdict.reached), "seconds": seconds, "name": "none", "trace": []}
        for language in ("en", "ja"):
            paper = Paper(language, io.StringIO())
            if verdict.problem:
                problem_lines(paper, verdict, evidence, tongue.of_program(evidence.trace), what.again)
            found[language] = paper.out.getvalue()
        found["notes"] = [Paper("en").text(note) for note in notes(evidence)] if verdict.complete else []
        if verdict.problem and verdict.problem.mistake:
            found["name"] = verdict.problem.mistake.name
            found["trace"] = trace_lines(evidence, verdict.problem.facts.call)
    return found


def verdicts(cases, top, work=judge, at_once=4):
    """Judges them by work(case); yields each case with what came of it, None where nothing did, as they end."""
    separate = networks_allowed()
    (waiting, enter), (ended, tell) = os.pipe(), os.pipe()
    os.write(enter, b"".join(i.to_bytes(4, "little") for i in range(len(cases))))
    os.close(enter)
    workers = [in_child(lambda: judge_some(work, cases, top, separate, waiting, tell))
               for _ in range(at_once if separate else 1)]
    for end in (waiting, tell):
        os.close(end)
    left = dict(enumerate(cases))
    try:
        while number := os.read(ended, 4):
            i = int.from_bytes(number, "little")
            yield left.pop(i), what_came_of(os.path.join(top, f"case-{i}"))
        yield from ((case, None) for case in left.values())  # whose worker has ended
    finally:
        os.close(ended)
        for pid in workers:
            os.kill(pid, signal.SIGTERM)
            os.waitpid(pid, 0)


def what_came_of(folder):
    """What is in FOLDER/verdict, None where nothing is; the folder is gone afterwards."""
    try:
        with open(os.path.join(folder, "verdict"), encoding="utf-8") as file:
            return json.load(file)
    except OSError:
        return None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
