"""A scene: the project as a reader has it, and terminals in which an experiment is carried out.

server, edit, see ... are what an experiment may do beside typing; each returns a function of the
scene.  Read pty(7) stty(1) setpriv(1)
"""
import difflib
import os
import pty
import re
import select
import shutil
import subprocess
import time
from pathlib import Path

from normal import PROMPT, screen

LIMIT = 20  # seconds that anything awaited may take
# Root is refused port 80 as any other user. What is typed is shown by us: an echo may be late.
SHELL = ("setpriv --bounding-set -net_bind_service setsid --ctty sh -c".split()
         + ["stty -echo -opost noflsh; exec bash --norc --noediting -i"])
END, BEGUN = r"\$ \Z", r"(\[pid +\d+\] )?\w+\(.*"  # the prompt; a call that does not return yet


class Absent(Exception):
    """This machine cannot show the experiment."""


class Terminal:
    """A bash on a pseudo-terminal."""

    def __init__(self, folder):
        self.typed = ""  # the commands, a line each
        self.raw = b""  # all that it showed
        self.mark = 0  # where in the output the last command's answer begins
        self.master, slave = pty.openpty()
        here = {"LC_ALL": "C.UTF-8", "PS1": PROMPT, "TERM": "dumb", "COLUMNS": "80",
                "HISTFILE": "", "WORKSHOP_LANG": "en", "HOME": os.environ.get("HOME", "/"),
                "PATH": f"/usr/bin:/bin:{os.environ['PATH']}"}  # the system's python3
        subprocess.Popen(SHELL, stdin=slave, stdout=slave, stderr=slave, cwd=folder, env=here)

    @property
    def output(self):
        return self.raw.decode("utf-8", "replace")

    def answer(self):
        """What the last command printed: whole lines, and the prompt or a call that has begun."""
        return re.match(rf"(?s:.*\n)?(.*{END}|{BEGUN})?", self.output[self.mark :])[0]


class Scene:
    """The reader's folder and terminals."""

    def __init__(self, root, folder):
        self.folder = Path(folder)
        self.kept = {}  # a screen whose rest is not for the page
        self.edited = ""
        for pattern in "Makefile", "clients", "tools", "step*", "beyond":  # nobody writes there
            for source in Path(root).glob(pattern):
                (self.folder / source.name).symlink_to(source)
        self.terminals = {number: Terminal(folder) for number in (1, 2, 3)}

    def do(self, steps):
        """Carries out an experiment: (TERMINAL, COMMAND) waits for the prompt, (TERMINAL,
        COMMAND, PATTERN) until it shows that; whatever else there is gets the scene."""
        for step in steps:
            if callable(step):
                step(self)
            else:
                self.type(*step[:2])
                self.sees(step[0], *step[2:])

    def type(self, number, command):
        """Types a command, once the terminal shows its prompt; ^C at any time."""
        terminal = self.terminals[number]
        if command == "^C":
            terminal.raw += b"^C"
            os.write(terminal.master, b"\x03")
            return
        self.wait(lambda: terminal.output.endswith(PROMPT), f"a prompt, to type {command}")
        terminal.typed += f"{command}\n"
        terminal.raw += f"{command}\n".encode()
        terminal.mark = len(terminal.output)
        os.write(terminal.master, f"{command}\n".encode())

    def sees(self, number, pattern=END, times=1):
        """Waits until what the last command printed matches, so many times."""
        answer = self.terminals[number].answer
        self.wait(lambda: len(re.findall(pattern, answer(), re.M)) >= times,
                  f"terminal {number} to show {pattern!r}")

    def wait(self, fact, what):
        """Waits until fact() is true. TimeoutError: it is not, after LIMIT seconds."""
        end, masters = time.monotonic() + LIMIT, {t.master: t for t in self.terminals.values()}
        while not fact():
            for ready in select.select(list(masters), [], [], 0.05)[0]:
                masters[ready].raw += os.read(ready, 65536)
            if time.monotonic() > end:
                shown = "\n".join(f"--- terminal {n}\n{self.shown(n)}" for n in self.terminals)
                raise TimeoutError(f"waited {LIMIT} s for {what}\n{shown}")

    def shown(self, number):
        return screen(self.kept.get(number, self.terminals[number].output))

    def edit(self, edits):
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


def server(step, *edits):
    """The reader's server.c becomes the step's, edited: (what is there, what replaces it)."""
    def do(scene):
        shutil.copyfile(scene.folder / step / "server.c", scene.folder / "server.c")
        scene.edit(edits)
    return do


def edit(*edits):
    """Edits the server.c that is there."""
    return lambda scene: scene.edit(edits)


def see(number, pattern=END, times=1):
    return lambda scene: scene.sees(number, pattern, times)


def hide(*numbers):
    """What these terminals show from now on is not for the page."""
    return lambda scene: scene.kept.update({n: scene.terminals[n].output for n in numbers})


def needs(program):
    """Without this program the machine cannot show the experiment."""
    def do(_):
        if not shutil.which(program):
            raise Absent(f"{program} is not installed")
    return do


def until(fact, what):
    """Waits until fact() is true."""
    return lambda scene: scene.wait(fact, what)


def sockets():
    """The network's TCP sockets, each the columns of ss: state, queues, addresses."""
    shown = subprocess.check_output(["ss", "-tanH"], text=True)
    return [line.split() for line in shown.splitlines()]


def queue(length):
    """Waits until a socket listens, and so many connections wait for accept."""
    row = ["LISTEN", str(length)]
    return until(lambda: row in [each[:2] for each in sockets()], f"a queue of {length}")


def states(*wanted, count=0):
    """Waits until the connections' sockets are in these states, one in each, or count in all."""
    def there():
        found = [row[0] for row in sockets() if row[0] != "LISTEN"]
        return set(found) == set(wanted) and count in (0, len(found))
    return until(there, f"connections in {wanted}")
