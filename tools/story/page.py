"""The page that plays the stories: one HTML file with everything in it, each moment's text too.

Its template, its style and its scripts lie beside this file: page.html, page.css, draw.js, page.js.
"""

import glob
import html
import json
import os

from command import ROOT
from comments import in_japanese
from story import recording, variants, words

HERE = words.HERE
LABELS = words.texts("labels")["labels"]
QUESTIONS = words.texts("predictions")
MANUAL = "https://man7.org/linux/man-pages/man2/{0}.2.html"
COMMANDS = {"server": "./a.out", "client": "clients/client"}


def contents(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


def traces(events):
    """What strace shows of each side: {side: [[event, text, event of the answer, answer], ...]}."""
    shown, opened = {"server": [], "client": []}, {}
    for number, event in enumerate(events):
        side = event.who.partition(".")[0]
        text = recording.shown(event.text)
        if event.phase == "gets":
            opened.pop(event.who)[2:] = [number, text.partition(" resumed>")[2]]
            continue
        mark = "" if event.who == side else f"[{event.who}] "
        line = [number, mark + text.replace(" <unfinished ...>", ""), None, ""]
        if event.phase == "asks":
            opened[event.who] = line
        shown[side].append(line)
    return shown


def questions(moments, step):
    """The predictions that belong to a step, each with the number of the moment that answers it."""
    found = []
    for section, said in QUESTIONS.items():
        name, where, before, who, right = section.split()
        at = [n for n, moment in enumerate(moments) if (moment.key, moment.who) == (before, who)]
        if where == step[:6] and at:
            answers = [said[key] for key in said if key.startswith("answer")]
            found.append({"id": name, "at": at[0], "right": int(right) - 1, "answers": answers,
                          "ask": said["ask"], "because": said["because"]})
    return found


def story(name, events, sources, step="", base="../", commands=None, **limits):
    """What the page needs of one recording. sources: {side: (file's name, its text)}; step: the
    folder of its lesson; base: the address below which the repository's files are to be read."""
    moments, call = list(recording.play(events, **limits)), step.partition("-")[2]
    links = [["", f"{base}{step}/README"], [f"man 2 {call}", MANUAL.format(call)]]
    return {
        "id": name, "sources": sources, "commands": commands or COMMANDS, "trace": traces(events),
        "links": links if step else [],
        "questions": questions(moments, name), "text": [words.sentence(m) for m in moments],
        "moments": [{"who": m.who, "free": m.free, "event": m.event, "changes": m.changes,
                     "wire": m.state["wire"],
                     "refused": m.facts["port"] if m.key == "refuses" else None} for m in moments],
    }


def recordings():
    """{step: the path of its recording}, in order."""
    paths = sorted(glob.glob(os.path.join(ROOT, "step[0-9][0-9]-*", "request.events")))
    return {os.path.basename(os.path.dirname(path)): path for path in paths}


def recorded(base):
    """The stories of all steps and variants."""
    files = {name: (name, contents(ROOT, "clients", name)) for name in ("client.c", "rude.py")}
    found = []
    for step, path in recordings().items():
        sources = {"server": ("server.c", contents(ROOT, step, "server.c")),
                   "client": files["client.c"]}
        found.append(story(step, recording.read(path), sources, step, base))
    for name, (step, _, _, rude) in variants.VARIANTS.items():
        sources = {"server": ("server.c", variants.source(name)),
                   "client": files["rude.py" if rude else "client.c"]}
        commands = dict(COMMANDS, client="clients/rude.py") if rude else COMMANDS
        events = recording.read(variants.recording(name))
        found.append(story(name, events, sources, step, base, commands))
    return found


def label(name, language):
    return html.escape(LABELS[name][language])


def title(name, language):
    """A story's name as a reader sees it."""
    number, _, call = name.partition("-")
    return f"{number[4:]} {call}" if number.startswith("step") else label(name, language)


def entrance(stories, language):
    """What this is, and where to begin."""
    lists = {"steps": "", "what-if": ""}
    for name in (each["id"] for each in stories):
        step = name.startswith("step")
        more = " " + label(name[:6], language) if step else ""
        lists["steps" if step else "what-if"] += (
            f'<li><a href="#{name[:6] if step else name}/1">{title(name, language)}</a>'
            f"{more}</li>\n")
    accepts = next(each for each in stories if each["id"].endswith("-accept"))
    begin = next(number for number, moment in enumerate(accepts["moments"], 1)
                 if (moment["changes"].get("server") or {}).get("waits") == "accept")
    about = "".join(f"<h3>{label(name, language)}</h3>\n<ul>\n{items}</ul>\n"
                    for name, items in lists.items())
    return (f'<section class="entrance" lang="{language}">\n<h2>{label("title", language)}</h2>\n'
            f'<p>{label("about", language)}</p>\n'
            f'<p><a class="start" href="#step04/{begin}">{label("start", language)}</a></p>\n'
            f'{about}<p class="no-script">{label("script", language)}</p>\n</section>\n')


def text(stories, language):
    """Every moment of every story in words."""
    parts = []
    for each in stories:
        items = "".join(f"<li>{html.escape(said[language])}</li>\n" for said in each["text"])
        here = f' id="{each["id"][:6]}/1"' if language == "en" else ""  # without the script
        parts.append(f'<h3{here}>{title(each["id"], language)}</h3>\n'
                     f'<ol data-story="{each["id"]}">\n{items}</ol>\n')
    return f'<section class="text" lang="{language}">\n{"".join(parts)}</section>\n'


def build(stories, site=""):
    """The whole page. site: the address where it will be, if that is known."""
    files = list(dict.fromkeys(file for each in stories for _, file in each["sources"].values()))
    slim = [dict(each, text=None, sources={side: (name, files.index(file)) for side, (name, file)
                                           in each["sources"].items()}) for each in stories]
    data = {"stories": slim, "files": [(file, in_japanese(file)) for file in files],
            "labels": LABELS}
    text_of_data = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    picture = f'<meta property="og:image" content="{html.escape(site)}preview.png">'
    inside = (make(stories, language) for make in (entrance, text) for language in ("en", "ja"))
    parts = {"page.css": contents(HERE, "page.css"), "draw.js": contents(HERE, "draw.js"),
             "page.js": contents(HERE, "page.js"), "about": label("about", "en"),
             "picture": picture if site else "", "inside": "".join(inside),
             "data": text_of_data.replace("<", "\\u003c")}
    page = contents(HERE, "page.html")
    for place, content in parts.items():
        page = page.replace(f"<!--{place}-->", content)
    return page
