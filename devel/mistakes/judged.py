"""Judges programs, some at a time, each in a network of its own where the kernel allows that."""

import fcntl
import functools
import io
import multiprocessing
import os
import signal
import socket
import struct
import subprocess
import time
import traceback

from cases import ROOT

import guard
from judge import language, report, seen
from judge.check import Check
from judge.course import Course
from judge.mistakes.run import CRASHES
from judge.phrases import PHRASES
from subject import Subject

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
COURSE = Course(ROOT, 8001)
language.of_file = functools.lru_cache(None)(language.of_file)  # it is asked again and again


def own_network():
    """Moves this process into a network namespace of its own.  (unshare(2))"""
    if guard.LIBC.unshare(CLONE_NEWNET) != 0:
        guard.LIBC.unshare(CLONE_NEWUSER | CLONE_NEWNET)
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


def judge(case):
    """What came of it: what it earned, the report in both languages, and what a client saw."""
    holder = socket.socket()
    if case.label == "bind/port-taken":
        holder.bind(("", 8001))
    began, steps = time.monotonic(), COURSE.up_to(case.asked)
    what = Subject(case.command, "", "make check", "", case.files, ())
    with Check(what, COURSE, steps, report.Paper("en", io.StringIO())) as one:
        verdict, e, remarks = one.result()
        found = {"seconds": time.monotonic() - began, "screen": screen(e)}
        for tongue in ("en", "ja"):
            paper = report.Paper(tongue, io.StringIO())
            report.verdict_lines(paper, verdict, e, what.again, remarks)
            found[tongue + " mistake"] = verdict.failed and report.mistake(paper, verdict, e)
            report.hint_lines(paper, verdict, e, language.of_program(e.trace), what.again)
            found[tongue] = paper.out.getvalue()
        if verdict.failed:
            found["earned"] = verdict.mistake.name if verdict.mistake else "none"
        else:
            keys = [key for key, words in PHRASES.items() for r in remarks if r.words is words]
            whole = len(verdict.reached) == len(steps)
            notes = " ".join(f"note {key}" for key in keys)
            found["earned"] = (notes or "right") if whole else "next"
    holder.close()
    return found


def screen(e):
    """What is on the screen: the program's last words, else what the shell or a client says; None
    for a client that waits, "" for nothing."""
    client = e.victim or (e.clients or [None])[0]
    if e.killed_by in CRASHES:
        return signal.strsignal(signal.Signals[e.killed_by])
    if e.complaint or e.taken_for_failure:
        return e.complaint or f"{e.taken_for_failure}: Success"
    if not client or client.error or client is not e.clients[0] and client.end == "reset":
        return "Connection refused"
    if client.end == "closed" and not client.data:
        return "closed without sending anything"
    if not e.victim:
        return ""
    return seen.show(client.data) if client.data and client.end else None


def alone(number):
    """In one of several processes: what came of the case of that number."""
    try:
        if alone.separate:
            own_network()
        return number, judge(alone.cases[number])
    except Exception:  # whatever it is, it has to be told, and the others go on
        return number, dict(earned="no verdict", en=traceback.format_exc(), ja="", seconds=0)


def begin(top):
    """What each of those processes does first: it works in TOP, and ends with who started it."""
    guard.end_with(os.getppid())
    guard.end_at_signals()
    os.chdir(top)
    if alone.separate:  # a small table of connections in the networks to be made: it is read often
        own_network()
        with open("/proc/sys/net/ipv4/tcp_child_ehash_entries", "w", encoding="ascii") as file:
            file.write("1024")


def verdicts(cases, top, at_once):
    """Judges them in the folder TOP; yields each case with what came of it, as they end."""
    ways = (["unshare", "--net", "true"], ["unshare", "--map-root-user", "--net", "true"])
    quiet = dict(stderr=guard.NOTHING, check=False)
    alone.separate = any(subprocess.run(way, **quiet).returncode == 0 for way in ways)
    alone.cases = cases  # what the processes inherit
    forks = multiprocessing.get_context("fork")
    with forks.Pool(at_once if alone.separate else 1, begin, (top,)) as pool:
        for number, found in pool.imap_unordered(alone, range(len(cases))):
            yield cases[number], found
