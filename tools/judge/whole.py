"""The whole of make check, of the five steps or of those beyond: what is judged, the check, the report."""

import os

from command import ROOT, Unable

from . import report, subject
from .check import Check, require_free_port
from .course import Course


def kind_of_check(step):
    """The class for the steps of that folder; what only those in beyond/ need is imported for them only."""
    if not step.startswith("beyond/"):
        return Check
    from .beyond.judging import Check as Beyond

    return Beyond


def checked(command, wanted, port, paper, brief=False):
    """One check, and its report: all of it, or in short. Returns the Verdict."""
    course = Course(ROOT, port)
    steps = course.up_to(wanted)
    require_free_port(port)
    what = subject.find(command, wanted)
    report.first_lines(paper, what)
    with kind_of_check(steps[0])(what, course, steps, paper) as check:
        verdict, evidence = check.verdict()
        report.verdict_lines(paper, verdict, evidence, what.again, brief)
    return verdict


def main(command, port, paper):
    """The whole of make check. Returns the exit status."""
    paper = report.Paper(paper.language)
    try:
        return 0 if checked(command, os.environ.get("CHECK_STEP", ""), port, paper).complete else 1
    except Unable as why:
        paper.out.write("".join(line + "\n" for line in why.lines))
        paper.out.flush()
        raise
