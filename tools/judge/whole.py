"""The whole of make check, of the five steps or of those beyond: what is judged, the check, the report."""

import os

from command import ROOT

import run
import subject

from . import check, report
from .course import Course


def checked(command, wanted, port, paper, brief=False):
    """One check, and its report: all of it, or in short. Returns the Verdict."""
    course = Course(ROOT, port)
    steps = course.up_to(wanted)
    run.require_free_port(port)
    what = subject.find(command, "make check", f" STEP={wanted}" if wanted else "")
    report.first_lines(paper, what)
    kind = check
    if steps[0].startswith("beyond/"):
        from .beyond import judging as kind  # only then: it takes its time
    with kind.Check(what, course, steps, paper) as one:
        verdict, evidence = one.verdict()
        report.verdict_lines(paper, verdict, evidence, what.again, brief)
    return verdict


def main(command, port, paper):
    """The whole of make check. Returns the exit status."""
    paper = report.Paper(paper.language)
    return 0 if checked(command, os.environ.get("CHECK_STEP", ""), port, paper).complete else 1
