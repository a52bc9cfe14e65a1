"""python3 tools/judge check|hint PORT [COMMAND]: the work of tools/check and tools/hint."""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import guard  # noqa: E402

guard.begin()

import command  # noqa: E402
import run  # noqa: E402
import subject  # noqa: E402

from judge import language, report, tests  # noqa: E402
from judge.check import Check  # noqa: E402
from judge.course import Course  # noqa: E402
from judge.phrases import say  # noqa: E402

KEPT = "build/checked"  # what make hint is about: what was checked last, and what came of it


def checked(program, wanted, port, paper):
    """One check, and its report. Returns the exit status, and what make hint says of it."""
    course = Course(command.ROOT, port)
    steps = course.up_to(wanted)
    run.require_free_port(port)
    what = subject.find(program, "make check", f" STEP={wanted}" if wanted else "")
    report.first_lines(paper, what)
    if steps[0] in course.beyond:
        return tests.judge(what, steps[0], paper), None
    with Check(what, course, steps, paper) as one:
        verdict, e, remarks = one.result()
        report.verdict_lines(paper, verdict, e, what.again, remarks, bool(os.environ.get("BRIEF")))
        kept = keep(what, program, wanted, verdict, e)
    done = verdict.complete or verdict.next and not wanted
    return 0 if done else 1, kept


def keep(what, program, wanted, verdict, e):
    """Notes what was checked, and what make hint says of it."""
    kept = {"program": program, "wanted": wanted, "again": what.again, "files": stamps(what.files)}
    spoken = "c" if what.source else language.of_program(e.trace)
    for tongue in ("en", "ja"):
        paper = report.Paper(tongue)
        kept[tongue] = report.hints(paper, verdict, e, spoken)
        kept["tally " + tongue] = paper.text(report.tally(verdict))
    try:
        os.makedirs(os.path.dirname(KEPT), exist_ok=True)
        with open(KEPT, "w", encoding="utf-8") as file:
            json.dump(kept, file)
    except OSError:
        pass  # in a folder that nobody may write to, make hint checks anew
    return kept


def stamps(files):
    """What changes at a save."""
    return [[file, os.stat(file).st_mtime_ns] for file in files if os.path.exists(file)]


def last(program, wanted):
    """What was checked last, where that is what is asked about; or None."""
    try:
        with open(KEPT, encoding="utf-8") as file:
            kept = json.load(file)
        return kept if (program, wanted) in ((None, ""), (kept["program"], kept["wanted"])) else None
    except (OSError, ValueError):
        return None


def check(program, port, paper):
    """make check. Returns the exit status."""
    return checked(program, os.environ.get("CHECK_STEP", ""), port, report.Paper(paper.language))[0]


def hint(program, port, paper):
    """make hint: what to do about what was checked last; checks anew where that has changed."""
    wanted, paper = os.environ.get("CHECK_STEP", ""), report.Paper(paper.language)
    kept = last(program, wanted)
    if not kept or kept["files"] != stamps([file for file, _ in kept["files"]]):
        if kept:
            program, wanted = kept["program"], kept["wanted"]
            paper.say("note", say("changed"))
        kept = checked(program, wanted, port, paper)[1]
        paper.out.write("\n")
    for text, code in kept[paper.language]:
        paper.print(text)
        paper.out.write("".join(f"    {each}\n" for each in code.split("\n")) if code else "")
    if not kept[paper.language]:
        paper.print(say("nothing-to-mend", tally=kept["tally " + paper.language]))
    return 0


if __name__ == "__main__":
    USAGE = {tool: say("usage", tool=tool) for tool in ("check", "hint")}
    command.end({"check": check, "hint": hint}, USAGE)
