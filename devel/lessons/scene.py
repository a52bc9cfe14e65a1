"""A scene: the project as a reader has it, and up to three terminals that do what a reader does.

Read  pty(7) capabilities(7)
"""
import ctypes
import difflib
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, os.path.realpath(__file__ + "/../.."))
from normal import PROMPT, screen  # noqa: E402

LIMIT = 20  # seconds that any awaited fact may take
SEEN = ["Makefile", "clients", "tools", "step*", "beyond"]  # what a reader uses; nobody writes there
PR_CAPBSET_DROP, CAP_NET_BIND_SERVICE = 24, 10


class NotHere(Exception):
    """An experiment does not work on this machine; the text says why."""


class Terminal:
    """A bash on a pseudo-terminal."""

    def __init__(self, folder):
        self.output, self.typed = "", ""  # all that it showed; the commands, a line each
        self.mark = 0  # where in the output the last command begins
        self.raw = b""
        pid, self.master = pty.fork()
        if pid == 0:
            os.closerange(3, 256)  # the other terminals'
            os.chdir(folder)
            # Root is refused port 80 as any other user is (capabilities(7)).
            ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_NET_BIND_SERVICE, 0, 0, 0)
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores it
            here = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
            here.update(LC_ALL="C.UTF-8", PS1=PROMPT, TERM="dumb", COLUMNS="80", HISTFILE="",
                        WORKSHOP_LANG="en")
            os.execvpe("bash", ["bash", "--norc", "--noprofile", "--noediting", "-i"], here)

    def read(self):
        try:
            self.raw += os.read(self.master, 65536)
        except OSError:  # the terminal has ended
            pass
        self.output = self.raw.decode("utf-8", "replace").replace("\r\n", "\n")

    def prompts(self):
        return self.output[self.mark :].endswith(PROMPT)


class Scene:
    """What an experiment acts on; README.md shows one."""

    def __init__(self, root, folder):
        self.folder = Path(folder)
        self.terminals, self.kept = {}, {}  # kept: a screen whose rest is not for the page
        self.edited = ""
        for pattern in SEEN:
            for source in Path(root).glob(pattern):
                (self.folder / source.name).symlink_to(source)
        (self.folder / "build").mkdir()
        (self.folder / "build" / "pycache").symlink_to(Path(root, "build", "pycache"))

    def terminal(self, number):
        if number not in self.terminals:
            self.terminals[number] = Terminal(self.folder)
        return self.terminals[number]

    def server(self, step, *edits):
        """The reader's server.c becomes the step's, with edits: (what is there, what replaces it)."""
        (self.folder / "server.c").write_bytes((self.folder / step / "server.c").read_bytes())
        self.edit(*edits)

    def edit(self, *edits):
        """Edits server.c. "..." in the old text stands for whatever lies between."""
        path = self.folder / "server.c"
        before = text = path.read_text(encoding="utf-8")
        for old, new in edits:
            pattern = ".*?".join(re.escape(part) for part in old.split("..."))
            text, times = re.subn(pattern, lambda _, new=new: new, text, flags=re.S)
            if times != 1:
                raise ValueError(f"{old!r} is there {times} times")
        path.write_text(text, encoding="utf-8")
        lines = list(difflib.unified_diff(before.splitlines(), text.splitlines(), n=1, lineterm=""))
        shown = ["..." if line.startswith("@@") else line for line in lines[3:] if line.strip()]
        self.edited = "".join(f"{line}\n" for line in shown)

    def type(self, number, command):
        """Types a command, once the terminal shows its prompt."""
        self.shows_prompt(number)
        terminal = self.terminal(number)
        terminal.mark = len(terminal.output)
        terminal.typed += f"{command}\n"
        os.write(terminal.master, f"{command}\n".encode())

    def run(self, number, command):
        """Types a command and waits for its end."""
        self.type(number, command)
        self.shows_prompt(number)

    def key(self, number, letter):
        """Presses Ctrl and the letter."""
        os.write(self.terminal(number).master, bytes([ord(letter) - ord("A") + 1]))

    def sees(self, number, pattern, times=1):
        """Waits until what the last command printed matches, so many times."""
        terminal = self.terminal(number)

        def seen():
            text = terminal.output[terminal.mark :].partition("\n")[2]
            return len(re.findall(pattern, text, re.MULTILINE)) >= times

        self.wait(seen, f"terminal {number} to show {pattern!r}")

    def shows_prompt(self, number):
        self.wait(self.terminal(number).prompts, f"terminal {number} to show its prompt")

    def enough(self, number):
        """What the terminal shows from now on is not for the page."""
        self.kept[number] = self.terminal(number).output

    def wait(self, fact, what, limit=LIMIT):
        """Waits until fact() is true. TimeoutError: it is not, after limit seconds."""
        end = time.monotonic() + limit
        while not fact():
            masters = {each.master: each for each in self.terminals.values()}
            for ready in select.select(list(masters), [], [], 0.05)[0]:
                masters[ready].read()
            if time.monotonic() > end:
                shown = "\n".join(f"--- terminal {n}\n{self.screen(n)}" for n in self.terminals)
                raise TimeoutError(f"waited {limit} s for {what}\n{shown}")

    def sockets(self):
        """The network's TCP sockets, each the columns of ss: state, queues, addresses."""
        shown = subprocess.run(["ss", "-tanH"], stdout=subprocess.PIPE, text=True, check=True)
        return [line.split() for line in shown.stdout.splitlines()]

    def states(self):
        return [row[0] for row in self.sockets()]

    def queue(self):
        """How many connections wait for accept; -1 where nobody listens."""
        return next((int(row[1]) for row in self.sockets() if row[0] == "LISTEN"), -1)

    def screen(self, number):
        return screen(self.kept.get(number, self.terminal(number).output))

    def shown(self):
        numbers = list(self.terminals)
        return {"typed": {n: self.terminals[n].typed for n in numbers},
                "screen": {n: self.screen(n) for n in numbers}, "edit": {"": self.edited}}
