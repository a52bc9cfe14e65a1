"""python3 tools/judge TOOL PORT [ARGUMENT]: the work of tools/check, hint, break and riddle."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import guard  # noqa: E402

guard.begin()

import command  # noqa: E402
import run  # noqa: E402
import subject  # noqa: E402

from games import builds, riddles  # noqa: E402
from judge import course, report  # noqa: E402
from judge.check import Check  # noqa: E402
from judge.phrases import say  # noqa: E402

KEPT = "build/checked"  # what was checked last: the step asked about, and PROGRAM


def work(program, wanted, port, paper, hint):
    """One check, and its report; or what to do about it. Returns the exit status."""
    steps = course.up_to(wanted)
    run.require_free_port(port)
    what = subject.find(program, "make check", f" STEP={wanted}" if wanted else "")
    report.first_lines(paper, what)
    if steps[0] in course.BEYOND:
        from judge import tests  # which takes time, and is needed here only
        return tests.judge(what, steps[0], paper)
    built = None if program else subject.riddle()
    with Check(what, port, steps, paper, riddles.text_of(built)) as check:
        verdict, e, remarks = check.result()
        if hint:
            report.hint_lines(paper, verdict, e, what.again, remarks)
            return 0
        report.verdict_lines(paper, verdict, e, what.again, remarks)
    return 1 if verdict.failed or wanted and len(verdict.reached) < len(steps) else 0


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
    if program is None and not wanted and os.path.exists(KEPT):
        with open(KEPT, encoding="utf-8") as file:
            wanted, _, last = file.read().partition("\n")
        program = last or None
    return work(program, wanted, port, report.Paper(paper.language), True)


if __name__ == "__main__":
    WORKS = {"check": check, "hint": hint, "break": builds.break_step, "riddle": riddles.riddle}
    USAGE = {tool: "NAME" if tool in ("break", "riddle") else "PROGRAM='command'" for tool in WORKS}
    command.end(WORKS, {tool: say("usage", tool=tool, what=USAGE[tool]) for tool in WORKS})
