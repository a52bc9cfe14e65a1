"""What the workshop asks for: its steps, its port, its reply; and how a reader names a step."""

import os
import re

from command import Unable

from .phrases import say


class Course:
    """The folders stepNN-call at the top and in beyond/; the reply that every client gets."""

    def __init__(self, root, port):
        self.root, self.port = root, port
        self.steps, self.beyond = self.folders(""), self.folders("beyond")
        with open(os.path.join(root, self.steps[-1], "promise"), encoding="utf-8") as file:
            self.reply = re.search(r'^client_output="(.*)"$', file.read(), re.M)[1].encode()

    def folders(self, place):
        names = sorted(os.listdir(os.path.join(self.root, place)))
        return [os.path.join(place, name) for name in names if re.match(r"step\d\d-", name)]

    def up_to(self, wanted):
        """The steps from the first to that one, all five for no name; one alone of those beyond.
        3, 03, step3, step03 and step03-listen mean the same."""
        found = re.fullmatch(r"(?:step)?(\d{1,2})(-.*)?", (wanted or self.steps[-1]).rstrip("/"))
        for step in [*self.steps, *self.beyond] if found else ():
            name = os.path.basename(step)
            if int(found[1]) == int(name[4:6]) and (not found[2] or name.endswith(found[2])):
                return [step] if step in self.beyond else self.steps[:self.steps.index(step) + 1]
        names = " ".join(os.path.basename(step) for step in [*self.steps, *self.beyond])
        raise Unable(say("no-step", wanted=wanted, steps=names), 2)
