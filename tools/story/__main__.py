"""python3 tools/story page FOLDER OUT [CLIENT SOURCE COMMAND...] | trace FOLDER COMMAND...

page: the page of all recordings; with COMMAND, of its own run too, with CLIENT, which is clients/client.c, built with -g;
SOURCE is the file that COMMAND was built from, or nothing. trace: COMMAND under strace, live, with a word on each line.
What they write meanwhile goes into FOLDER, which they remove.
"""

import os
import shutil
import signal
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
import guard  # noqa: E402
import words as reader  # noqa: E402
from story import model, page, recording, run, words  # noqa: E402

SAYS = {
    "written": {"en": "{page} is written. Open it in a browser.",
                "ja": "{page} を書き出しました。ブラウザーで開いてください。"},
    "no-socket": {"en": "the program asked for no socket", "ja": "プログラムはソケットを要求しませんでした"},
}


def write_page(folder, out, client=None, source=None, *command):
    """Writes the page, the run of COMMAND and a client beside each other in front of the steps' recordings."""
    stories = page.recorded()
    if command:
        known = (os.path.realpath(command[0]), os.path.basename(source)) if source else None
        events = run.request(folder, [*run.LINES, *command], [*run.LINES, client, "127.0.0.1", "8001", "1"], known,
                             (client, "client.c"))
        if not any(event.who == "server" for event in events):
            sys.exit("page: " + SAYS["no-socket"][reader.language()])
        server = (os.path.basename(source), page.text(source)) if source else None
        stories.insert(0, page.story("mine", events, server))
    shown = os.path.relpath(out, page.ROOT)
    try:
        with open(out, "w", encoding="utf-8") as file:
            file.write(page.build(stories))
    except OSError as error:  # a full disk names no file
        raise OSError(error.errno, f"{shown}: {error.strerror}", "") from None
    print(SAYS["written"][reader.language()].format(page=shown), flush=True)


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


def trace(folder, *command):
    """Until the program ends, or Ctrl-C ends it; a second Ctrl-C does so if it heeds no signal."""
    traced = run.Traced(command, folder, "trace", None, None)
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


def main(name, folder, *rest):
    guard.at_end(shutil.rmtree, folder, True)
    try:
        {"page": write_page, "trace": trace}[name](folder, *rest)
    except OSError as error:  # nobody reads, or the disk is full
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(f"{name}: {error.strerror}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    guard.end_with_parent()
    guard.end_at_signals()
    main(*sys.argv[1:])
