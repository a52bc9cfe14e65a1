"""The sentence on a moment, in English and Japanese: sentences.json has the words, the model the facts."""

import json
import os

HERE = os.path.dirname(os.path.realpath(__file__))
with open(os.path.join(HERE, "sentences.json"), encoding="utf-8") as file:
    SENTENCES = json.load(file)
WHO, SAYS = SENTENCES["who"], SENTENCES["says"]
DETAIL = {"waits": "name", "close": "socket", "setsockopt": "option", "bind": "host", "failed": "error"}


def pattern(key, facts):
    """The sentence for what happened, in both languages, with places for the facts."""
    detail = facts.get(DETAIL.get(key))
    return SAYS.get(f"{key} {detail}") or SAYS.get(key, SAYS["other"])


def known(moment):
    """Is there more to say of it than its name?"""
    return pattern(moment["key"], moment["facts"]) is not SAYS["other"]


def sentence(moment):
    """{"en": ..., "ja": ...}: what just happened, and who did it."""
    who = WHO.get(moment["who"], WHO["thread" if ".t" in moment["who"] else "child"])
    facts = {"call": moment["key"], **moment["facts"]}
    return {language: text.format(who=who[language], Who=who[language][0].upper() + who[language][1:], **facts)
            for language, text in pattern(moment["key"], facts).items()}
