"""What our own commands in Python share: called as TOOL PORT [ARGUMENT], they end with whoever started them, and where
something is in the way say so in one line."""

import os
import sys

import guard
from words import Paper, Words, in_language, language

CLOSED = Words("standard output is closed", "標準出力が閉じられています")
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Unable(Exception):
    """It cannot be done: one line says why. status is the exit status that tells of it."""

    def __init__(self, said, status=1):
        super().__init__(said)
        self.said, self.status = said, status


def begin(interrupted=130):
    """To be called before anything else is imported; interrupted: the exit status after Ctrl-C."""
    guard.end_with_parent()
    guard.end_at_signals(interrupted)


def carry_out(works, usage, tool, port, *arguments):
    """Does what works has for the tool: a function of the argument (or None), the port and the Paper."""
    if sys.stdout is None:
        raise Unable(CLOSED)
    if len(arguments) > 1 or arguments and arguments[0].startswith("-"):
        raise Unable(usage[tool], 2)
    return works[tool](arguments[0] if arguments else None, int(port), Paper(language()))


def end(works, usage):
    """The same with this program's own arguments; ends it with the exit status, whatever comes up."""
    try:
        code = carry_out(works, usage, *sys.argv[1:])
        sys.stdout.flush()
    except Unable as why:
        said, code = in_language(why.said, language()), why.status
        print(said if code == 2 else f"{sys.argv[1]}: {said}", file=sys.stderr)
    except BrokenPipeError:
        code = 1  # whoever reads has seen enough
    except OSError as error:
        print(f"{sys.argv[1]}: {error.filename or 'standard output'}: {error.strerror or error}", file=sys.stderr)
        code = 1
    sys.stderr.flush()
    os._exit(code)  # what could not be written would be tried again
