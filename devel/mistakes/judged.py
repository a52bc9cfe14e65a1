"""Judges programs, some at a time, each in a network of its own where the kernel allows that."""

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

from cases import ROOT

import guard
from judge import language, line, report
from judge.check import Check
from judge.course import Course
from judge.phrases import PHRASES
from subject import Subject

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
PORT = 8001
COURSE = Course(ROOT, PORT)
# What is asked again and again of the same program.
line.said, line.debuggable = map(functools.lru_cache(None), (line.said, line.debuggable))
language.of_file = functools.lru_cache(None)(language.of_file)


def networks_allowed():
    """May this user make a network namespace?"""
    ways = (["unshare", "--net", "true"], ["unshare", "--map-root-user", "--net", "true"])
    return any(subprocess.run(way, stderr=guard.NOTHING, check=False).returncode == 0 for way in ways)


def own_network():
    """Moves this process into a network namespace of its own.  (unshare(2))"""
    if guard.LIBC.unshare(CLONE_NEWNET) != 0:
        guard.LIBC.unshare(CLONE_NEWUSER | CLONE_NEWNET)
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


def judge(case):
    """What came of it: what it earned, the report in both languages, and what was on the screen."""
    if case.label == "bind/port-taken":
        holder = socket.socket()
        holder.bind(("", PORT))
    began, steps = time.monotonic(), COURSE.up_to(case.asked)
    what = Subject(case.command, "", "make check", "", case.files, ())
    with Check(what, COURSE, steps, report.Paper("en", io.StringIO())) as one:
        verdict, e, remarks = one.result()
        found = {"seconds": time.monotonic() - began, "words": e.complaint}
        for tongue in ("en", "ja"):
            paper = report.Paper(tongue, io.StringIO())
            report.verdict_lines(paper, verdict, e, what.again, remarks)
            report.hint_lines(paper, verdict, e, language.of_program(e.trace), what.again)
            found[tongue] = paper.out.getvalue()
        found["earned"] = earned(verdict, [remark.words for remark in remarks])
    return found


def earned(verdict, remarks):
    """In the words of cases.py."""
    if verdict.failed:
        return verdict.mistake.name if verdict.mistake else "none"
    keys = [key for key, words in PHRASES.items() if words in remarks and key != "no-reuseaddr"]
    more = [key for key in ("no-reuseaddr",) if not keys and PHRASES[key] in remarks]
    kinds = [f"note {key}" for key in keys + more] or ["right"]
    return " ".join(kinds if len(verdict.reached) == len(verdict.steps) else ["next"])


def alone(number):
    """In one of several processes: what came of that case, or {"failed": why there is nothing}."""
    case, top, separate = alone.work[number]
    try:
        with tempfile.TemporaryDirectory(dir=top) as folder:
            os.environ["TMPDIR"] = folder  # what a killed "go run" leaves goes with it
            if separate:
                own_network()
            return judge(case)
    except Exception:  # whatever it is, it has to be told, and the others go on
        return {"failed": traceback.format_exc()}


def begin(top):
    """What each of those processes does first: it works in TOP, and ends with who started it."""
    guard.end_with(os.getppid())
    guard.end_at_signals()
    os.chdir(top)
    try:  # a small table of connections in the networks to be made: all of it is read often
        own_network()
        with open("/proc/sys/net/ipv4/tcp_child_ehash_entries", "w", encoding="ascii") as file:
            file.write("1024")
    except OSError:
        pass


def verdicts(cases, top, at_once):
    """Judges them in the folder TOP; yields each case with what came of it, as they end."""
    separate = networks_allowed()
    alone.work = [(case, top, separate) for case in cases]  # what the processes inherit
    forks = multiprocessing.get_context("fork")
    at_once = at_once if separate else 1
    with concurrent.futures.ProcessPoolExecutor(at_once, forks, begin, (top,)) as processes:
        numbers = {processes.submit(alone, number): number for number in range(len(cases))}
        for each in concurrent.futures.as_completed(numbers):
            lost = each.exception()  # all that are left, where a process was killed
            yield cases[numbers[each]], {"failed": str(lost)} if lost else each.result()
