"""What a mistake is made of."""

import collections

from words import Words

# call: the call of the trace that shows it, or None. seen: pieces that say what was seen, in place
# of that call. known: what the words have blanks for.
Facts = collections.namedtuple("Facts", "call seen known")


def facts(call=None, seen=(), **known):
    """The Facts that a rule has found."""
    return Facts(call, list(seen), known)


class Mistake:
    """A mistake of the five steps.

    name      as docs/mistakes.md lists it, and make break takes it
    hint      the names of what is to be done, in advice.py
    edit      how to make it: pairs of old and new text of step05's server.c, each found there once;
              None where a filling of a lesson's gap makes it (devel/mistakes/fillings.tsv)
    when      recognises it in the Evidence: gives Facts, the call that shows it, or is it so?
    words     what it is, in both languages
    at        where it is asked for: at the step, by its call, that is not reached; "stays" or
              "closes" where the program does not go on as it should; "left" where all were served
    expected  in place of the step's own, a phrase's name; read: whose lesson helps, another's call
    """

    def __init__(self, name, hint, edit, when, words, at, expected, read):
        self.name, self.hint, self.edit, self.when = name, hint.split(), edit, when
        self.words, self.at, self.expected, self.read = words, at.split(), expected, read

    def found(self, e):
        """The Facts, where the evidence shows this mistake; or None."""
        found = self.when(e)
        if not found or isinstance(found, Facts):
            return found or None
        return facts(found if hasattr(found, "arguments") else None)


class Chapter:
    """Some mistakes, in the order in which they are asked for; at: the steps of most of them."""

    def __init__(self, at, read=""):
        self.at, self.read, self.mistakes = at, read, []

    def mistake(self, name, hint, edit, when, en, ja, at="", expected="", read=""):
        """Adds one."""
        at, read = at or self.at, read or self.read
        self.mistakes.append(Mistake(name, hint, edit, when, Words(en, ja), at, expected, read))
