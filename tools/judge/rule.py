"""What a rule is made of: the facts that it finds, and the words for them in both languages."""

from words import Words


class Facts:
    """What a rule has found: the call that shows it (or None), what was seen, and the parameters of its words."""

    def __init__(self, call=None, seen=(), also=(), **parameters):
        self.call, self.parameters = call, parameters
        self.seen = [*seen] or ([call.text] if call else [])
        self.also = [piece for piece in also if piece]  # further sentences


class Mistake:
    """A mistake: how to provoke it, when it is recognised, what is said and advised.

    when      the function of the evidence that recognises it: Facts, or something false
    advice    the names of what is to be done
    edits     ways to provoke it: each a tuple of (old, new) for step05's server.c, or the name of a
              program in provoke/; the reader is shown the first
    step      the number of steps that such a program has reached
    symptom   what a client sees of it, a name that make riddle knows
    expected  in place of the step's own, a name among the phrases
    read      the call whose lesson helps, where it is not the step's
    beside    a port that another program has to hold for that
    asked     the number of the last step asked about, where it is not the last
    """

    def __init__(self, name, when, words, advice, edits, step, symptom=None, **more):
        self.name, self.when, self.words, self.advice = name, when, words, advice.split()
        self.edits, self.step, self.symptom = edits, step, symptom
        self.expected, self.read, self.beside, self.asked = map(more.get, ("expected", "read", "beside", "asked"))


class Book:
    """The mistakes of one chapter, by the order in which they are written down."""

    def __init__(self, step, symptom=None):
        self.given, self.mistakes = {"step": step, "symptom": symptom}, []

    def mistake(self, name, advice, *, en, ja, **more):
        """Decorates the function that recognises a mistake; gives the Mistake in its place."""

        def enter(when):
            self.mistakes.append(Mistake(name, when, Words(en, ja), advice, **{**self.given, **more}))
            return self.mistakes[-1]

        return enter


def first(mistakes, evidence):
    """(mistake, its facts) of the first that is recognised; (None, None) where none is."""
    return next(((each, facts) for each in mistakes if (facts := each.when(evidence))), (None, None))
