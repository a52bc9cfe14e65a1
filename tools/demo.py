"""demo.py PROGRAM TALK CLIENT...: a finished server under strace and a client, in one terminal, until
there is nothing more to see. tools/demo calls it, with the step's promise in the environment.

In    TALK: "all" shows each line of both, marked with its side; "client" only the client's
Exit  0 the client ended as promised, 1 it did not, or the server has ended
"""

import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
import guard  # noqa: E402

guard.begin()

import kernel  # noqa: E402
from command import Unable, finish  # noqa: E402
from run import Run, require_free_port  # noqa: E402
from words import Paper, Said, Words, language  # noqa: E402

READY, PROMISED = os.environ["ready_line"], os.environ["client_exit"]
PORT, PATIENCE, MINUTE = 8001, 10, 70
ENDED = Words("the server has ended: {said}", "サーバーが終了しました: {said}")
BROKEN = Words("the client's exit status is {seen}, not {promised}",
               "クライアントの終了ステータスは {seen} でした ({promised} のはずです)")
READY_FOR = Words("This machine is ready for the course.", "このマシンで教材を進められます。")
TIME_WAIT = Words("Port {port} has connections in TIME-WAIT, and this step sets no SO_REUSEADDR: "
                  "waiting, a minute at most ...",
                  "ポート {port} では、直前の接続が TIME-WAIT で残っています。このステップは SO_REUSEADDR を"
                  "設定しないので、空くまで待ちます (最長 1 分)...")


class Demo:
    """The server, the client, and what of them has been shown."""

    def __init__(self, program, talk):
        self.paper, self.all = Paper(language()), talk == "all"
        self.server, self.client = Run([program]), None
        self.shown, self.first, self.ready = 0, None, False

    def show(self, side, colour, text):
        if self.all or side == "client":
            print(self.paper.paint(colour, f"{side} |"), text, flush=True)

    def show_calls(self):
        """Shows the server's calls that have ended since the last time, from the first socket on."""
        trace = self.server.trace
        trace.update()
        for call in trace.calls[self.shown:]:
            self.shown += 1
            if self.first is None and call.name == "socket" and call.arguments.startswith("AF_INET,"):
                self.first = call.task
            if self.first is not None:
                task = "" if call.task == self.first else f"[pid {call.task}] "
                self.show("server", "36", task + call.text)
            if not self.ready and call.name.startswith("write") and call.descriptor == 2:
                self.ready = True
                self.show("server", "36", READY)

    def waits_in(self):
        """The call in which its first task waits, where no other task is left; else None."""
        trace = self.server.trace
        pending = dict(trace.pending)
        call = pending.pop(self.first, None)
        others = {each.value for each in trace.calls if each.name.startswith("clone") and each.ok}
        return call if not pending and not others - set(trace.ends) else None

    def require_server(self):
        """Unable where the server has ended."""
        if self.server.command.poll() is not None:
            self.server.require_traced()
            raise Unable(Said(ENDED, said=self.server.output().strip()))

    def start(self, client):
        """Waits until the server is ready, and starts the client."""
        limit = time.monotonic() + PATIENCE
        while not self.ready and time.monotonic() < limit:
            self.show_calls()
            self.require_server()
            time.sleep(0.01)
        self.client = Run(client, traced=False)

    def visit(self):
        """Shows both until there is nothing more to come. A client's line waits until the server
        waits again: the server's calls that led to it come first. Returns the client's exit status,
        or "waits"."""
        said = 0
        while True:
            self.show_calls()
            self.require_server()
            ended = self.client.command.poll()
            self.show_calls()
            if self.waits_in():
                lines = self.client.output().splitlines()
                for line in lines[said:]:
                    self.show("client", "33", line)
                said = len(lines)
                if ended is not None:
                    return str(ended)
                if PROMISED == "waits" and any(each.queue for each in kernel.sockets([kernel.LISTEN], PORT)):
                    return "waits"
            time.sleep(0.02)

    def conclude(self, seen):
        """Says what came of it."""
        if seen != PROMISED:
            raise Unable(Said(BROKEN, seen=seen, promised=PROMISED))
        if PROMISED != "0":
            self.show("server", "36", self.waits_in().text + " ...")
        because = Words(os.environ["because_en"], os.environ["because_ja"])
        self.paper.print(because if self.all else READY_FOR)

    def end(self):
        for run in (self.client, self.server):
            if run:
                run.end()


def await_time_wait(source):
    """Where that server sets no SO_REUSEADDR, waits for the end of connections in TIME-WAIT."""
    with open(source, encoding="utf-8") as file:
        if "SO_REUSEADDR" in file.read() or not kernel.in_time_wait(PORT):
            return
    Paper(language(), sys.stderr).print(Said(TIME_WAIT, port=PORT))
    limit = time.monotonic() + MINUTE
    while kernel.in_time_wait(PORT) and time.monotonic() < limit:
        time.sleep(0.1)


def main(source, program, talk, *client):
    require_free_port(PORT)
    await_time_wait(source)
    demo = Demo(program, talk)
    try:
        demo.start(client)
        demo.conclude(demo.visit())
    finally:
        demo.end()
    return 0


if __name__ == "__main__":
    finish("demo", lambda: main(*sys.argv[1:]))
