"""The book of mistakes: all that are known of the five steps, in the order in which they are asked for.

The first that is recognised is told: what is certain and particular comes first; then how the program
ended; then the calls that never came.
"""

from . import accept, bind, close, listen, run, socket, write

CHAPTERS = (run.chapter, socket.chapter, bind.chapter, listen.chapter, accept.chapter, write.chapter,
            close.chapter, run.last, listen.never, accept.never, write.never,
            run.end)
MISTAKES = {each.name: each for chapter in CHAPTERS for each in chapter.mistakes}


def recognised(e, where):
    """(the Mistake, its Facts) of the first that the evidence shows at this step; (None, None)."""
    asked = (each for each in MISTAKES.values() if where in each.at)
    return next(((each, found) for each in asked if (found := each.found(e))), (None, None))
