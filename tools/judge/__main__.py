"""python3 tools/judge check|hint PORT [COMMAND]: the work of tools/check and tools/hint."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import guard  # noqa: E402

guard.begin()

import command  # noqa: E402
import run  # noqa: E402
import subject  # noqa: E402

from games.riddles import text_of  # noqa: E402
from judge import language, report, tests  # noqa: E402
from judge.check import Check  # noqa: E402
from judge.course import Course  # noqa: E402
from judge.phrases import say  # noqa: E402

KEPT = "build/checked"  # what was checked last: the step asked about, and PROGRAM


def work(program, wanted, port, paper, hint):
    """One check, and its report; or what to do about it. Returns the exit status."""
    course = Course(command.ROOT, port)
    steps = course.up_to(wanted)
    run.require_free_port(port)
    what = subject.find(program, "make check", f" STEP={wanted}" if wanted else "")
    report.first_lines(paper, what)
    if steps[0] in course.beyond:
        return tests.judge(what, steps[0], paper)
    riddle = None if program else subject.riddle()
    with Check(what, course, steps, paper, text_of(riddle, port)) as check:
        verdict, e, remarks = check.result()
        if hint:
            spoken = "c" if what.source else language.of_program(e.trace)
            report.hint_lines(paper, verdict, e, spoken, what.again)
            return 0
        report.verdict_lines(paper, verdict, e, what.again, remarks, bool(os.environ.get("BRIEF")))
    return 1 if verdict.failed or verdict.next and wanted and len(verdict.reached) < len(steps) else 0


def check(program, port, paper):
    """make check. Notes what it is about, for make hint."""
    wanted = os.environ.get("CHECK_STEP", "")
    try:
        os.makedirs(os.path.dirname(KEPT), exist_ok=True)
        with open(KEPT, "w", encoding="utf-8") as file:
            file.write(wanted + "\n" + (program or ""))
    except OSError:
        pass  # in a folder that nobody may write to, make hint has to be told
    return work(program, wanted, port, report.Paper(paper.language), False)


def hint(program, port, paper):
    """make hint: about what was checked last, checked anew: it may have changed; or PROGRAM."""
    wanted = os.environ.get("CHECK_STEP", "")
    try:
        with open(KEPT, encoding="utf-8") as file:
            step, _, last = file.read().partition("\n")
        if program is None and not wanted:
            program, wanted = last or None, step
    except OSError:
        pass  # nothing was checked yet
    return work(program, wanted, port, report.Paper(paper.language), True)


if __name__ == "__main__":
    USAGE = {tool: say("usage", tool=tool) for tool in ("check", "hint")}
    command.end({"check": check, "hint": hint}, USAGE)
