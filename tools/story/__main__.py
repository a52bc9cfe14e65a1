"""python3 tools/story TOOL PORT [COMMAND]: the work of tools/page and tools/trace. page: the page of all
recordings; with COMMAND, or with MINE, of the reader's own program too. trace: the reader's program
under strace, live, with a word on each line.
"""

import os
import shutil
import signal
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
import guard  # noqa: E402

guard.begin()

import command  # noqa: E402
import subject  # noqa: E402
import words as reader  # noqa: E402
from run import require_free_port  # noqa: E402
from story import model, page, recording, run, words  # noqa: E402

SAYS = {
    "written": {"en": "{page} is written. Open it in a browser.",
                "ja": "{page} を書き出しました。ブラウザーで開いてください。"},
    "no-socket": {"en": "the program asked for no socket", "ja": "プログラムはソケットを要求しませんでした"},
}


def write_page(wanted, port, _):
    """Writes the page; the run of the reader's program and a client stands in front of the steps'."""
    stories, out = page.recorded(), os.path.join(page.ROOT, "build", "page.html")
    if wanted is not None or os.environ.get("MINE"):
        out = os.path.join(page.ROOT, "build", "mine.html")
        stories.insert(0, own_story(wanted, port))
    shown = os.path.relpath(out, page.ROOT)
    try:
        with open(out + ".new", "w", encoding="utf-8") as file:
            file.write(page.build(stories))
        os.replace(out + ".new", out)
    except OSError as error:  # a full disk names no file
        raise OSError(error.errno, error.strerror, shown) from None
    print(SAYS["written"][reader.language()].format(page=shown), flush=True)
    return 0


def own_story(wanted, port):
    """The story of the reader's program, and of one client."""
    what = subject.find(wanted, "make page" + ("" if wanted else " MINE=1"))
    require_free_port(port)
    with tempfile.TemporaryDirectory(prefix="run-", dir=os.path.join(page.ROOT, "build")) as folder:
        guard.at_end(shutil.rmtree, folder, True)
        client = os.path.join(folder, "client.out")
        subject.compile_c(["-g", "-o", client, os.path.join(page.ROOT, "clients/client.c")])
        known = (os.path.realpath(what.command[0]), what.source) if what.source else None
        events = run.request(folder, [*run.LINES, *what.command],
                             [*run.LINES, client, "127.0.0.1", str(port), "1"], known, (client, "client.c"))
    if not any(event.who == "server" for event in events):
        raise command.Unable(reader.Words(**SAYS["no-socket"]))
    return page.story("mine", events, (what.source, page.text(what.source)) if what.source else None)


class Told:
    """A trace that is printed while it grows, each line with the model's words on it."""

    def __init__(self, trace):
        self.trace, self.world, self.paper = trace, model.World(), reader.Paper(reader.language())
        self.names, self.printed, self.waits, self.stopped = {}, 0, set(), False

    def word(self, said):
        for line in reader.fold(said[self.paper.language], (self.paper.columns or 10000) - 4):
            print("    " + self.paper.paint("2", line), flush=True)

    def tell(self, phase, call, text):
        """Prints a call, and what it means. After Ctrl-C only what becomes of the sockets that we know of."""
        who = recording.caller(self.names, call)
        if who is None or self.stopped and (
                who not in self.world.processes or not self.world.held(who, call.descriptor)):
            return
        moment = next(self.world.take(who, phase, call))
        print(text, flush=True)
        if words.known(moment):
            self.word(words.sentence(moment))

    def new(self):
        """Prints the calls that have been answered since, from the first socket on; not what a signal has ended."""
        for call in self.trace.calls[self.printed:]:
            self.printed += 1
            self.waits.discard(call.task)
            if call.value is not None or call.name.startswith("exit"):
                self.tell("does", call, call.text)

    def waiting(self):
        """Prints the calls that wait, once each."""
        for task, call in list(self.trace.pending.items()):
            if self.names and task not in self.waits and model.kind(call) in run.WAITING:
                self.waits.add(task)
                self.tell("asks", call, recording.asked(call) + " ...")

    def end(self):
        for end in sorted(set(self.trace.ends.values())):  # all threads of a program end in the same way
            if end.startswith("killed"):
                print(f"+++ {end} +++", flush=True)
                self.word(words.sentence({"who": "server", "key": "killed", "facts": {"status": end}}))
        if not self.names:
            self.word(words.SAYS["no-socket"])


def trace(wanted, port, _):
    """Until the program ends, or Ctrl-C ends it; a second Ctrl-C does so if it heeds no signal."""
    what = subject.find(wanted, "make trace")
    require_free_port(port)
    folder = tempfile.mkdtemp(prefix="run-", dir=os.path.join(page.ROOT, "build"))
    guard.at_end(shutil.rmtree, folder, True)
    traced = run.Traced(what.command, folder, "trace", None, None)
    told, stops = Told(traced.trace), []
    signal.signal(signal.SIGINT, lambda number, frame: stops.append(number))
    ended, given = False, 0
    try:
        while not ended:
            ended = traced.look()
            told.new()
            if time.monotonic() - traced.changed > 0.1:
                told.waiting()
            if len(stops) > given:
                given, told.stopped = given + 1, True
                traced.send(signal.SIGINT if given == 1 else signal.SIGKILL)
            time.sleep(0.02)
        traced.look()
        told.new()
        told.end()
    finally:
        traced.run.end()
        shutil.rmtree(folder, True)
    return 0


if __name__ == "__main__":
    USAGE = {tool: reader.Words(f"usage: make {tool} [PROGRAM='command']",
                                f"使い方: make {tool} [PROGRAM='コマンド']") for tool in ("page", "trace")}
    command.end({"page": write_page, "trace": trace}, USAGE)
