"""The words of the stories, in English and Japanese: *.ini has them, the model the facts."""

import configparser
import os

HERE = os.path.dirname(os.path.realpath(__file__))
DETAIL = {"waits": "name", "close": "socket", "setsockopt": "option", "bind": "host",
          "failed": "error", "ignores": "signal", "epoll_ctl": "does"}
NOTHING = {"en": "", "ja": ""}


def both(text):
    """{"en": ..., "ja": ...} from "English | Japanese", which may be written on several lines."""
    english, _, japanese = text.partition("|")
    return {"en": " ".join(english.split()), "ja": "".join(map(str.strip, japanese.split("\n")))}


def texts(name, read=both):
    """The texts of a file: {section: {key: what read makes of them}}."""
    file = configparser.ConfigParser(delimiters="=", interpolation=None)
    file.optionxform = str  # keys as they are written
    file.read(os.path.join(HERE, name + ".ini"), encoding="utf-8")
    return {part: {key: read(text) for key, text in file[part].items()} for part in file.sections()}


WHO, SAYS = texts("sentences").values()
ERRORS = texts("errnos")["errors"]


def pattern(moment):
    """The sentence for what happened, in both languages, with places for the facts."""
    detail = moment.facts.get(DETAIL.get(moment.key))
    return SAYS.get(f"{moment.key} {detail}") or SAYS[moment.key]


def actor(moment):
    """Who did it, in both languages."""
    if moment.who in WHO:
        return WHO[moment.who]
    if moment.who.startswith("client"):
        return WHO["other"]
    return WHO["thread" if moment.state["processes"][moment.who]["thread"] else "child"]


def sentence(moment):
    """{"en": ..., "ja": ...}: what just happened, and who did it."""
    who, said = actor(moment), {}
    error = moment.facts.get("error")
    meaning = ERRORS.get(f"{moment.facts.get('name')} {error}") or ERRORS.get(error, NOTHING)
    for language, text in pattern(moment).items():
        name = who[language]
        facts = {"call": moment.key, **moment.facts, "meaning": meaning[language]}
        said[language] = text.format(who=name, Who=name[0].upper() + name[1:], **facts).strip()
    return said
