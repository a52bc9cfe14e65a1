"""make check STEP=06 and on: that step's own tests are asked of the program, and told as promises.
A test's name is its sentence in English; the line above it, "# ja: ...", in Japanese."""

import glob
import os
import re
import shutil
import subprocess
import tempfile

from command import ROOT, Unable
from guard import NOTHING, Guarded, at_end
from strace import Trace
from words import Words, printable

from .ending import BANNER
from .phrases import say

TEST = re.compile(r'^(?:# ja: (.*)\n)?@test "step\d+: (.*)" \{', re.M)
RESULT = re.compile(r"(ok|not ok) (\d+) (?:step\d+: )?(.*?)( # skip.*)?\n")


def judge(what, step, paper):
    """Prints what came of each promise as it is known. Returns the exit status."""
    if not shutil.which("bats"):
        raise Unable(say("no-bats"))
    file = os.path.join(ROOT, "tests", os.path.basename(step)[:6] + ".bats")
    with open(file, encoding="utf-8") as text:
        japanese = {en: ja for ja, en in TEST.findall(text.read())}
    program = what.command[-1] if len(what.command) > 1 else os.path.abspath(what.command[0])
    with tempfile.TemporaryDirectory() as top:
        at_end(shutil.rmtree, top, True)
        os.environ.update(PROGRAM=program, TMPDIR=top)
        command = ["bats", "--tap", "--no-tempdir-cleanup", file]
        bats = Guarded(command, stdin=NOTHING, stdout=subprocess.PIPE, stderr=NOTHING, text=True)
        kept = [tell(paper, line, japanese, top) for line in bats.stdout]
        bats.end()
    if False in kept:
        paper.say("read", paper.readme(step), 4)
        paper.say("again", what.again, 4)
    paper.print(say("tally", reached=int(False not in kept), steps=1))
    return int(False in kept)


def tell(paper, line, japanese, top):
    """Prints a line of the tests' output, in our words. False for a promise that is not kept."""
    said, found = re.match("# (expected|found): (.*)", line), RESULT.match(line)
    if said:
        paper.say("expected" if said[1] == "expected" else "seen", printable(said[2]), 4)
    if not found:
        return None
    sentence = Words(found[3], japanese.get(found[3]) or found[3])
    if found[1] == "ok" and not found[4]:
        paper.say("ok", sentence, colour="32")
    elif found[1] != "ok":
        paper.say("not-yet", sentence, colour="31;1")
        for piece in last_words(os.path.join(top, "bats-run-*", "test", found[2])):
            paper.say("seen", piece, 4)
    paper.out.flush()
    return found[1] == "ok"


def last_words(folder):
    """The program's own last line, and a call that failed with EBADF, by what the test has left."""
    for path in glob.glob(os.path.join(folder, "server.err")):
        with open(path, encoding="utf-8", errors="replace") as file:
            said = file.read().strip().split("\n")[-1]
        if said and not BANNER.search(said):
            yield say("printed", said=printable(said))
    for path in glob.glob(os.path.join(folder, "trace")):
        trace = Trace(path)
        trace.update()
        wrong = next((call for call in trace.calls if call.error == "EBADF"), None)
        if wrong:
            yield say("wrong-descriptor", call=wrong.text)
