"""What our own commands in Python share: called as TOOL PORT [ARGUMENT], they end with whoever started them, and where
something is in the way say so in one line."""

import os
import sys

import guard
from words import Paper, in_language, language

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Unable(Exception):
    """It cannot be done: one line says why. status is the exit status that tells of it, lines what comes before it."""

    def __init__(self, said, status=1, lines=()):
        super().__init__(said)
        self.said, self.status, self.lines = said, status, lines


def begin(interrupted=130):
    """To be called before anything else is imported; interrupted: the exit status after Ctrl-C."""
    guard.end_with_parent()
    guard.end_at_signals(interrupted)


def end(works, usage):
    """Does what works has for the tool: a function of the argument (or None), the port and the Paper. Ends this program
    with the exit status, whatever comes up."""
    tool, port, *arguments = sys.argv[1:]
    try:
        if len(arguments) > 1 or arguments and arguments[0].startswith("-"):
            raise Unable(usage[tool], 2)
        code = works[tool](arguments[0] if arguments else None, int(port), Paper(language()))
        sys.stdout.flush()
    except Unable as why:
        said, code = in_language(why.said, language()), why.status
        print(said if code == 2 else f"{tool}: {said}", file=sys.stderr)
    except BrokenPipeError:
        code = 1  # whoever reads has seen enough
    except OSError as error:
        print(f"{tool}: {error.filename or 'standard output'}: {error.strerror or error}", file=sys.stderr)
        code = 1
    sys.stderr.flush()
    os._exit(code)  # what could not be written would be tried again
