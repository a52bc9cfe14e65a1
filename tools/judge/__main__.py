"""python3 tools/judge TOOL PORT [ARGUMENT]: the work of tools/check, watch, explain, riddle and break."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import guard  # noqa: E402

guard.end_with_parent()
guard.end_at_signals(0 if sys.argv[1:2] == ["watch"] else 130)  # being ended is how make watch ends

import words  # noqa: E402

from judge import check  # noqa: E402
from judge.beyond import judging as beyond  # noqa: E402
from judge.course import Course, Unable  # noqa: E402
from judge.phrases import say  # noqa: E402
from judge.report import Paper  # noqa: E402
from judge.rule import in_language  # noqa: E402


def main(tool, port, *arguments):
    """Does what tools/TOOL is for."""
    if sys.stdout is None:
        raise Unable(say("stdout-closed"))
    if len(arguments) > 1 or arguments and arguments[0].startswith("-"):
        raise Unable(say("usage-check" if tool in ("check", "watch") else f"usage-{tool}", tool=tool), 2)
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    paper, course = Paper(words.language()), Course(root, int(port))
    argument, wanted = arguments[0] if arguments else None, os.environ.get("CHECK_STEP", "")
    if tool == "check":
        return (beyond.report if beyond.wanted_here(wanted) else check.report)(argument, course, wanted, paper)
    if tool == "watch":
        from judge.watch import watch

        return watch(argument, wanted, course, paper)
    if tool == "explain":
        from judge.explain import explain

        return explain(argument, course, paper)
    from judge import games

    return (games.riddle if tool == "riddle" else games.break_step)(argument, course, paper)


def guarded(work, *arguments):
    """Runs it; returns the exit status, whatever comes up."""
    try:
        code = work(*arguments)
        sys.stdout.flush()
    except Unable as why:
        said, code = in_language(why.said, words.language()), why.status
        print(said if code == 2 else f"{sys.argv[1]}: {said}", file=sys.stderr)
    except BrokenPipeError:
        code = 1  # whoever reads has seen enough
    except OSError as error:
        print(f"{sys.argv[1]}: {error.filename or 'standard output'}: {error.strerror or error}", file=sys.stderr)
        code = 1
    sys.stderr.flush()
    return code


if __name__ == "__main__":
    os._exit(guarded(main, *sys.argv[1:]))  # what could not be written would be tried again
