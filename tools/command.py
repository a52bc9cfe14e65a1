"""What our own commands in Python share: they are called as TOOL PORT [ARGUMENT], and say in one
line where something is in the way."""

import os
import sys

from words import Paper, language

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Unable(Exception):
    """It cannot be done: one line says why. status is the exit status that tells of it, lines are
    printed before it."""

    def __init__(self, said, status=1, lines=()):
        super().__init__(said)
        self.said, self.status, self.lines = said, status, lines


def end(works, usage):
    """Does what works has for the tool, a function of the argument (or None), the port and the
    Paper, and ends this program."""
    tool, port, *arguments = sys.argv[1:]

    def work():
        if len(arguments) > 1 or arguments and arguments[0].startswith("-"):
            raise Unable(usage[tool], 2)
        argument = arguments[0] if arguments else None
        return works[tool](argument, int(port), Paper(language()))

    finish(tool, work)


def finish(tool, work):
    """Does the work, a function that returns the exit status, and ends this program with that, or
    with one line on standard error."""
    try:
        code = work()
        sys.stdout.flush()
    except Unable as why:
        code = why.status
        print(*(line + "\n" for line in why.lines), sep="", end="", file=sys.stderr)
        Paper(language(), sys.stderr).print(why.said, "" if code == 2 else f"{tool}: ")
    except BrokenPipeError:
        code = 1  # nobody reads what is printed
    except OSError as error:
        where = error.filename or "standard output"
        print(f"{tool}: {where}: {error.strerror or error}", file=sys.stderr)
        code = 1
    sys.stderr.flush()
    os._exit(code)  # what could not be written would be tried again
