"""What is missing in the rule books: an entry without both languages, with different parameters in the two, with no way
to provoke it, with advice or a symptom that nobody has written, or one that is never asked for."""

import re
import string

import programs  # it knows where tools/ is

from games import builds
from judge import mistakes
from judge.beyond import advice as beyond_advice, rules
from judge.texts import phrases
from judge.texts.advice import ADVICE

JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
ASKED = {*mistakes.SOCKET, *mistakes.BIND, *mistakes.LISTEN, *mistakes.ACCEPT, *mistakes.ALIVE, *mistakes.LATER,
         *mistakes.TAKEN, *mistakes.WRITE, *rules.MISTAKES.values()}
FACTS = dict(port=programs.PORT, reply="hello world", count=11, number=4, name="", giver="", variable="", error="")


def parameters(text):
    """The names of the facts that a text has blanks for."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def wrong_words(words):
    """What is wrong with a pair of texts: nothing, or one line."""
    if not words.en or not words.ja:
        return "lacks a language"
    if parameters(words.en) != parameters(words.ja):
        return f"has {parameters(words.en)} in English, {parameters(words.ja)} in Japanese"
    return ""


def gaps_of(entry, advice):
    """What is missing in one entry, as lines; advice: the book's."""
    found = {
        wrong_words(entry.words): wrong_words(entry.words),
        "has a text in the wrong language": JAPANESE.search(entry.words.en) or not JAPANESE.search(entry.words.ja),
        "cannot be provoked": not entry.edits,
        "is never asked for": entry not in ASKED,
        "has no symptom": entry.name in mistakes.MISTAKES and entry.symptom not in builds.SYMPTOMS,
        "has advice that nobody has written": set(entry.advice) - set(advice),
    }
    return [f"{entry.name} {gap}" for gap, is_there in found.items() if is_there]


def gaps():
    """Every gap, as a line."""
    texts = [(f"phrase {name}", words) for name, words in phrases.PHRASES.items()]
    for entries, advice in (mistakes.MISTAKES, ADVICE), (rules.MISTAKES, beyond_advice.ADVICE):
        given = {name for entry in entries.values() for name in entry.advice}
        yield from (f"advice {name} is never given" for name in advice if name not in given)
        for entry in entries.values():
            yield from gaps_of(entry, advice)
        for name, (words, code) in advice.items():
            texts.append((f"advice {name}", words))
            for text in code.values():
                text.format(**FACTS)
    yield from (f"{name} {wrong_words(words)}" for name, words in texts if wrong_words(words))
