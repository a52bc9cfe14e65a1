"""The page that plays the stories: one HTML file with everything in it, each moment's text too.

Its template, its style and its scripts lie beside this file: page.html, page.css, draw.js, page.js.
"""

import glob
import html
import json
import os

from story import recording, variants, words
from story.words import HERE, ROOT, contents

LABELS = words.texts("labels")["labels"]
QUESTIONS = words.texts("predictions")
MANUAL = "https://man7.org/linux/man-pages/man2/{0}.2.html"


def questions(moments, step):
    """The predictions that belong to a step, each with the number of the moment that answers it."""
    found = []
    for section, said in QUESTIONS.items():
        where, before, who, right = section.split()
        at = [n for n, moment in enumerate(moments) if (moment.key, moment.who) == (before, who)]
        if where == step[:6] and at:
            answers = [said[key] for key in said if key.startswith("answer")]
            found.append({"at": at[0], "right": int(right) - 1, "answers": answers,
                          "ask": said["ask"], "because": said["because"]})
    return found


def story(name, events, step="", base="../", server="./a.out", client="client"):
    """What the page needs of one recording. step: the folder of its lesson; base: the address below
    which the repository's files are to be read; server: the command that started it; client: which
    of clients/ met it."""
    moments, call = list(recording.play(events)), step.partition("-")[2]
    links = [["", f"{base}{step}/README"], ["server.c", f"{base}{step}/server.c"],
             [f"man 2 {call}", MANUAL.format(call)]]
    return {
        "id": name, "links": links if step else [], "questions": questions(moments, name),
        "commands": {"server": server, "client": f"clients/{client}"},
        "events": [(event.who, recording.shown(event.text)) for event in events],
        "text": [words.sentence(moment) for moment in moments],
        "moments": [{"who": moment.who, "event": moment.event, "changes": moment.changes,
                     "wire": moment.wire} for moment in moments],
    }


def recordings():
    """{step: the path of its recording}, in order."""
    paths = sorted(glob.glob(os.path.join(ROOT, "step[0-9][0-9]-*", "request.events")))
    return {os.path.basename(os.path.dirname(path)): path for path in paths}


def recorded(base):
    """The stories of all steps and variants."""
    found = []
    for step, path in recordings().items():
        found.append(story(step, recording.read(path), step, base))
    for name, (step, clients, _) in variants.VARIANTS.items():
        events = recording.read(os.path.join(ROOT, step, name + ".events"))
        client = clients[0].replace(".c", "")
        found.append(story(name, events, step, base, client=client))
    return found


def label(name, language):
    return html.escape(LABELS[name][language])


def title(name, language):
    """A story's name as a reader sees it."""
    number, _, call = name.partition("-")
    return f"{number[4:]} {call}" if number.startswith("step") else label(name, language)


def entrance(language):
    """What this is, and where to begin."""
    return (f'<section class="entrance" lang="{language}">\n<h2>{label("title", language)}</h2>\n'
            f'<p>{label("about", language)}</p>\n'
            f'<p><a class="start" href="#step04/6">{label("start", language)}</a></p>\n'
            f'<p class="no-script">{label("script", language)}</p>\n</section>\n')


def text(stories, language):
    """Every moment of every story in words."""
    parts = []
    for each in stories:
        items = "".join(f"<li>{html.escape(said[language])}</li>\n" for said in each["text"])
        parts.append(f'<h3>{title(each["id"], language)}</h3>\n'
                     f'<ol data-story="{each["id"]}">\n{items}</ol>\n')
    return f'<section class="text" lang="{language}">\n{"".join(parts)}</section>\n'


def build(stories, site=""):
    """The whole page. site: the address where it will be, if that is known."""
    data = {"stories": [dict(each, text=None) for each in stories], "labels": LABELS}
    data = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    picture = f'<meta property="og:image" content="{html.escape(site)}preview.png">'
    inside = [entrance("en"), entrance("ja"), text(stories, "en"), text(stories, "ja")]
    files = "palette.css", "page.css", "draw.js", "page.js"
    parts = {name: contents(HERE, name) for name in files}
    parts.update(about=label("about", "en"), picture=picture if site else "",
                 inside="".join(inside), data=data)
    page = contents(HERE, "page.html")
    for place, content in parts.items():
        page = page.replace(f"<!--{place}-->", content)
    return page
