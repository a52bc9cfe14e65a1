"""What the workshop asks for: its steps, its reply; and how a reader names a step."""

import os
import re

from command import ROOT, Unable

from .phrases import say


def folders(place):
    names = sorted(os.listdir(os.path.join(ROOT, place)))
    return [os.path.join(place, name) for name in names if re.match(r"step\d\d-", name)]


STEPS, BEYOND = folders(""), folders("beyond")
with open(os.path.join(ROOT, STEPS[-1], "promise"), encoding="utf-8") as promise:
    REPLY = re.search(r'^client_output="(.*)"$', promise.read(), re.M)[1]


def up_to(wanted):
    """The steps from the first to that one, all five for no name; one alone of those beyond. 3, 03,
    step3, step03 and step03-listen mean the same."""
    found = re.fullmatch(r"(?:step)?(\d{1,2})(-.*)?", (wanted or STEPS[-1]).rstrip("/"))
    for step in [*STEPS, *BEYOND] if found else ():
        name = os.path.basename(step)
        if int(found[1]) == int(name[4:6]) and (not found[2] or name.endswith(found[2])):
            return [step] if step in BEYOND else STEPS[:STEPS.index(step) + 1]
    names = " ".join(map(os.path.basename, [*STEPS, *BEYOND]))
    raise Unable(say("no-step", wanted=wanted, steps=names), 2)
