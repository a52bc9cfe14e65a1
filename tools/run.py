"""A program that is run: its processes, what it prints, its trace under strace, its certain end;
and whether it can be run here: the port is free, strace may trace."""

import os
import re
import signal
import subprocess

import kernel
from command import Unable
from guard import NOTHING, Guarded
from strace import Trace
from words import Said, Words

SHOWN = 1 << 16  # bytes of its output that may matter

SAYS = {
    "port-taken": Words("port {port} is taken by {name} (process {pid}). Stop it first: "
                        "kill {pid}{more}",
                        "ポート {port} は {name} (プロセス {pid}) が使っています。先に終了させてください: kill {pid}{more}"),
    "port-taken-unseen": Words("port {port} is taken by another user's process. To see which: "
                               "sudo ss -ltnp 'sport = :{port}'",
                               "ポート {port} は別のユーザーのプロセスが使っています。調べるには: "
                               "sudo ss -ltnp 'sport = :{port}'"),
    "no-strace": Words('strace may not trace here ({complaint}). README.md, "When something is in '
                       'the way", says what to do.',
                       "ここでは strace でトレースできません ({complaint})。対処は README.ja.md の"
                       "「うまくいかないとき」を参照してください。"),
    "not-run": Words("{command} cannot be run here: {complaint}",
                     "{command} は実行できません: {complaint}"),
}


def require_free_port(port):
    """Unable, with the holder's name, where something listens on the port."""
    inodes = kernel.listeners(port)
    if inodes:
        raise taken(port, kernel.holder(inodes[0]))


def taken(port, holder):
    """The Unable for a port that somebody else listens on; holder as kernel.holder has it."""
    if not holder:
        return Unable(Said(SAYS["port-taken-unseen"], port=port))
    name, pid, stopped = holder
    # After Ctrl-Z it would heed the kill only when it goes on.
    more = f"; kill -CONT {pid}" if stopped else ""
    return Unable(Said(SAYS["port-taken"], port=port, name=name, pid=pid, more=more))


def stacks_known():
    """Can this strace tell where in the program a call is (-k)?"""
    version = subprocess.run(["strace", "-V"], stdout=subprocess.PIPE, check=False).stdout
    return b"stack-trace" in version and b"no-stack-trace" not in version


def memory(name, content=b""):
    """A file in memory, to be read from its beginning, and its path for a program that writes to
    it. Nothing of it is left, whatever ends us.  (memfd_create(2))"""
    descriptor = os.memfd_create(name)
    os.write(descriptor, content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return open(descriptor, "rb"), f"/proc/{os.getpid()}/fd/{descriptor}"


class Run:
    """A command under a guard. What strace says of it, and what it prints, is kept in memory.

    options: strace's. traced: under strace? output: the file that it prints to; None: a kept one;
    errors: the same for its standard error; None: where its output goes.
    command: its Guarded. trace: its Trace, to be asked for what is new. OSError: it cannot run."""

    def __init__(self, command, options=("-f",), traced=True, output=None, errors=None,
                 stdin=NOTHING):
        self.printed, _ = memory("output")
        self.calls, path = memory("calls")
        self.trace = Trace(path)
        out = self.printed if output is None else output
        strace = ["strace", *options, "-o", path] if traced else []
        self.command = Guarded([*strace, *command], stdin=stdin, stdout=out,
                               stderr=out if errors is None else errors)

    def processes(self):
        """The ids of its living processes, strace itself left out."""
        return self.command.processes()

    def alive(self):
        """Does any of its processes, or strace, still run?"""
        return self.command.poll() is None or bool(self.processes())

    def lost(self):
        """Was strace killed, and not the program, which it then follows?"""
        killed = self.command.returncode == -signal.SIGKILL
        return killed and "killed by SIGKILL" not in self.trace.ends.values()

    def output(self):
        """What it printed, the last of it."""
        # Not by reading on: where it writes next would change with that.
        begin = max(0, os.fstat(self.printed.fileno()).st_size - SHOWN)
        return os.pread(self.printed.fileno(), SHOWN, begin).decode("utf-8", "backslashreplace")

    def size(self):
        """(bytes of its output, bytes of the trace of its calls)."""
        return tuple(os.fstat(file.fileno()).st_size for file in (self.printed, self.calls))

    def send(self, number):
        """Sends a signal to the program, and to all that it has started; not to strace."""
        for pid in self.processes():
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass

    def require_traced(self):
        """Unable where strace may not trace, or the shell could not run the command."""
        printed = self.output().strip()
        said = printed.rpartition("\n")[2]
        if not self.trace.calls and said.startswith("strace: "):
            refused = re.search("PTRACE_.*", printed)
            complaint = refused[0] if refused else said.partition(": ")[2]
            raise Unable(Said(SAYS["no-strace"], complaint=complaint))
        if said.startswith(("strace: exec: ", "bash: -c: ")):
            command, complaint = self.command.args[-1], said.split(": ", 2)[2]
            raise Unable(Said(SAYS["not-run"], command=command, complaint=complaint))

    def end(self):
        """Kills all of it, whatever it does with signals, and returns when none is left."""
        self.command.end()
