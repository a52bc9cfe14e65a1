"""What a mistake is made of, and the book of all of them."""

import collections

from words import Words

# call: the call of the trace that shows it, or None. seen: pieces that say what was seen, in place of
# that call, or of what the client and the program did. also: further sentences of its words.
# known: what the words have blanks for.
Facts = collections.namedtuple("Facts", "call seen also known")


def facts(call=None, seen=(), also=(), **known):
    """The Facts that a rule has found."""
    return Facts(call, list(seen), [piece for piece in also if piece], known)


class Mistake:
    """A mistake of the five steps.

    name      as docs/mistakes.md lists it, and make break takes it
    edit      how to make it: pairs of old and new text of step05's server.c, to be found there once;
              None where a filling of a lesson's gap makes it (devel/mistakes/fillings.tsv)
    when      the function of the Evidence that recognises it: Facts, the call that shows it, True for
              no particular call, or something false
    words     what it is; hint: the names of what is to be done, in advice.py
    at        the steps at which it is asked for, each by its call: the one that is not reached; or
              "stays" or "closes", where the step is there, and the program does not go on as it should
    expected  in place of the step's own, a name among the phrases
    read      the call whose lesson helps, where it is not the step's
    """

    def __init__(self, name, edit, when, words, hint, at, expected="", read=""):
        self.name, self.edit, self.when, self.words = name, edit, when, words
        self.hint, self.at, self.expected, self.read = hint.split(), at.split(), expected, read

    def found(self, e):
        """The Facts, where the evidence shows this mistake; or None."""
        found = self.when(e)
        if not found or isinstance(found, Facts):
            return found or None
        return facts(found if hasattr(found, "arguments") else None)


class Chapter:
    """The mistakes of one call, in the order in which they are asked for."""

    def __init__(self, at):
        self.at, self.mistakes = at, []

    def mistake(self, name, edit, when, en, ja, hint, at="", **more):
        """Adds one."""
        made = Mistake(name, edit, when, Words(en, ja), hint, at or self.at, **more)
        self.mistakes.append(made)
