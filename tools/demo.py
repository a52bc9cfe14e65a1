"""demo.py SOURCE PROGRAM SHOWN CLIENT...: a finished server under strace and a client, one request
after the other. tools/demo calls it, with the step's promise in the environment.

In    SHOWN: "all" shows each line of both, marked with its side; "client" only the client's.
      COUNT requests (5), a second apart
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

PORT, PATIENCE, MINUTE = 8001, 10, 70
PROMISED = os.environ["client_exit"]
BECAUSE = Words(os.environ["because_en"], os.environ["because_ja"])
ENDED = Words("the server has ended: {said}", "サーバーが終了しました: {said}")
BROKEN = Words("the client's exit status is {seen}, not {promised}",
               "クライアントの終了ステータスは {seen} でした ({promised} のはずです)")
READY = Words("This machine is ready for the course.", "このマシンで教材を進められます。")
TIME_WAIT = Words("Port {port} has connections in TIME-WAIT, and this step sets no SO_REUSEADDR: "
                  "waiting, a minute at most ...",
                  "ポート {port} では、直前の接続が TIME-WAIT で残っています。このステップは SO_REUSEADDR を"
                  "設定しないので、空くまで待ちます (最長 1 分)...")


def until(condition, seconds):
    """Waits for it, for so long at most."""
    limit = time.monotonic() + seconds
    while not condition() and time.monotonic() < limit:
        time.sleep(0.01)


class Demo:
    """The server, and how many of its calls have been shown."""

    def __init__(self, program, shown):
        self.paper, self.all = Paper(language()), shown == "all"
        self.server, self.first, self.calls = Run([program]), None, 0

    def show(self, side, text):
        """Prints a line of a side, where that side is shown."""
        if self.all or side == "client":
            colour = "36" if side == "server" else "33"
            print(self.paper.paint(colour, f"{side} |"), text, flush=True)

    def waits(self):
        """The call in which the server's first task waits, where no other task is left; or None."""
        trace = self.server.trace
        trace.update()
        if self.server.command.poll() is not None:
            self.server.require_traced()
            raise Unable(Said(ENDED, said=self.server.output().strip()))
        asked = (call.task for call in trace.calls if call.text.startswith("socket(AF_INET, "))
        self.first = self.first or next(asked, None)
        started = {call.value for call in trace.calls if call.name.startswith("clone") and call.ok}
        alone = set(trace.pending) == {self.first} and not started - set(trace.ends)
        return trace.pending[self.first] if alone else None

    def settle(self):
        """Waits until the server waits, and shows what it has called since, from its socket on."""
        until(self.waits, PATIENCE)
        calls = self.server.trace.calls
        for call in calls[self.calls:]:
            if self.calls or call.text.startswith("socket(AF_INET, "):
                task = "" if call.task == self.first else f"[pid {call.task}] "
                self.show("server", task + call.text)
                self.calls = calls.index(call) + 1
            if call.descriptor == 2 and call.name.startswith("write"):
                self.show("server", os.environ["ready_line"])

    def ask(self, command):
        """Runs the client, and shows what came of it: its exit status, or "waits"."""
        client = Run(command, traced=False)

        def over():
            queues = (each.queue for each in kernel.sockets([kernel.LISTEN], PORT))
            return client.command.poll() is not None or PROMISED == "waits" and any(queues)

        try:
            until(over, PATIENCE)
            self.settle()  # first the server's calls, which led to it
            for line in client.output().splitlines():
                self.show("client", line)
            ended = client.command.poll()
            return "waits" if ended is None else str(ended)
        finally:
            client.end()

    def run(self, command):
        """All of it."""
        self.settle()
        for number in range(int(os.environ.get("COUNT") or 5)):
            time.sleep(number > 0)
            if (seen := self.ask(command)) != PROMISED:
                raise Unable(Said(BROKEN, seen=seen, promised=PROMISED))
            if seen != "0":
                self.show("server", self.waits().text + " ...")
                break
        self.paper.print(BECAUSE if self.all else READY)


def await_time_wait(source):
    """Where that server sets no SO_REUSEADDR, waits for the end of connections in TIME-WAIT."""
    with open(source, encoding="utf-8") as file:
        if "SO_REUSEADDR" not in file.read() and kernel.in_time_wait(PORT):
            Paper(language(), sys.stderr).print(Said(TIME_WAIT, port=PORT))
            until(lambda: not kernel.in_time_wait(PORT), MINUTE)


def main(source, program, shown, *client):
    require_free_port(PORT)
    await_time_wait(source)
    demo = Demo(program, shown)
    try:
        demo.run(client)
    finally:
        demo.server.end()
    return 0


if __name__ == "__main__":
    finish("demo", lambda: main(*sys.argv[1:]))
