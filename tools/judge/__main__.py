"""python3 -m judge PORT REPLY FOLDER COMMAND STEP...: runs the command under strace, sends it
clients, and says which of the steps it has reached. tools/check calls it, and cleans up FOLDER.

Exit  0 all the steps are reached, 1 not all, 130 interrupted.
"""

import os
import shlex
import shutil
import signal
import sys
import textwrap
import time

from . import client, judge
from .client import Client
from .judge import Judge, Problem
from .program import FLOOD, Program

COLOUR = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
WIDTH = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0


def paint(code, text):
    return f"\033[{code}m{text}\033[0m" if COLOUR else text


def say(label, text, indent=4, width=10, colour=""):
    """Prints one part of a report, folded to the terminal where there is one."""
    head = " " * indent + label.ljust(width)
    lines = textwrap.wrap(text, max(WIDTH - len(head), 30), break_on_hyphens=False) if WIDTH else [text]
    print((paint(colour, head) if colour else head) + "".join(lines[:1]))
    for line in lines[1:]:
        print(" " * len(head) + line)


def report_problem(problem, step, again):
    say("expected", problem.expected)
    say("seen", problem.seen)
    if problem.mistake:
        say("mistake", problem.mistake, colour="1")
    if problem.attempt:
        say("try", problem.attempt)
    say("read", f"{step}/README.md, or README.ja.md in Japanese")
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
    found = getattr(judge_, call)() if hasattr(judge_, call) else judge_.write()
    if isinstance(found, Problem) and judge_.program.flood:
        found.seen = f"{FLOOD[judge_.program.flood] >> 20} MB of {judge_.program.flood}"
        found.mistake = "It went on without end, so that check had to stop it: it prints, or calls the kernel, as fast as it can."
        found.attempt = "Print once, or once for each client, and wait in accept for the next one."
    if isinstance(found, Problem) or call != last:
        return found
    if call == "accept":
        return judge_.accept_alone() or found
    if call in ("socket", "bind") and judge_.fate():
        why, attempt = judge_.ended_with_error() or (
            "The program ended, and with it its socket.",
            "pause() at the end: it waits until a signal comes.",
        )
        expected = "the program stays alive, so that its socket does"
        return judge_.crash_problem("the program stays alive") or Problem(expected, judge_.doing(), why, attempt)
    return found


def main(port, reply, folder, command, *steps):
    client.PORT = judge.PORT = int(port)
    judge.REPLY = reply.encode()
    last = steps[-1].split("-", 1)[1]
    quoted = shlex.quote(command) if "'" in command else f"'{command}'"
    again = "make check" + ("" if command == "./a.out" else f" PROGRAM={quoted}")
    if os.environ.get("CHECK_STEP"):
        again += f" STEP={os.environ['CHECK_STEP']}"

    program = Program(command, folder)
    judge_ = Judge(program)
    try:
        run(program, judge_, last)
        if judge_.blocked_by_time_wait():
            program.end()
            wait_for_time_wait(judge_.reuses_address())
            program = Program(command, folder)
            judge_ = Judge(program)
            run(program, judge_, last)
        program.trace.update()
        if judge_.cannot_run():
            print(f"check: {judge_.cannot_run()}", file=sys.stderr)
            return 1
        reached = report(judge_, steps, last, again)
    finally:
        # A second Ctrl-C must not keep it from clearing up.
        for number in ENDING:
            signal.signal(number, signal.SIG_IGN)
        judge_.part()
        program.end()
    print(f"{reached} of {len(steps)} steps")
    return 0 if reached == len(steps) else 1


def report(judge_, steps, last, again):
    """Prints each step's outcome up to the first that is not reached; returns how many are."""
    for reached, step in enumerate(steps):
        found = outcome(judge_, step, last)
        if isinstance(found, Problem):
            print(paint("31;1", ("✗ " if COLOUR else "not yet  ") + step))
            read = next((s for s in steps if s.endswith(f"-{found.read}")), step)
            report_problem(found, read, again)
            return reached
        say(("✓ " if COLOUR else "ok       ") + step.ljust(14) + " ", found, indent=0, width=0, colour="32")
    for note in judge_.notes():
        say("note", note, indent=0)
    return len(steps)


def wait_for_time_wait(reuses_address):
    """The kernel keeps the port where this server or the one before did not set SO_REUSEADDR: says so,
    and waits."""
    whose = (
        "Your program sets SO_REUSEADDR, but that server did not, and both must"
        if reuses_address
        else "Your program does not set SO_REUSEADDR (step02-bind says how)"
    )
    say(
        "note",
        f"bind failed with EADDRINUSE, and nobody listens: the kernel still remembers {client.in_time_wait()} of "
        f"an earlier server's connections (TIME_WAIT). {whose}. It takes a minute at most. Waiting.",
        indent=0,
    )
    sys.stdout.flush()
    limit = time.monotonic() + 90
    while client.in_time_wait() and time.monotonic() < limit:
        time.sleep(0.2)


def terminated(_number, _frame):
    raise KeyboardInterrupt


if __name__ == "__main__":
    for ending in ENDING:
        signal.signal(ending, terminated)
    try:
        code = main(*sys.argv[1:])
        sys.stdout.flush()
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        code = 1  # whoever reads has seen enough
    except OSError as error:
        print(f"check: {error}", file=sys.stderr)
        code = 1
    sys.stderr.flush()
    os._exit(code)  # what could not be written would be tried again
