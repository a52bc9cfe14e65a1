"""Terminals: what a reader types and sees, done for real, on pseudo-terminals.

A Scene is a copy of the project and up to three terminals in it, each with a bash. Its port is
one that nobody uses, in place of 8001, in the copied files and in all that is typed; screen()
turns it back. So nothing that an earlier scene left on a port (TIME_WAIT) is in the way of a
later one, scenes may run at the same time, and a server that somebody runs on 8001 is not
disturbed.

Read  pty(7) termios(3) signal(7)
"""

import ctypes
import difflib
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


def swapped(port):
    """The port that comes out where htons was forgotten."""
    return socket.ntohs(port) if socket.ntohs(1) != 1 else port


prctl = ctypes.CDLL(None).prctl  # found here, since a process forked beside threads must not look for it


def drop_port_privilege():
    """Root, too, is refused port 80 from here on, as any other user is (capabilities(7))."""
    pr_capbset_drop, cap_net_bind_service = 24, 10
    prctl(pr_capbset_drop, cap_net_bind_service, 0, 0, 0)


class NotHere(Exception):
    """What an experiment is to show does not happen on this machine; the text says why."""


class Terminal:
    """A bash on a pseudo-terminal of 80 columns."""

    def __init__(self, folder, language):
        self.raw = b""  # all that it showed
        self.output = ""  # the same, as text
        self.typed = []
        self.mark = 0  # where in the output the last command's echo begins
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.closerange(3, 256)
            os.chdir(folder)
            drop_port_privilege()
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores it
            environment = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
            environment.update(LC_ALL="C.UTF-8", PS1=PROMPT, TERM="dumb", COLUMNS="80", HISTFILE="", WORKSHOP_LANG=language)
            shell = ["bash", "--norc", "--noprofile", "--noediting", "-i"]
            os.execvpe("bash", shell, environment)

    def pump(self):
        """Takes in what is there."""
        try:
            data = os.read(self.master, 65536)
        except OSError:  # the other end is closed
            data = b""
        self.raw += data
        self.output = self.raw.decode("utf-8", "replace").replace("\r\n", "\n")

    def prompts(self):
        return self.output[self.mark :].endswith(PROMPT)

    def send(self, text):
        os.write(self.master, text.encode())

    def end(self):
        """Closes the terminal: what still runs in it gets SIGHUP."""
        os.close(self.master)
        os.waitpid(self.pid, 0)


class Scene:
    """The copy of the project, its port, its terminals; what an experiment acts on."""

    def __init__(self, root, folder, port, language="en"):
        self.port, self.language = port, language
        self.folder = Path(tempfile.mkdtemp(prefix="scene.", dir=folder))
        self.copy(Path(root))
        self.terminals = {}
        self.edited = ""  # the reader's own server.c: what differs from the step that it was
        self.kept = {}  # what a terminal showed, where the rest is not for the page

    def copy(self, root):
        for pattern in COPIED:
            for source in sorted(root.glob(pattern)):
                self.copy_tree(root, source)
        (self.folder / "build").mkdir()

    def copy_tree(self, root, source):
        if source.is_dir():
            for each in source.iterdir():
                self.copy_tree(root, each)
        elif source.suffix != ".md":
            target = self.folder / source.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            # In the built client too: as many bytes, so nothing in it moves.
            target.write_bytes(source.read_bytes().replace(b"8001", b"%d" % self.port))
            target.chmod(source.stat().st_mode)
            os.utime(target, ns=(source.stat().st_atime_ns, source.stat().st_mtime_ns))

    def terminal(self, number):
        if number not in self.terminals:
            self.terminals[number] = Terminal(self.folder, self.language)
        return self.terminals[number]

    # --- what an experiment says ------------------------------------------------------------

    def server(self, step, *edits):
        """The reader's own server.c from here on: that of the step, with edits (what is there, what comes in its
        place)."""
        text = (self.folder / step / "server.c").read_text(encoding="utf-8")
        (self.folder / "server.c").write_text(text, encoding="utf-8")
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
        terminal.send(self.adapted(command) + "\n")

    def run(self, number, command):
        """Types a command and waits for its end."""
        self.type(number, command)
        self.shows_prompt(number)

    def key(self, number, letter):
        """Presses Ctrl and the letter."""
        self.terminal(number).send(chr(ord(letter) - ord("A") + 1))

    def sees(self, number, pattern, times=1, limit=LIMIT):
        """Waits until what the last command printed matches, so many times."""
        terminal = self.terminal(number)
        pattern = self.adapted(pattern)

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
            self.pump(0.02)
            if time.monotonic() > end:
                screens = "\n".join(t.output for t in self.terminals.values())
                raise TimeoutError(f"waited {limit} s for {what}; the terminals show:\n{screens}")

    def pump(self, seconds):
        """Takes in what the terminals print, or lets the time pass where they print nothing."""
        masters = {terminal.master: terminal for terminal in self.terminals.values()}
        for ready in select.select(list(masters), [], [], seconds)[0]:
            masters[ready].pump()

    def states(self):
        """The states of the sockets with the port."""
        command = ["ss", "-Htan", f"sport = :{self.port} or dport = :{self.port}"]
        rows = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return [row.split()[0] for row in rows.splitlines()]

    def servers(self):
        """The processes a.out of this scene."""
        command = ["pgrep", "-s", self.sessions(), "-x", "a.out"]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()

    def waits(self):
        """Does the server, a.out, sleep, with its socket open?"""
        try:
            process = Path("/proc", self.servers()[0])
            state = (process / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
            return state == "S" and os.path.exists(process / "fd/3")
        except (IndexError, OSError):
            return False

    def sessions(self):
        return ",".join(str(terminal.pid) for terminal in self.terminals.values())

    def queue(self):
        """How many connections wait for accept."""
        command = ["ss", "-Hltn", f"sport = :{self.port}"]
        rows = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return int(rows.split()[1]) if rows else -1

    # --- back to what the pages show --------------------------------------------------------

    def adapted(self, text):
        """What a reader types, for this port and with no a.out but this scene's in reach."""
        text = text.replace("pgrep -x", f"pgrep -s {self.sessions()} -x")
        return text.replace(str(PORT), str(self.port)).replace("16671", str(swapped(self.port)))

    def screen(self, number):
        """What terminal NUMBER shows, in normal form."""
        text = self.kept.get(number, self.terminal(number).output)
        text = re.sub(r"pgrep -s [\d,]+ -x", "pgrep -x", text)
        for order in ("big", "little"):  # the port's two bytes, as od shows them
            text = text.replace(self.port.to_bytes(2, order).hex(" "), PORT.to_bytes(2, order).hex(" "))
        text = text.replace(str(swapped(self.port)), "16671").replace(str(self.port), str(PORT))
        return normal(text)

    def end(self):
        """Ends all that was started here, also what is stopped or in the background."""
        command = ["pgrep", "-s", self.sessions()]
        left = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()
        for process in left:
            try:
                os.kill(int(process), signal.SIGKILL)
            except ProcessLookupError:
                pass
        for terminal in self.terminals.values():
            terminal.end()
        shutil.rmtree(self.folder)


def free_ports(count):
    """Ports of four digits that no socket has, and that give five without htons."""
    used = subprocess.run(["ss", "-Htan"], capture_output=True, text=True, check=True).stdout
    found = []
    for port in range(PORT + 1, 9000):  # all begin with the 8 that strace still shows
        if len(found) == count:
            break
        if f":{port} " not in used and 10000 <= swapped(port) <= 65535 and bindable(port):
            found.append(port)
    return found


def bindable(port):
    with socket.socket() as probe:
        try:
            probe.bind(("", port))
        except OSError:
            return False
    return True
