"""What the workshop asks for: its steps, its port, its reply; and how a reader names a step."""

import glob
import os
import re
import shlex

from .rule import Said, Words

NO_STEP = Words(
    "There is no step '{wanted}'. The steps are: {steps}", "'{wanted}' というステップはありません。あるのは {steps} です。"
)


class Unable(Exception):
    """It cannot be judged: one line says why. status is the exit status that tells of it."""

    def __init__(self, said, status=1):
        super().__init__(said)
        self.said, self.status = said, status


class Course:
    """The folders stepNN-call at the top of the repository, and what the last of them promises."""

    def __init__(self, root, port):
        self.root, self.port = root, port
        self.steps = sorted(os.path.basename(path) for path in glob.glob(glob.escape(root) + "/step[0-9][0-9]-*"))
        self.reply = self.promise(self.steps[-1])["client_output"].encode()

    def promise(self, step):
        """The variables of a step's promise."""
        with open(os.path.join(self.root, step, "promise"), encoding="utf-8") as file:
            words = shlex.split(file.read(), comments=True)
        return dict(word.split("=", 1) for word in words)

    def step(self, wanted):
        """The folder of a step: 3, 03, step3, step03 and step03-listen mean the same."""
        found = re.fullmatch(r"(?:step)?(\d{1,2})(-.*)?", wanted.rstrip("/"))
        for step in self.steps if found else ():
            if int(found.group(1)) == int(step[4:6]) and (not found.group(2) or step.endswith(found.group(2))):
                return step
        raise Unable(Said(NO_STEP, wanted=wanted, steps=" ".join(self.steps)), 2)

    def up_to(self, wanted):
        """The steps from the first to that one; all of them for no name."""
        return self.steps[: self.steps.index(self.step(wanted)) + 1] if wanted else self.steps
