"""The page that plays the stories: one HTML file with everything in it.

The template, its style and its script lie beside this file: page.html, page.css, page.js.
"""

import glob
import json
import os

from story import recording, words

HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


def text(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


LABELS = json.loads(text(os.path.join(HERE, "labels.json")))


def traces(events):
    """What each side's terminal shows: {side: [[event, text, event of the answer, answer], ...]}."""
    shown, opened = {"server": [], "client": []}, {}
    for number, event in enumerate(events):
        side = event.who.partition(".")[0]
        mark = "" if event.who == side else f"[{event.who}] "
        if event.phase == "gets":
            rest = event.text.partition(" resumed>")[2]
            opened.pop(event.who)[2:] = [number, rest]
            continue
        line = [number, mark + event.text.replace(" <unfinished ...>", ""), None, ""]
        if event.phase == "asks":
            opened[event.who] = line
        shown[side].append(line)
    return shown


def questions(moments, step):
    """The predictions that belong to a step, each with the number of the moment that answers it."""
    found = []
    for question in json.loads(text(os.path.join(HERE, "predictions.json"))):
        at = next((number for number, moment in enumerate(moments) if moment["key"] == question["before"] and
                   moment["who"] == question.get("who", moment["who"])), None)
        if at and step.startswith(question["step"]):
            found.append(dict(question, at=at))
    return found


def story(name, events, server):
    """What the page needs of one recording. server: (file's name, its text), or None."""
    moments = list(recording.play(events))
    return {
        "id": name,
        "source": {"server": server, "client": ("client.c", text(os.path.join(ROOT, "clients", "client.c")))},
        "trace": traces(events),
        "questions": questions(moments, name),
        "moments": [{"who": m["who"], "free": m["free"], "event": m["event"], "say": words.sentence(m),
                     "state": m["state"]} for m in moments],
    }


def recordings():
    """The recordings of all steps that have one, in order."""
    return sorted(glob.glob(os.path.join(ROOT, "step[0-9][0-9]-*", "request.events")))


def recorded():
    """The stories of all steps."""
    return [story(os.path.basename(folder), recording.read(path), ("server.c", text(os.path.join(folder, "server.c"))))
            for path in recordings() for folder in [os.path.dirname(path)]]


def build(stories):
    """The whole page as text."""
    data = json.dumps({"stories": stories, "labels": LABELS}, ensure_ascii=False, separators=(",", ":"))
    page = text(os.path.join(HERE, "page.html")).replace("/*DATA*/", data.replace("</", "<\\/"))
    for name in ("page.css", "page.js"):
        page = page.replace(f"/*{name}*/", text(os.path.join(HERE, name)))
    return page
