"""What a rule is made of: the facts that it finds, and the words for them in both languages."""

import collections

Words = collections.namedtuple("Words", "en ja")


class Said:
    """Words with their facts, to be put together in one language; facts may be Said themselves."""

    def __init__(self, words, /, **facts):
        self.words, self.facts = words, facts

    def text(self, language):
        filled = {name: in_language(fact, language) for name, fact in self.facts.items()}
        return getattr(self.words, language).format(**filled)


def in_language(piece, language):
    """A piece of a report as text: what is Said in the language, anything else (strace's lines) as it is."""
    return piece.text(language) if isinstance(piece, Said) else piece


class Facts:
    """What a rule has found: the call that shows it (or None), what was seen, and the parameters of its words."""

    def __init__(self, call=None, seen=(), also=(), **parameters):
        self.call, self.parameters = call, parameters
        self.seen = [*seen] or ([call.text] if call else [])
        self.also = [piece for piece in also if piece]  # further sentences


class Mistake:
    """A mistake: how to provoke it, when it is recognised, what is said and advised.

    when      the function of the evidence that recognises it: Facts, or something false
    edits     ways to provoke it: each a tuple of (old, new) for step05's server.c, or the name of a
              program in provoke/; the reader is shown the first
    step      the number of steps that such a program has reached
    advice    the names of what is to be done, see advice.py
    """

    def __init__(self, name, when, words, advice, **more):
        self.name, self.when, self.words, self.advice = name, when, words, advice.split()
        self.edits = more.pop("edits", ())
        self.step = more.pop("step")
        self.expected = more.pop("expected", None)  # in place of the step's own, a name in phrases.py
        self.read = more.pop("read", None)  # the call whose lesson helps, where it is not the step's
        self.symptom = more.pop("symptom", None)  # what a client sees, a name in phrases.py
        self.beside = more.pop("beside", None)  # a port that another program has to hold for that
        self.asked = more.pop("asked", None)  # the number of the last step asked about, where it is not the last
        assert not more, more


class Book:
    """The mistakes of one chapter, by the order in which they are written down."""

    def __init__(self, step, symptom):
        self.step, self.symptom, self.mistakes = step, symptom, []

    def mistake(self, name, en, ja, advice="", **more):
        """Decorates the function that recognises a mistake; gives the Mistake in its place."""

        def enter(when):
            entry = Mistake(name, when, Words(en, ja), advice, **{"step": self.step, "symptom": self.symptom, **more})
            self.mistakes.append(entry)
            return entry

        return enter


def first(mistakes, evidence):
    """(mistake, its facts) of the first that is recognised, or None."""
    for each in mistakes:
        facts = each.when(evidence)
        if facts:
            return each, facts
    return None
