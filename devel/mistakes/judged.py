"""Judges programs, some at a time, each in a network namespace of its own where the kernel allows that."""

import concurrent.futures
import fcntl
import functools
import io
import multiprocessing
import os
import socket
import struct
import subprocess
import tempfile
import time
import traceback

from programs import PORT, ROOT

import guard
import kernel
from judge import check, line, subject, tongue
from judge.beyond import judging
from judge.course import Course
from judge.report import Paper, notes, problem_lines, step_lines

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
SERVING = ("socket", "setsockopt", "bind", "connect", "listen", "accept", "accept4", "write", "sendto", "read", "close",
           "shutdown", "dup", "poll")
SHOWN = 6  # lines of a trace
COURSE = Course(ROOT, PORT)
# What is asked again and again of the same program: strace, readelf and addr2line, and the bytes of its file.
line.said, line.debuggable = map(functools.lru_cache(None), (line.said, line.debuggable))
tongue.of_file = functools.lru_cache(None)(tongue.of_file)


def networks_allowed():
    """May this user make a network namespace?"""
    ways = (["unshare", "--net", "true"], ["unshare", "--map-root-user", "--net", "true"])
    return any(subprocess.run(way, stderr=subprocess.DEVNULL, check=False).returncode == 0 for way in ways)


def own_network():
    """Moves this process into a network namespace of its own.  (unshare(2))"""
    if guard.LIBC.unshare(CLONE_NEWNET) != 0:
        guard.LIBC.unshare(CLONE_NEWUSER | CLONE_NEWNET)
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


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


def report(verdict, evidence, language, again):
    """What make check says of it, but for what is judged and the tally."""
    paper = Paper(language, io.StringIO())
    if verdict.problem:
        problem_lines(paper, verdict, evidence, tongue.of_program(evidence.trace), again)
    else:
        step_lines(paper, verdict)
    return paper.out.getvalue()


def judge(case):
    """What came of it: the reports, and what a page shows."""
    course, entry = COURSE, case.entry
    if entry and entry.beside:
        holder = socket.socket()
        holder.bind(("", PORT if entry.beside == 8001 else entry.beside))
    steps = course.up_to(case.asked)
    remembered = kernel.in_time_wait(PORT)  # of the case before, where all have one network
    what, began = subject.Subject(case.command, "", "make check"), time.monotonic()
    kind = judging if steps[0].startswith("beyond/") else check
    with kind.Check(what, course, steps, Paper("en")) as one:
        verdict, evidence = one.verdict()
        seconds = time.monotonic() - began - (60 if remembered else 0)  # the kernel's minute is not the verdict's
        found = {"reached": len(verdict.reached), "seconds": seconds, "name": "none", "trace": []}
        found.update((language, report(verdict, evidence, language, what.again)) for language in ("en", "ja"))
        found["notes"] = [Paper("en").text(note) for note in notes(evidence)] if verdict.complete else []
        if verdict.problem and verdict.problem.mistake:
            found["name"] = verdict.problem.mistake.name
            found["trace"] = trace_lines(evidence, verdict.problem.facts.call)
    return found


def alone(number):
    """In one of several processes: judge's answer on the case of that number, or {"failed": why there is none}. One
    process for many: a fork of a Python, and what it then has to copy, costs as much as a verdict."""
    case, top, separate = alone.work[number]
    try:
        with tempfile.TemporaryDirectory(dir=top) as folder:
            os.environ["TMPDIR"] = folder  # what a killed "go run" leaves goes with it
            if separate:
                own_network()
            return judge(case)
    except Exception:  # whatever it is, it has to be told, and the others go on
        return {"failed": traceback.format_exc()}
    finally:
        guard.reap()  # whom the programs have left


def begin(top):
    """What each of those processes does first: it is to work in the folder TOP, and not to outlive who started it."""
    guard.end_with(os.getppid())
    guard.end_at_signals()
    os.chdir(top)


def verdicts(cases, top, at_once=6):
    """Judges them in the folder TOP; yields each case with what came of it, as they end."""
    separate = networks_allowed()
    alone.work = [(case, top, separate) for case in cases]  # what the processes inherit: no case can be pickled
    forks = multiprocessing.get_context("fork")
    with concurrent.futures.ProcessPoolExecutor(at_once if separate else 1, forks, begin, (top,)) as processes:
        numbers = {processes.submit(alone, number): number for number in range(len(cases))}
        for each in concurrent.futures.as_completed(numbers):
            lost = each.exception()  # all that are left, where a process was killed
            yield cases[numbers[each]], {"failed": str(lost)} if lost else each.result()
