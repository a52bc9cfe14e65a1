"""What a mistake is made of, and all of them."""

import collections

from words import Words

# What a rule has found. call: the call of the trace that shows it, or None. seen: pieces that say
# what was seen, in place of that call. known: what the words have blanks for.
Facts = collections.namedtuple("Facts", "call seen known")
# name   as docs/mistakes.md and make break have it: the call whose lesson helps, and more
# hint   the name of what is to be done, in advice.py, or ""
# edit   how to make it: pairs of old and new text of step05's server.c, each found there once; None
#        where no such change makes it
# when   recognises it in the Evidence: gives Facts, the call that shows it, or is it so?
# words  what it is, in both languages
# at     where it is asked for: at the step, by its call, that is not reached; "stays" or "closes"
#        where the program does not go on as it should; "left" where all were served, and
#        something is left over
Mistake = collections.namedtuple("Mistake", "name hint edit when words at")
MISTAKES = {}  # by name, in the order in which they are asked for
AT = {"run": "socket bind listen accept write stays closes", "accept": "accept closes write",
      "close": "closes write", "setsockopt": "bind"}


def facts(call=None, seen=(), **known):
    """The Facts that a rule has found."""
    return Facts(call, list(seen), known)


def mistake(name, hint, edit, when, en, ja, at=""):
    """Enters a mistake."""
    part = name.split("/")[0]
    at = (at or AT.get(part, part)).split()
    MISTAKES[name] = Mistake(name, hint, edit, when, Words(en, ja), at)


def recognised(e, where):
    """(the Mistake, its Facts) of the first that the evidence shows at this step; (None, None)."""
    for each in MISTAKES.values():
        if where in each.at and (found := each.when(e)):
            call = found if hasattr(found, "arguments") else None
            return each, found if isinstance(found, Facts) else facts(call)
    return None, None


def lesson(mistake):
    """The call whose lesson helps, as in a step's name; "run" for none in particular."""
    part = mistake.name.split("/")[0]
    return {"close": "accept", "setsockopt": "accept"}.get(part, part)
