"""make check STEP=06 and on: that step's own tests are asked of the program, and told as promises.
A test's name is its sentence in English; the line above it, "# ja: ...", in Japanese."""

import glob
import os
import re
import shlex
import shutil
import subprocess
import tempfile

from command import ROOT, Unable
from guard import NOTHING, Guarded, at_end
from words import Words, printable

from .evidence import BANNER
from .phrases import say

TEST = re.compile(r'^(?:# ja: (.*)\n)?@test "step\d+: (.*)" \{', re.M)
SAID, SAYS = re.compile("# (expected|found): (.*)"), {"expected": "expected", "found": "seen"}
RESULT = re.compile(r"(ok|not ok) (\d+) (?:step\d+: )?(.*?)( # skip.*)?\n")


def judge(what, step, paper):
    """Prints what came of each promise as it is known. Returns the exit status."""
    if not shutil.which("bats"):
        raise Unable(say("no-bats"))
    file = os.path.join(ROOT, "tests", os.path.basename(step)[:6] + ".bats")
    japanese = {en: ja for ja, en in TEST.findall(read(file))}
    quoted = [*map(shlex.quote, [os.getcwd(), *what.command])]
    program = f"cd {quoted[0]} && exec {' '.join(quoted[1:])}"
    with tempfile.TemporaryDirectory() as top:
        at_end(shutil.rmtree, top, True)
        os.environ.update(PROGRAM=program, TMPDIR=top)
        command = ["bats", "--tap", "--no-tempdir-cleanup", file]
        bats = Guarded(command, stdin=NOTHING, stdout=subprocess.PIPE, stderr=NOTHING, text=True)
        kept = []
        for line in bats.stdout:
            if found := RESULT.match(line):
                kept.append(tell(paper, found, japanese))
                folder = os.path.join(top, "bats-run-*", "test", found[2])
            elif said := SAID.match(line):
                paper.say(SAYS[said[1]], printable(said[2]), 4)
                for piece in last_words(folder) if said[1] == "found" else ():
                    paper.say("seen", piece, 4)
        bats.end()
    if not kept:
        raise Unable(say("no-tests", file=os.path.relpath(file)))
    if False in kept:
        paper.say("read", paper.readme(step), 4)
        paper.say("again", what.again, 4)
    paper.print(say("tally", reached=int(False not in kept), steps=1))
    return int(False in kept)


def tell(paper, found, japanese):
    """Prints a test's result as a promise. Is it kept; None where it was not asked?"""
    sentence = Words(found[3], japanese.get(found[3]) or found[3])
    if found[1] == "ok" and not found[4]:
        paper.say("ok", sentence, colour="32")
    elif found[1] != "ok":
        paper.say("not-yet", sentence, colour="31;1")
    paper.out.flush()
    return None if found[4] else found[1] == "ok"


def last_words(folder):
    """The program's own last line, and a call that failed with EBADF, by what the test has left."""
    said = "".join(map(read, glob.glob(os.path.join(folder, "server.err")))).strip()
    said, trace = said.rpartition("\n")[2], map(read, glob.glob(os.path.join(folder, "trace")))
    if said and not BANNER.search(said):
        yield say("printed", said=printable(said))
    for call in re.findall(r"(?m)^\d+ +((?!fcntl).*) EBADF ", "".join(trace))[:1]:
        yield say("wrong-descriptor", call=printable(" ".join(call.split()) + " EBADF"))


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()
