"""python3 -m checker PORT REPLY FOLDER COMMAND STEP...: runs the command under strace, sends it
clients, and says which of the steps it has reached. tools/check calls it, and cleans up FOLDER.

Exit  0 all the steps are reached, 1 not all, 130 interrupted.
"""

import os
import shutil
import signal
import sys
import textwrap

from . import client, judge
from .client import Client
from .judge import Judge, Problem
from .program import Program

COLOUR = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
WIDTH = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0


def paint(code, text):
    return f"\033[{code}m{text}\033[0m" if COLOUR else text


def say(label, text, indent=4):
    """Prints one part of a report, folded to the terminal where there is one."""
    head = " " * indent + label.ljust(10)
    lines = textwrap.wrap(text, max(WIDTH - len(head), 30), break_on_hyphens=False) if WIDTH else [text]
    for line in lines or [""]:
        print(head + line)
        head = " " * len(head)


def report_problem(problem, step, again):
    say("expected", problem.expected)
    say("seen", problem.seen)
    if problem.mistake:
        say("mistake", problem.mistake)
    if problem.attempt:
        say("try", problem.attempt)
    say("read", f"{step}/README.md")
    say("again", again)


def run(program, judge_, last):
    """Watches the program until it is ready for the last step asked about, and sends the clients."""
    if last == "socket":
        ready = lambda: judge_.server_socket() is not None or client.listening()
    elif last == "bind":
        ready = lambda: isinstance(judge_.bind(), str) and judge_.server_socket() or client.listening()
    else:
        ready = client.listening
    program.settle(ready, idle=10, total=300)
    if last in ("socket", "bind"):
        program.settle(lambda: False, idle=0.3, total=2)
    elif client.listening():
        if last == "listen":
            judge_.clients.append(Client())
            program.settle(lambda: False, idle=0.3, total=2)
        else:
            judge_.visit(last)


def outcome(judge_, step, last):
    """A line that proves the step, or the Problem."""
    call = step.split("-", 1)[1]
    if call == "accept" and not judge_.clients:
        return Problem("accept takes every client from the queue", judge_.doing())
    found = getattr(judge_, call)() if hasattr(judge_, call) else judge_.write()
    if isinstance(found, Problem) or call != last:
        return found
    if call == "accept":
        return judge_.hung_up() or found
    if call in ("socket", "bind") and judge_.fate():
        return judge_.crash_problem("the program stays alive") or Problem(
            "the program stays alive, so that its socket does",
            judge_.doing(),
            "The program ended, and with it its socket.",
            "pause() at the end: it waits until a signal comes.",
        )
    return found


def main(port, reply, folder, command, *steps):
    client.PORT = judge.PORT = int(port)
    judge.REPLY = reply.encode()
    last = steps[-1].split("-", 1)[1]
    again = "make check" + ("" if command == "./a.out" else f" PROGRAM='{command}'")
    if os.environ.get("CHECK_STEP"):
        again += f" STEP={os.environ['CHECK_STEP']}"

    program = Program(command, folder)
    judge_ = Judge(program)
    try:
        run(program, judge_, last)
        program.trace.update()
        if program.trace.ends and list(program.trace.ends.values())[-1] in ("exited with 127", "exited with 126"):
            print("check: " + (program.output().strip().splitlines() or ["the program cannot be run"])[-1], file=sys.stderr)
            return 1
        reached = 0
        for step in steps:
            found = outcome(judge_, step, last)
            if isinstance(found, Problem):
                print(paint("31;1", ("✗ " if COLOUR else "not yet  ") + step))
                read = next((s for s in steps if s.endswith(f"-{found.read}")), step)
                report_problem(found, read, again)
                break
            print(paint("32", ("✓ " if COLOUR else "ok       ") + step.ljust(14)) + " " + found)
            reached += 1
        else:
            for note in judge_.notes():
                say("note", note, indent=0)
    finally:
        # A second Ctrl-C must not keep it from clearing up.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        program.end()
    print(f"{reached} of {len(steps)} steps")
    return 0 if reached == len(steps) else 1


def terminated(number, frame):
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, terminated)
    signal.signal(signal.SIGHUP, terminated)
    signal.signal(signal.SIGINT, terminated)
    try:
        sys.exit(main(*sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(1)
