"""The page that plays the stories: one HTML file with everything in it.

The template, its style and its script lie beside this file: page.html, page.css, page.js.
"""

import glob
import json
import os

from story import recording, words

HERE = os.path.dirname(os.path.realpath(__file__))


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
        for number, moment in enumerate(moments):
            if step.startswith(question["step"]) and moment["key"] == question["before"] and \
                    moment["who"] == question.get("who", moment["who"]) and number:
                found.append(dict(question, at=number))
                break
    return found


def story(name, events, server, client):
    """What the page needs of one recording. server, client: (file's name, its text), or None."""
    moments = list(recording.play(events))
    return {
        "id": name,
        "source": {"server": server, "client": client},
        "trace": traces(events),
        "questions": questions(moments, name),
        "moments": [{"who": m["who"], "free": m["free"], "event": m["event"], "say": words.sentence(m),
                     "state": m["state"]} for m in moments],
    }


def recordings(root):
    """The recordings of all steps that have one, in order."""
    return sorted(glob.glob(os.path.join(root, "step[0-9][0-9]-*", "request.events")))


def recorded(root):
    """The stories of all steps."""
    client = "client.c", text(os.path.join(root, "clients", "client.c"))
    found = []
    for path in recordings(root):
        folder = os.path.dirname(path)
        server = "server.c", text(os.path.join(folder, "server.c"))
        found.append(story(os.path.basename(folder), recording.read(path), server, client))
    return found


def build(stories):
    """The whole page as text."""
    data = {"stories": stories, "labels": LABELS}
    inside = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    page = text(os.path.join(HERE, "page.html"))
    for name, part in (("page.css", text(os.path.join(HERE, "page.css"))), ("DATA", inside),
                       ("page.js", text(os.path.join(HERE, "page.js")))):
        page = page.replace(f"/*{name}*/", part)
    return page
