"""A scene: the project as a reader has it, and terminals in which an experiment is carried out.

server, edit, see ... are what an experiment may do beside typing; each returns a function of the
scene.  Read pty(7) setpriv(1)
"""
import difflib
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, os.path.realpath(__file__ + "/../.."))
from normal import PROMPT, screen  # noqa: E402

LIMIT = 20  # seconds that anything awaited may take
SEEN = "Makefile", "clients", "tools", "step*", "beyond"  # what a reader uses; nobody writes there


class Terminal:
    """A bash on a pseudo-terminal."""

    def __init__(self, folder):
        self.typed = ""  # the commands, a line each
        self.raw, self.output = b"", ""  # all that it showed, and the same as text
        self.mark = 0  # where in the output the last command begins
        pid, self.master = pty.fork()
        if pid == 0:
            os.closerange(3, 256)  # the other terminals'
            os.chdir(folder)
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores it
            here = {"LC_ALL": "C.UTF-8", "PS1": PROMPT, "TERM": "dumb", "COLUMNS": "80",
                    "HISTFILE": "", "WORKSHOP_LANG": "en", "HOME": os.environ.get("HOME", "/"),
                    "PATH": f"/usr/bin:/bin:{os.environ['PATH']}"}  # the system's python3
            # Root is refused port 80 as any other user is (capabilities(7)).
            command = "setpriv --bounding-set -net_bind_service bash --norc --noediting -i"
            os.execvpe("setpriv", command.split(), here)

    def read(self):
        try:
            self.raw += os.read(self.master, 65536)
        except OSError:  # the terminal has ended
            pass
        self.output = self.raw.decode("utf-8", "replace").replace("\r\n", "\n")

    def answer(self):
        """What the last command printed."""
        return self.output[self.mark :].partition("\n")[2] if self.typed else self.output


class Scene:
    """The reader's folder and terminals."""

    def __init__(self, root, folder):
        self.folder = Path(folder)
        self.kept = {}  # a screen whose rest is not for the page
        self.edited = self.absent = ""
        for pattern in SEEN:
            for source in Path(root).glob(pattern):
                (self.folder / source.name).symlink_to(source)
        (self.folder / "build").mkdir()
        (self.folder / "build" / "pycache").symlink_to(Path(root, "build", "pycache"))
        self.terminals = {number: Terminal(folder) for number in (1, 2, 3)}

    def do(self, steps):
        """Carries out an experiment: (TERMINAL, COMMAND) waits for the prompt, (TERMINAL,
        COMMAND, PATTERN) until it shows that; whatever else there is gets the scene."""
        for step in steps:
            if self.absent:
                return
            if callable(step):
                step(self)
                continue
            number, command, *pattern = step
            self.type(number, command)
            self.sees(number, *pattern) if pattern else self.shows_prompt(number)

    def type(self, number, command):
        """Types a command, once the terminal shows its prompt; ^C at any time."""
        terminal = self.terminals[number]
        if command == "^C":
            os.write(terminal.master, b"\x03")
            return
        self.shows_prompt(number)
        terminal.mark = len(terminal.output)
        terminal.typed += f"{command}\n"
        os.write(terminal.master, f"{command}\n".encode())

    def sees(self, number, pattern, times=1):
        """Waits until what the last command printed matches, so many times."""
        answer = self.terminals[number].answer
        self.wait(lambda: len(re.findall(pattern, answer(), re.M)) >= times,
                  f"terminal {number} to show {pattern!r}")

    def shows_prompt(self, number):
        answer = self.terminals[number].answer
        self.wait(lambda: answer().endswith(PROMPT), f"terminal {number}'s prompt")

    def wait(self, fact, what):
        """Waits until fact() is true. TimeoutError: it is not, after LIMIT seconds."""
        end = time.monotonic() + LIMIT
        while not fact():
            masters = {each.master: each for each in self.terminals.values()}
            for ready in select.select(list(masters), [], [], 0.05)[0]:
                masters[ready].read()
            if time.monotonic() > end:
                shown = "\n".join(f"--- terminal {n}\n{self.screen(n)}" for n in self.terminals)
                raise TimeoutError(f"waited {LIMIT} s for {what}\n{shown}")

    def screen(self, number):
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


def see(number, pattern, times=1):
    return lambda scene: scene.sees(number, pattern, times)


def hide(*numbers):
    """What these terminals show from now on is not for the page."""
    return lambda scene: scene.kept.update({n: scene.terminals[n].output for n in numbers})


def needs(program):
    """Without this program the machine cannot show the experiment."""
    def do(scene):
        scene.absent = "" if shutil.which(program) else f"{program} is not installed"
    return do


def until(fact, what):
    """Waits until fact() is true."""
    return lambda scene: scene.wait(fact, what)


def sockets():
    """The network's TCP sockets, each the columns of ss: state, queues, addresses."""
    shown = subprocess.run(["ss", "-tanH"], stdout=subprocess.PIPE, text=True, check=True)
    return [line.split() for line in shown.stdout.splitlines()]


def queue(length):
    """Waits until a socket listens, and so many connections wait for accept."""
    return until(lambda: ["LISTEN", str(length)] in [row[:2] for row in sockets()],
                 f"a queue of {length}")


def states(*wanted, count=0):
    """Waits until the connections' sockets are in these states, one in each, or count in all."""
    def there():
        found = [row[0] for row in sockets() if row[0] != "LISTEN"]
        return set(found) == set(wanted) and count in (0, len(found))
    return until(there, f"connections in {wanted}")
