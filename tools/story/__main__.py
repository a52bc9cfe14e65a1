"""python3 tools/story pages OUT | own OUT FOLDER CLIENT SOURCE COMMAND... | trace FOLDER COMMAND...

pages: the page of all recordings. own: the page of COMMAND's own run, with one client; SOURCE is the file it was
built from, or nothing. trace: COMMAND under strace, live, with a word on each line.
"""

import errno
import os
import shutil
import signal
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
import guard  # noqa: E402
import words as reader  # noqa: E402
from strace import room_for_trace  # noqa: E402
from story import model, page, recording, run, words  # noqa: E402

ROOT = os.path.join(page.HERE, "..", "..")
SAYS = {
    "written": {"en": "{page} is written. Open it in a browser.",
                "ja": "{page} を書き出しました。ブラウザーで開いてください。"},
    "no-socket": {"en": "the program asked for no socket", "ja": "プログラムはソケットを要求しませんでした"},
}


def own(out, folder, client, source, *command):
    """Runs COMMAND and a client beside each other, and writes the page of that, the steps' recordings behind it."""
    known = (os.path.realpath(command[0]), os.path.basename(source)) if source else None
    events = run.request(folder, command, [client, "127.0.0.1", "8001", "1"], known, (client, "client.c"))
    if not any(event.who == "server" for event in events):
        sys.exit("page: " + SAYS["no-socket"][reader.language()])
    server = (os.path.basename(source), page.text(source)) if source else None
    mine = page.story("mine", events, server, ("client.c", page.text(os.path.join(ROOT, "clients", "client.c"))))
    write(out, [mine] + page.recorded(ROOT))


def write(out, stories):
    try:
        with open(out, "w", encoding="utf-8") as file:
            file.write(page.build(stories))
    except OSError as error:  # a full disk names no file
        raise OSError(error.errno, f"{os.path.relpath(out, ROOT)}: {error.strerror}", "") from None
    print(SAYS["written"][reader.language()].format(page=os.path.relpath(out, ROOT)), flush=True)


class Told:
    """A trace that is printed while it grows, each line with the model's words on it."""

    def __init__(self, traced):
        self.traced, self.world = traced, model.World()
        self.own, self.printed, self.waits, self.stopped = {}, 0, {}, False
        self.width = (shutil.get_terminal_size((10000, 0)).columns or 10000) if sys.stdout.isatty() else 10000
        self.dim = ("\033[2m", "\033[0m") if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else ("", "")

    def word(self, said):
        for line in reader.fold(said[reader.language()], self.width - 4):
            print(f"    {self.dim[0]}{line}{self.dim[1]}", flush=True)

    def line(self, text, said):
        print(text, flush=True)
        if said:
            self.word(said)

    def tell(self, phase, call, text):
        who = self.own.setdefault(call.task, f"server.t{len(self.own)}" if self.own else "server")
        if self.stopped and not self.world.held(who, call.descriptor):
            return  # after Ctrl-C: only what becomes of the sockets
        moment = next(self.world.take(who, phase, call))
        if model.kind(call) == "clone" and call.ok:
            self.own[call.value] = moment["facts"]["child"]
        self.line(text, words.sentence(moment) if words.known(moment) else None)

    def new(self):
        """Prints the calls that have been answered since, from the first socket on."""
        calls = self.traced.trace.calls
        for call in calls[self.printed:]:
            self.printed += 1
            if call.name in recording.NOISE or not self.own and not call.arguments.startswith("AF_INET"):
                continue
            phase = "gets" if self.waits.pop(call.task, None) else "does"
            if call.value is not None or call.name.startswith("exit"):  # else a signal has ended the wait
                self.tell(phase, call, call.text)

    def waiting(self):
        """Prints the calls that wait, once each."""
        for task, call in list(self.traced.trace.pending.items()):
            if self.own and task not in self.waits and model.kind(call) in run.WAITING:
                self.waits[task] = call
                self.tell("asks", call, recording.asked(call) + " ...")

    def end(self):
        for end in sorted(self.traced.trace.ends.values()):
            if end.startswith("killed"):
                said = words.sentence({"who": "server", "key": "exit_group", "facts": {"status": end}})
                self.line(f"+++ {end} +++", said)
        if not self.own:
            self.word(words.SAYS["no-socket"])


def trace(folder, *command):
    """Until the program ends, or Ctrl-C ends it; a second Ctrl-C does so if it heeds no signal."""
    traced = run.Traced(command, os.path.join(folder, "trace"), None, None)
    told, stops = Told(traced), []
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


def main(name, *rest):
    if name == "pages":
        try:
            return write(rest[0], page.recorded(ROOT))
        except OSError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            sys.exit(f"page: {error.strerror}")
    folder = rest[0 if name == "trace" else 1]
    guard.at_end(shutil.rmtree, folder, True)
    try:
        if not room_for_trace(folder):
            raise OSError(errno.ENOSPC, f"{os.path.dirname(folder)}: {os.strerror(errno.ENOSPC)}")
        {"own": own, "trace": trace}[name](*rest)
    except OSError as error:  # nobody reads, or the disk is full
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(f"{'page' if name == 'own' else name}: {error.strerror}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    guard.end_with_parent()
    guard.end_at_signals()
    main(*sys.argv[1:])
