"""Judges programs, some at a time, each in a network of its own where the kernel allows that."""

import fcntl
import io
import os
import signal
import socket
import struct
import subprocess
import time
import traceback

import guard
from apart import apart
from judge import course, report, seen
from judge.check import Check
from judge.mistakes.wild import CRASHES
from judge.phrases import PHRASES
from subject import Subject

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
SIOCSIFFLAGS, IFF_UP = 0x8914, 1


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
    began, steps = time.monotonic(), course.up_to(case.asked)
    what = Subject(case.command, "", "make check", "", case.files, ())
    with Check(what, 8001, steps, report.Paper("en", io.StringIO())) as one:
        verdict, e, remarks = one.result()
        found = {"seconds": time.monotonic() - began, "screen": screen(e)}
        for tongue in ("en", "ja"):
            paper = report.Paper(tongue, io.StringIO())
            report.verdict_lines(paper, verdict, e, what.again, remarks)
            found[tongue + " mistake"] = verdict.failed and report.mistake(paper, verdict, e)
            report.hint_lines(paper, verdict, e, what.again, remarks)
            found[tongue] = paper.out.getvalue()
    notes = [f"note {key}" for key, words in PHRASES.items() for r in remarks if r.words is words]
    whole = " ".join(notes) or "right" if len(verdict.reached) == len(steps) else "next"
    failed = verdict.mistake.name if verdict.mistake else "none"
    return {**found, "earned": failed if verdict.failed else whole}


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


def work(case):
    """In a process of its own: what came of the case."""
    try:
        if work.separate:
            own_network()
        return judge(case)
    except Exception:  # whatever it is, it has to be told, and the others go on
        return dict(earned="no verdict", en=traceback.format_exc(), ja="", seconds=0)


def verdicts(chosen, folder, at_once):
    """Judges the cases in a folder; yields each with what came of it, as they end."""
    ways = (["unshare", "--net", "true"], ["unshare", "--map-root-user", "--net", "true"])
    quiet = dict(stderr=guard.NOTHING, check=False)
    work.separate = any(subprocess.run(way, **quiet).returncode == 0 for way in ways)
    os.environ["TMPDIR"] = folder
    os.chdir(folder)
    died = dict(earned="no verdict: its process has died", en="", ja="", seconds=0)
    for case, found in apart(work, chosen, at_once if work.separate else 1):
        yield case, found or died
