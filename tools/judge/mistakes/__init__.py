"""The book of mistakes, in the order in which they are asked for: the first recognised is told.
What is certain and particular comes first; then how the program ended; then what did not come."""

from . import accept, bind, close, run, write

CHAPTERS = (run.chapter, bind.chapter, accept.chapter, write.chapter,
            close.chapter, run.last, accept.never, write.never, run.end)
MISTAKES = {each.name: each for chapter in CHAPTERS for each in chapter.mistakes}


def recognised(e, where):
    """(the Mistake, its Facts) of the first that the evidence shows at this step; (None, None)."""
    asked = (each for each in MISTAKES.values() if where in each.at)
    return next(((each, found) for each in asked if (found := each.found(e))), (None, None))
