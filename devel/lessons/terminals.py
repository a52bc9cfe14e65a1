"""Terminals: what a reader types and sees, done for real, on pseudo-terminals.

A Scene is a copy of the project and up to three terminals in it, each with a bash. Its port is one that nobody
uses, in place of 8001, in the copied files and in all that is typed; screen() turns it back. So scenes may run at
the same time, and neither what an earlier one left on a port (TIME-WAIT) nor a server of the user's is in the way.

Read  pty(7) termios(3) signal(7)
"""

import ctypes
import difflib
import functools
import itertools
import os
import pty
import re
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from normal import PORT, PROMPT, normal

LIMIT = 10  # seconds that anything awaited may take
COPIED = ["Makefile", "clients", "tools", "step*", "beyond"]
UNUSED = {".md", ".svg", ".events", ".strace", ".pyc"}
PR_CAPBSET_DROP, CAP_NET_BIND_SERVICE = 24, 10
prctl = ctypes.CDLL(None).prctl  # found here, since a process forked beside threads must not look for it


@functools.lru_cache(maxsize=None)
def content(path):
    """A file's bytes, read once for all scenes."""
    return path.read_bytes()


def swapped(port):
    """The port that comes out where htons was forgotten."""
    return socket.ntohs(port) if socket.ntohs(1) != 1 else port


class NotHere(Exception):
    """What an experiment is to show does not happen on this machine; the text says why."""


class Terminal:
    """A bash on a pseudo-terminal of 80 columns."""

    def __init__(self, folder, language):
        self.raw, self.output = b"", ""  # all that it showed, and the same as text
        self.typed = []
        self.mark = 0  # where in the output the last command's echo begins
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.closerange(3, 256)
            os.chdir(folder)
            # Root, too, is refused port 80 from here on, as any other user is (capabilities(7)).
            prctl(PR_CAPBSET_DROP, CAP_NET_BIND_SERVICE, 0, 0, 0)
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores it
            here = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
            here.update(LC_ALL="C.UTF-8", PS1=PROMPT, TERM="dumb", COLUMNS="80", HISTFILE="", WORKSHOP_LANG=language)
            os.execvpe("bash", ["bash", "--norc", "--noprofile", "--noediting", "-i"], here)

    def pump(self):
        """Takes in what is there."""
        try:
            self.raw += os.read(self.master, 65536)
        except OSError:  # the other end is closed
            pass
        self.output = self.raw.decode("utf-8", "replace").replace("\r\n", "\n")

    def prompts(self):
        return self.output[self.mark :].endswith(PROMPT)

    def end(self):
        """Closes the terminal: what still runs in it gets SIGHUP."""
        os.close(self.master)
        os.waitpid(self.pid, 0)


class Scene:
    """The copy of the project, its port, its terminals; what an experiment acts on."""

    def __init__(self, root, folder, port, language="en"):
        self.port, self.language = port, language
        self.folder = Path(tempfile.mkdtemp(prefix="scene.", dir=folder))
        self.terminals, self.kept = {}, {}  # kept: what one showed, where the rest is not for the page
        self.edited = ""  # the reader's own server.c: what the last edit changed
        for pattern in COPIED:
            for source in sorted(Path(root).glob(pattern)):
                for path in [source] if source.is_file() else source.rglob("*"):
                    if path.is_file() and path.suffix not in UNUSED:
                        self.copy(path, self.folder / path.relative_to(root))
        self.share_compiled(Path(root) / "build" / "pycache")

    def copy(self, source, target):
        target.parent.mkdir(parents=True, exist_ok=True)
        text = content(source)
        if b"%d" % PORT not in text:
            os.link(source, target)  # nobody writes to these
            return
        # In the built client too: as many bytes, so nothing in it moves.
        target.write_bytes(text.replace(b"%d" % PORT, b"%d" % self.port))
        shutil.copymode(source, target)
        # No two scenes' files of that name are taken for the same one, nor for newer than what make builds of them.
        os.utime(target, (source.stat().st_mtime - self.port,) * 2)

    def share_compiled(self, cache):
        """Lets all scenes keep what Python compiles in one place: it asks each file's time before it takes that."""
        here = cache / str(cache.parent.parent).lstrip("/")
        mine = self.folder / "build" / "pycache" / str(self.folder).lstrip("/")
        here.mkdir(parents=True, exist_ok=True)
        mine.parent.mkdir(parents=True)
        mine.symlink_to(here)

    def terminal(self, number):
        if number not in self.terminals:
            self.terminals[number] = Terminal(self.folder, self.language)
        return self.terminals[number]

    # --- what an experiment says ------------------------------------------------------------

    def server(self, step, *edits):
        """The reader's own server.c from here on: that of the step, with edits (what is there, what comes in its
        place)."""
        shutil.copy(self.folder / step / "server.c", self.folder / "server.c")
        self.edit(*edits)

    def edit(self, *edits):
        """Edits the server.c that is there; what then differs is for the page."""
        path = self.folder / "server.c"
        text = before = path.read_text(encoding="utf-8")
        for old, new in edits:
            if text.count(self.adapted(old)) != 1:
                raise ValueError(f"not once in server.c: {old!r}")
            text = text.replace(self.adapted(old), self.adapted(new))
        path.write_text(text, encoding="utf-8")
        lines = list(difflib.unified_diff(before.splitlines(), text.splitlines(), lineterm="", n=1))[3:]
        lines = ["..." if line.startswith("@@") else line for line in lines if line.strip()]
        self.edited = "".join(f"{line}\n" for line in lines).replace(str(self.port), str(PORT))

    def type(self, number, command):
        """Types a command, once the terminal shows its prompt."""
        self.shows_prompt(number)
        terminal = self.terminal(number)
        terminal.mark = len(terminal.output)
        terminal.typed.append(command)
        os.write(terminal.master, f"{self.adapted(command)}\n".encode())

    def run(self, number, command):
        """Types a command and waits for its end."""
        self.type(number, command)
        self.shows_prompt(number)

    def key(self, number, letter):
        """Presses Ctrl and the letter."""
        os.write(self.terminal(number).master, bytes([ord(letter) - ord("A") + 1]))

    def sees(self, number, pattern, times=1, limit=LIMIT):
        """Waits until what the last command printed matches, so many times."""
        terminal, pattern = self.terminal(number), self.adapted(pattern)

        def seen():
            text = terminal.output[terminal.mark :].partition("\n")[2]
            return len(re.findall(pattern, text, re.MULTILINE)) >= times

        self.wait(seen, f"terminal {number} to show {pattern!r}", limit)

    def enough(self, number):
        """What the terminal shows from now on is not for the page."""
        self.kept[number] = self.terminal(number).output

    def shows_prompt(self, number, limit=LIMIT):
        self.wait(self.terminal(number).prompts, f"terminal {number} to show its prompt", limit)

    def wait(self, fact, what, limit=LIMIT):
        """Waits until fact() is true; fails, with what the terminals show, if it does not get so."""
        end = time.monotonic() + limit
        while not fact():
            masters = {terminal.master: terminal for terminal in self.terminals.values()}
            for ready in select.select(list(masters), [], [], 0.05)[0]:
                masters[ready].pump()
            if time.monotonic() > end:
                screens = "\n".join(terminal.output for terminal in self.terminals.values())
                raise TimeoutError(f"waited {limit} s for {what}; the terminals show:\n{screens}")

    def sockets(self, *asked):
        """The rows of ss for the scene's port, in columns."""
        rows = subprocess.run(["ss", "-Htn", *asked], capture_output=True, text=True, check=True).stdout
        return [row.split() for row in rows.splitlines()]

    def states(self):
        """The states of the sockets with the port."""
        return [row[0] for row in self.sockets("-a", f"sport = :{self.port} or dport = :{self.port}")]

    def queue(self):
        """How many connections wait for accept."""
        return next((int(row[1]) for row in self.sockets("-l", f"sport = :{self.port}")), -1)

    # --- back to what the pages show --------------------------------------------------------

    def sessions(self):
        return ",".join(str(terminal.pid) for terminal in self.terminals.values())

    def adapted(self, text):
        """What a reader types, for this port and with no a.out but this scene's in reach."""
        text = re.sub("pgrep -(n?x)", rf"pgrep -s {self.sessions()} -\1", text)
        return text.replace(str(PORT), str(self.port)).replace(str(swapped(PORT)), str(swapped(self.port)))

    def screen(self, number):
        """What terminal NUMBER shows, in normal form."""
        text = self.kept.get(number, self.terminal(number).output)
        text = re.sub(r"pgrep -s [\d,]+ -(n?x)", r"pgrep -\1", text)
        for order in ("big", "little"):  # the port's two bytes, as od shows them
            text = text.replace(self.port.to_bytes(2, order).hex(" "), PORT.to_bytes(2, order).hex(" "))
        return normal(text.replace(str(swapped(self.port)), str(swapped(PORT))).replace(str(self.port), str(PORT)))

    def end(self):
        """Ends all that was started here, also what is stopped or in the background."""
        left = subprocess.run(["pgrep", "-s", self.sessions()], capture_output=True, text=True, check=False).stdout
        for process in left.split():
            try:
                os.kill(int(process), signal.SIGKILL)
            except ProcessLookupError:
                pass
        for terminal in self.terminals.values():
            terminal.end()
        shutil.rmtree(self.folder)


def free_ports(count):
    """Ports that no socket has, of four digits that begin with the 8 that strace still shows, and that give five
    digits without htons."""
    used = subprocess.run(["ss", "-Htan"], capture_output=True, text=True, check=True).stdout
    ports = (port for port in range(PORT + 1, 9000) if f":{port} " not in used and swapped(port) >= 10000)
    return list(itertools.islice(filter(bindable, ports), count))


def bindable(port):
    """ss does not show a socket that is bound and does not listen."""
    with socket.socket() as probe:
        try:
            probe.bind(("", port))
        except OSError:
            return False
    return True
