"""beside.py FOLDER SERVER CLIENT...: the server under strace, the client beside it, in one terminal: each line marked
with its side and printed as it happens, until there is nothing more to see. tools/demo calls it.

In    FOLDER, for what it writes, is gone afterwards; from the environment: ready_line, client_exit and because,
      as the step's promise says; COLOUR=yes
Exit  0 the client ended as promised, 1 it did not, or the server has ended
"""

import errno
import os
import shutil
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
import guard  # noqa: E402
import kernel  # noqa: E402
from strace import Trace, room_for_trace  # noqa: E402
from words import language  # noqa: E402

READY, PROMISED = os.environ["ready_line"], os.environ["client_exit"]
PORT, PATIENCE = 8001, 10


def fail(english, japanese):
    sys.exit("demo: " + (japanese if language() == "ja" else english))


def show(side, number, text):
    mark = f"\033[{number}m{side} |\033[0m" if os.environ.get("COLOUR") == "yes" else f"{side} |"
    print(mark, text, flush=True)


def started(command, path):
    """The command under a guard; what it prints goes to that file."""
    with open(path, "wb") as output:
        return guard.Guarded(command, stdout=output, stderr=output, stdin=guard.NOTHING)


class Server:
    """The server under strace, and how much of its trace has been shown."""

    def __init__(self, folder, program):
        path, self.printed = os.path.join(folder, "calls"), os.path.join(folder, "printed")
        open(path, "w", encoding="ascii").close()
        self.trace, self.shown, self.first, self.ready = Trace(path), 0, None, False
        self.run = started(["strace", "-f", "-o", path, program], self.printed)

    def show(self):
        """Prints the calls that have ended since the last time, from the first socket on."""
        self.trace.update()
        for call in self.trace.calls[self.shown :]:
            self.shown += 1
            if self.first is None and call.name == "socket" and call.arguments.startswith("AF_INET,"):
                self.first = call.task
            if self.first is not None:
                show("server", 36, ("" if call.task == self.first else f"[pid {call.task}] ") + call.text)
            if not self.ready and call.name.startswith("write") and call.descriptor == 2:
                self.ready = True
                show("server", 36, READY)

    def waits_in(self):
        """The call in which its first task waits, where no other task is left; else None."""
        pending = dict(self.trace.pending)
        call = pending.pop(self.first, None)
        others = {each.value for each in self.trace.calls if each.name.startswith("clone") and each.ok}
        return call if not pending and not others - set(self.trace.ends) else None

    def require(self):
        """Fails where it has ended."""
        if self.run.poll() is not None:
            with open(self.printed, encoding="utf-8", errors="replace") as file:
                said = file.read().strip()
            fail(f"the server has ended: {said}", f"サーバーが終了しました: {said}")


def visit(server, client, words):
    """Shows both, the client by its words, until there is nothing more to come. A client's line waits until the server
    waits for something again: the server's calls that led to it come first. Returns the client's exit status, or
    "waits"."""
    while True:
        server.show()
        server.require()
        ended = client.poll()
        server.show()
        if server.waits_in():
            for line in words:
                show("client", 33, line.rstrip("\n"))
            if ended is not None:
                return str(ended)
            if PROMISED == "waits" and any(each.queue for each in kernel.sockets([kernel.LISTEN], PORT)):
                return "waits"
        time.sleep(0.02)


def main(folder, program, *command):
    server = client = None
    guard.at_end(shutil.rmtree, folder, True)
    try:
        if not room_for_trace(folder):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), os.path.dirname(folder))
        server, limit = Server(folder, program), time.monotonic() + PATIENCE
        while not server.ready and time.monotonic() < limit:
            server.show()
            server.require()
            time.sleep(0.01)
        answers = os.path.join(folder, "answers")
        client = started(command, answers)
        with open(answers, encoding="utf-8", errors="replace") as words:
            seen = visit(server, client, words)
        if PROMISED != "0":
            show("server", 36, server.waits_in().text + " ...")
        if seen == PROMISED:
            print(os.environ["because"], flush=True)
        else:
            fail(f"the client's exit status is {seen}, not {PROMISED}",
                 f"クライアントの終了ステータスは {seen} でした ({PROMISED} のはずです)")
    finally:
        for run in (client, server and server.run):
            if run:
                run.end()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    guard.end_with_parent()
    guard.end_at_signals()
    try:
        main(*sys.argv[1:])
    except OSError as error:  # nobody reads, or the disk is full
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        where = error.filename or "standard output"
        fail(f"{where}: {error.strerror or error}", f"{where}: {error.strerror or error}")
