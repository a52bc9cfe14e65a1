"""The words of the stories, in English and Japanese: *.ini and docs/errors*.md have them, the model
the facts."""

import configparser
import os
import re

from command import ROOT

HERE = os.path.dirname(os.path.realpath(__file__))
DETAIL = {"waits": "name", "close": "socket", "setsockopt": "option", "bind": "host",
          "failed": "error", "ignores": "signal"}


def contents(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


def both(text):
    """{"en": ..., "ja": ...} from "English | Japanese", which may be written on several lines."""
    english, _, japanese = text.partition("|")
    return {"en": " ".join(english.split()), "ja": "".join(map(str.strip, japanese.split("\n")))}


def texts(name):
    """The texts of a file: {section: {key: both languages}}."""
    file = configparser.ConfigParser(delimiters="=", interpolation=None)
    file.optionxform = str  # keys as they are written
    file.read(os.path.join(HERE, name + ".ini"), encoding="utf-8")
    return {part: {key: both(text) for key, text in file[part].items()} for part in file.sections()}


def causes(page):
    """{error: (the calls that fail with it, the likely cause)} by the table of a page of docs/."""
    rows = re.findall(r"^\| .*\(#(e[a-z]+)-.*?\) \| (.*) \| (.*) \|$", contents(ROOT, "docs", page),
                      re.MULTILINE)
    return {name.upper(): (calls, cause.replace("`", "")) for name, calls, cause in rows}


WHO, SAYS = texts("sentences").values()
CAUSES = {"en": causes("errors.md"), "ja": causes("errors.ja.md")}


def actor(moment):
    """Who did it, in both languages."""
    if moment.who in WHO:
        return WHO[moment.who]
    if moment.who.startswith("client"):
        return WHO["other"]
    return WHO["thread" if moment.state[moment.who]["thread"] else "child"]


def likely(facts, language):
    """Why a call has failed, most likely; nothing where docs/ says nothing of this call."""
    calls, cause = CAUSES[language].get(facts.get("error"), ("", ""))
    known = f"`{facts.get('name')}`" in calls or calls and "`" not in calls
    return SAYS["likely"][language].format(cause=cause) if known else ""


def sentence(moment):
    """{"en": ..., "ja": ...}: what just happened, and who did it."""
    who, facts = actor(moment), {"call": moment.key, **moment.facts}
    detail = facts.get(DETAIL.get(moment.key))
    said = SAYS.get(f"{moment.key} {detail}") or SAYS[moment.key]
    return {language: text.format(who=name, Who=name[0].upper() + name[1:],
                                  likely=likely(facts, language), **facts).strip()
            for (language, text), name in zip(said.items(), who.values())}
