"""python3 tools/judge PORT [COMMAND]: tools/check's own work. In, out and exit: see there."""

import os
import signal
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import words  # noqa: E402

from judge import check  # noqa: E402
from judge.course import Course, Unable  # noqa: E402
from judge.phrases import say  # noqa: E402
from judge.report import Paper  # noqa: E402
from judge.rule import in_language  # noqa: E402

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def terminated(_number, _frame):
    """Once: a second Ctrl-C must not keep it from clearing up."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def main(port, *arguments):
    if sys.stdout is None:
        raise Unable(say("stdout-closed"))
    if len(arguments) > 1 or arguments and arguments[0].startswith("-"):
        raise Unable(say("usage"), 2)
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    paper = Paper(words.language())
    command = arguments[0] if arguments else None
    return check.report(command, Course(root, int(port)), os.environ.get("CHECK_STEP", ""), paper)


def guarded(work, *arguments):
    """Runs it; returns the exit status, whatever comes up."""
    for ending in ENDING:
        signal.signal(ending, terminated)
    try:
        code = work(*arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except Unable as why:
        said, code = in_language(why.said, words.language()), why.status
        print(said if code == 2 else f"check: {said}", file=sys.stderr)
    except BrokenPipeError:
        code = 1  # whoever reads has seen enough
    except OSError as error:
        print(f"check: {error}", file=sys.stderr)
        code = 1
    sys.stderr.flush()
    return code


if __name__ == "__main__":
    status = guarded(main, *sys.argv[1:])
    if status == 130:
        sys.exit(130)
    os._exit(status)  # what could not be written would be tried again
