"""Terminals: what a reader types and sees, done for real, on pseudo-terminals.

A Scene is a copy of the project and up to three terminals in it, each with a bash. Its port is
one that nobody uses, in place of 8001, in the copied files and in all that is typed; screens()
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

PORT = 8001
LIMIT = 10  # seconds that anything awaited may take
PROMPT = "$ "
COPIED = ["Makefile", "clients", "tools", "step*", "beyond"]


def swapped(port):
    """The port that comes out where htons was forgotten."""
    return socket.ntohs(port) if socket.ntohs(1) != 1 else port


def drop_port_privilege():
    """Root, too, is refused port 80 from here on, as any other user is (capabilities(7))."""
    pr_capbset_drop, cap_net_bind_service = 24, 10
    ctypes.CDLL(None).prctl(pr_capbset_drop, cap_net_bind_service, 0, 0, 0)


class NotHere(Exception):
    """What an experiment is to show does not happen on this machine; the text says why."""


class Terminal:
    """A bash on a pseudo-terminal of 80 columns."""

    def __init__(self, folder):
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
            environment.update(LC_ALL="C.UTF-8", PS1=PROMPT, TERM="dumb", COLUMNS="80", HISTFILE="")
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

    def __init__(self, root, folder, port):
        self.port = port
        self.folder = Path(tempfile.mkdtemp(prefix="scene.", dir=folder))
        self.copy(Path(root))
        self.terminals = {}
        self.edit = ""  # the reader's own server.c: what differs from the step that it was
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
            self.terminals[number] = Terminal(self.folder)
        return self.terminals[number]

    # --- what an experiment says ------------------------------------------------------------

    def server(self, step, *edits):
        """The reader's own server.c from here on: that of the step, with edits (what is there, what comes in its
        place)."""
        text = finished = (self.folder / step / "server.c").read_text(encoding="utf-8")
        for old, new in edits:
            if text.count(self.adapted(old)) != 1:
                raise ValueError(f"{old!r} is not there once in {step}/server.c")
            text = text.replace(self.adapted(old), self.adapted(new))
        (self.folder / "server.c").write_text(text, encoding="utf-8")
        lines = difflib.unified_diff(finished.splitlines(), text.splitlines(), lineterm="", n=1)
        lines = ["..." if line.startswith("@@") else line for line in lines][3:]
        self.edit = "".join(f"{line}\n" for line in lines).replace(str(self.port), str(PORT))

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

    def sees(self, number, pattern, times=1):
        """Waits until what the last command printed matches, so many times."""
        terminal = self.terminal(number)
        pattern = self.adapted(pattern)

        def seen():
            text = terminal.output[terminal.mark :].partition("\n")[2]
            return len(re.findall(pattern, text, re.MULTILINE)) >= times

        self.wait(seen, f"terminal {number} to show {pattern!r}")

    def enough(self, number):
        """What the terminal shows from now on is not for the page."""
        self.kept[number] = self.terminal(number).output

    def shows_prompt(self, number):
        self.wait(self.terminal(number).prompts, f"terminal {number} to show its prompt")

    def wait(self, fact, what):
        """Waits until fact() is true; fails, with what the terminals show, if it does not get so."""
        limit = time.monotonic() + LIMIT
        while not fact():
            self.pump(0.02)
            if time.monotonic() > limit:
                screens = "\n".join(t.output for t in self.terminals.values())
                raise TimeoutError(f"waited {LIMIT} s for {what}; the terminals show:\n{screens}")

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

    def waits(self):
        """Does the server, a.out, sleep, with its socket open?"""
        found = subprocess.run(
            ["pgrep", "-s", self.sessions(), "-x", "a.out"], capture_output=True, text=True, check=False
        ).stdout.split()
        if not found:
            return False
        try:
            state = Path(f"/proc/{found[0]}/stat").read_text(encoding="utf-8").rpartition(")")[2]
            return state.split()[0] == "S" and os.path.exists(f"/proc/{found[0]}/fd/3")
        except OSError:
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


# --- normal form: what differs from run to run or between machines, made constant ---------------


def normal(screen):
    lines = screen.rstrip().split("\n")
    if lines[-1] == PROMPT.rstrip():
        lines.pop()
    lines = tables(without_loader(detached(twice_at_most(lines))))
    while lines and not lines[-1].strip():
        lines.pop()
    text = sockets(ports("\n".join(line.rstrip() for line in lines)))
    for pattern, constant in CONSTANT:
        text = re.sub(pattern, constant, text)
    return text + "\n"


CONSTANT = [
    (r"\b(Process|pid|process) \d+", r"\1 4242"),
    (r"\bpid=\d+", "pid=4242"),
    (r"si_pid=\d+, si_uid=\d+", "si_pid=4242, si_uid=1000"),
    (r"sa_restorer=0x[0-9a-f]+", "sa_restorer=0x7f0000000000"),
    (r"read\(3, 0x[0-9a-f]+", "read(3, 0x550000000000"),
    (r"/dev/pts/\d+", "/dev/pts/1"),
    (r"listen\((\d+)(<[^>]*>)?, (?:4096|128)\) *", r"listen(\1\2, 4096)                         "),
    (r"ppoll\(NULL, 0, NULL, NULL, 0\)?", "pause("),
    (r"(l[-rwx]{9}) 1 \S+ +\S+ +64 .{12} (\d+ ->)", r"\1 1 you you 64 Nov 22 12:00 \2"),
]


def ports(text):
    """Ephemeral ports are numbered from 50000 in the order in which they appear."""
    known = {}

    def constant(match):
        if not 32768 <= int(match[2]) <= 60999 or match[2] == "16671":
            return match[0]
        return match[1] + known.setdefault(match[2], str(50000 + len(known)))

    return re.sub(r"((?:127\.0\.0\.1|\[::1\]|0\.0\.0\.0):|htons\()(\d{5})\b", constant, text)


def sockets(text):
    """The kernel's own numbers of sockets count from 40001, likewise."""
    known = {}

    def constant(match):
        return f"{match[1]}:[{known.setdefault(match[2], 40001 + len(known))}]"

    return re.sub(r"\b(socket|TCP|UDP|TCPv6):\[(\d+)\]", constant, text)


def twice_at_most(lines):
    """What a server says again and again, until Ctrl-C, it says twice."""
    return [line for i, line in enumerate(lines) if i < 2 or not line or not line == lines[i - 1] == lines[i - 2]]


def detached(lines):
    """Ctrl-C reaches strace and the program at the same time. Which of the two is first shows; here
    it is strace, always."""
    for number, line in enumerate(lines):
        if match := re.match(r"(\w+\([^)]*?\^C)\) +=", line):
            return [*lines[:number], *detached_lines(match[1], lines[number + 1 :])]
    return lines


def detached_lines(start, rest):
    rest = [line for line in rest if not line.startswith(("--- SIGINT", "+++ killed", "strace: "))]
    return [f"{start}strace: Process 4242 detached", " <detached ...>", *rest]


def without_loader(lines):
    """Of strace's lines, those before the program's own first call become one."""
    result, loading = [], False
    for line in lines:
        if line.startswith("execve("):
            loading = True
            result.append("...")
        if line.startswith("socket("):
            loading = False
        if not loading:
            result.append(line)
    return result


def tables(lines):
    """The tables of ss get columns of one width, and their rows an order."""
    result, rows = [], []
    for line in [*lines, ""]:
        columns = line.split()
        if columns[:3] == ["State", "Recv-Q", "Send-Q"]:
            result.append("State      Recv-Q Send-Q  Local Address:Port  Peer Address:Port")
        elif len(columns) >= 5 and columns[1].isdigit() and columns[2].isdigit():
            rows.append(columns)
        else:
            rows.sort(key=lambda row: (row[0] != "LISTEN", not row[3].endswith(f":{PORT}")))
            result += [row_text(row) for row in rows]
            rows = []
            result.append(line)
    return result[:-1]


def row_text(row):
    state, received, sent, local, peer, *process = row
    if state == "LISTEN" and sent in ("4096", "128"):  # SOMAXCONN here
        sent = "4096"
    text = f"{state:<10} {received:>6} {sent:>6}  {local:<18}  {peer:<18}  {' '.join(process)}"
    return text.rstrip()
