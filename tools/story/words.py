"""The sentence on a moment, in English and Japanese: sentences.json has the words, the model the facts."""

import json
import os

HERE = os.path.dirname(os.path.realpath(__file__))
with open(os.path.join(HERE, "sentences.json"), encoding="utf-8") as file:
    SENTENCES = json.load(file)
WHO, SAYS = SENTENCES["who"], SENTENCES["says"]


def pattern(key, facts):
    """The sentence for what happened, in both languages, with places for the facts."""
    if key == "waits":
        return SENTENCES["waits"].get(facts.get("name"), SAYS["waits"])
    if key == "close":
        return SAYS["shared"] if facts.get("shared") else SENTENCES["closes"].get(facts.get("socket"), SAYS["close"])
    if key == "setsockopt" and facts.get("option") == "SO_REUSEADDR":
        return SAYS["reuse"]
    if key == "bind" and str(facts.get("address")).startswith("0.0.0.0:"):
        return SAYS["anywhere"]
    if key == "failed" and facts.get("error") == "EAGAIN":
        return SAYS["again"]
    if key == "exit_group" and "killed" in str(facts.get("status")):
        return SAYS["killed"]
    return SAYS.get(key, SAYS["other"])


def known(moment):
    """Is there more to say of it than its name?"""
    return pattern(moment["key"], moment["facts"]) is not SAYS["other"]


def sentence(moment):
    """{"en": ..., "ja": ...}: what just happened, and who did it."""
    who, facts = WHO.get(moment["who"], WHO["thread" if ".t" in moment["who"] else "child"]), dict(moment["facts"])
    if "address" in facts:
        facts["port"] = facts["address"].rpartition(":")[2]
    facts.setdefault("call", moment["key"])
    said = pattern(moment["key"], facts)
    return {language: text.format(who=who[language], Who=who[language][0].upper() + who[language][1:], **facts)
            for language, text in said.items()}
