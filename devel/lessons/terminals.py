"""Terminals: what a reader types and sees, done for real, on pseudo-terminals.

A Scene is the project as the reader has it, and up to three terminals in it, each with a bash, in a network of their
own. So scenes may run at the same time, and neither what an earlier one left on the port (TIME-WAIT) nor a server of
the user's is in the way.

Read  pty(7) termios(3) signal(7) network_namespaces(7)
"""

import ctypes
import fcntl
import os
import pty
import re
import select
import shutil
import signal
import socket
import struct
import tempfile
import time
from pathlib import Path

import guard
import kernel
from games.edits import apply, diff
from games.experiments import EXPERIMENTS
from normal import PROMPT, normal

LIMIT = 10  # seconds that anything awaited may take
SEEN = ["Makefile", "clients", "tools", "step*", "beyond"]  # of the project; nobody writes there
STATES = dict(enumerate("ESTAB SYN-SENT SYN-RECV FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT UNCONN CLOSE-WAIT LAST-ACK LISTEN "
                        "CLOSING SYN-RECV UNCONN".split(), 1))  # fmt: skip
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
PR_CAPBSET_DROP, CAP_NET_BIND_SERVICE = 24, 10
libc = ctypes.CDLL(None, use_errno=True)
# Found here, since a process forked beside threads must not look for them.
prctl, unshare = libc.prctl, libc.unshare


def own_network(more=0):
    """Moves this thread, with what it starts from now on, into a network of its own. OSError: not allowed."""
    if unshare(CLONE_NEWNET | more) != 0:
        raise OSError(ctypes.get_errno(), "no right to make a network of one's own")
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


def begin():
    """To be called before there are threads: whose parents end among what is started here is ours, and scenes may have
    networks of their own. OSError: they may not."""
    prctl(guard.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        own_network()
    except OSError:  # with the right to do that, as nobody else than before
        user, group = os.getuid(), os.getgid()
        maps = {"setgroups": "deny", "uid_map": f"{user} {user} 1", "gid_map": f"{group} {group} 1"}
        own_network(CLONE_NEWUSER)
        for name, text in maps.items():
            Path("/proc/self", name).write_text(text, encoding="ascii")
    try:  # the tables of connections in the scenes' networks: whoever asks for a state reads all of it (ip-sysctl.rst)
        Path("/proc/sys/net/ipv4/tcp_child_ehash_entries").write_text("1024", encoding="ascii")
    except OSError:
        pass


class NotHere(Exception):
    """What an experiment is to show does not happen on this machine; the text says why."""


class Terminal:
    """A bash on a pseudo-terminal of 80 columns."""

    def __init__(self, folder):
        self.raw, self.output = b"", ""  # all that it showed, and the same as text
        self.typed = ""  # the commands, a line each
        self.mark = 0  # where in the output the last command's echo begins
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.closerange(3, 256)
            os.chdir(folder)
            # Root, too, is refused port 80 from here on, as any other user is (capabilities(7)).
            prctl(PR_CAPBSET_DROP, CAP_NET_BIND_SERVICE, 0, 0, 0)
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores it
            here = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
            here.update(LC_ALL="C.UTF-8", PS1=PROMPT, TERM="dumb", COLUMNS="80", HISTFILE="", WORKSHOP_LANG="en")
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


class Scene:
    """The project's folder, the network, the terminals; what an experiment acts on."""

    def __init__(self, root, folder):
        self.root = Path(root)
        own_network()
        self.folder = Path(tempfile.mkdtemp(prefix="scene.", dir=folder))
        self.terminals, self.kept = {}, {}  # kept: what one showed, where the rest is not for the page
        self.edited = ""  # the reader's own server.c: what the last edit changed
        for pattern in SEEN:
            for source in self.root.glob(pattern):
                (self.folder / source.name).symlink_to(source)
        (self.folder / "build").mkdir()
        (self.folder / "build" / "pycache").symlink_to(self.root / "build" / "pycache")  # what Python compiles

    def terminal(self, number):
        if number not in self.terminals:
            self.terminals[number] = Terminal(self.folder)
        return self.terminals[number]

    # --- what an experiment says ------------------------------------------------------------

    def server(self, step, *edits):
        """The reader's own server.c from here on: that of the step, with edits: (what is there, what comes in its
        place), as in tools/games/edits.py, or the name of what make break has."""
        shutil.copy(self.folder / step / "server.c", self.folder / "server.c")
        self.edit(*edits)

    def edit(self, *edits):
        """Edits the server.c that is there; what then differs is for the page."""
        path = self.folder / "server.c"
        before = path.read_text(encoding="utf-8")
        pairs = [pair for each in edits for pair in (EXPERIMENTS[each].edit if isinstance(each, str) else [each])]
        text = apply(before, pairs)
        path.write_text(text, encoding="utf-8")
        lines = ["..." if line.startswith("@@") else line for line in diff(before, text, "")[3:] if line.strip()]
        self.edited = "".join(f"{line}\n" for line in lines)

    def type(self, number, command):
        """Types a command, once the terminal shows its prompt."""
        self.shows_prompt(number)
        terminal = self.terminal(number)
        terminal.mark = len(terminal.output)
        terminal.typed += f"{command}\n"
        command = re.sub("pgrep -(n?x)", rf"pgrep -s {self.sessions()} -\1", command)  # no other scene's a.out
        os.write(terminal.master, f"{command}\n".encode())

    def run(self, number, command):
        """Types a command and waits for its end."""
        self.type(number, command)
        self.shows_prompt(number)

    def key(self, number, letter):
        """Presses Ctrl and the letter."""
        os.write(self.terminal(number).master, bytes([ord(letter) - ord("A") + 1]))

    def sees(self, number, pattern, times=1, limit=LIMIT):
        """Waits until what the last command printed matches, so many times."""
        terminal = self.terminal(number)

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
            for ready in select.select(list(masters), [], [], 0.2)[0]:
                masters[ready].pump()
            if time.monotonic() > end:
                screens = "\n".join(terminal.output for terminal in self.terminals.values())
                raise TimeoutError(f"waited {limit} s for {what}; the terminals show:\n{screens}")

    def states(self):
        """The states of the sockets in the network."""
        return [STATES[each.state] for each in kernel.sockets()]

    def queue(self):
        """How many connections wait for accept."""
        return next((each.queue for each in kernel.sockets([kernel.LISTEN])), -1)

    def sessions(self):
        return ",".join(str(terminal.pid) for terminal in self.terminals.values())

    def screen(self, number):
        """What terminal NUMBER shows, in normal form."""
        text = self.kept.get(number, self.terminal(number).output)
        return normal(re.sub(r"pgrep -s [\d,]+ -(n?x)", r"pgrep -\1", text))

    def end(self):
        """Ends all that was started here, also what is stopped or in the background."""
        while ours := self.children():
            for each in ours:
                os.kill(each, signal.SIGKILL)
                os.waitpid(each, 0)
        for terminal in self.terminals.values():
            os.close(terminal.master)
        shutil.rmtree(self.folder)

    def children(self):
        """The ids of the terminals' bashes, and of those whose parents in the terminals have ended: they are ours."""
        sessions = {str(terminal.pid) for terminal in self.terminals.values()}
        found = ((each, guard.stat_fields(each)) for each in guard.children(os.getpid()))
        return [each for each, fields in found if fields and fields[3] in sessions]
