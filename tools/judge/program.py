"""The learner's program, run under strace: its processes, what it printed, its certain end."""

import os
import signal

import kernel
from guard import NOTHING, Guarded
from strace import Trace

FLOOD = {"output": 16 << 20, "calls": 32 << 20}  # bytes; a program that goes beyond does so for ever
SHOWN = 1 << 16  # bytes of its output that may matter
MANY = 250  # calls
# Calls that come in masses, or at the start of any program, and say nothing about a server. With -k each costs more.
NOISE = (
    "access faccessat fstat newfstatat statx pread64 arch_prctl set_tid_address set_robust_list rseq prlimit64 "
    "mmap mmap2 munmap mprotect mremap madvise brk rt_sigprocmask rt_sigreturn getrandom lseek sched_yield "
    "clock_gettime gettimeofday getpid gettid sigaltstack fcntl ioctl readlink readlinkat openat"
)
# A moment between accept and what follows: a client's reset has to be there before the write.
OPTIONS = ["-f", "-y", "-q", "-s", "64", "-e", "trace=!" + ",".join("?" + name for name in NOISE.split())]
OPTIONS += ["-e", "inject=accept,accept4:delay_exit=20000"]


class Program:
    """Starts the command, a list of words, under a guard, with nothing on standard input. What it prints, and what
    strace says, goes to files in memory: whatever ends us leaves nothing of them.  (memfd_create(2))"""

    def __init__(self, command, stacks=False, options=OPTIONS):
        self.files = {what: open(os.memfd_create(what), "rb") for what in FLOOD}
        path = f"/proc/{os.getpid()}/fd/{self.files['calls'].fileno()}"
        self.trace = Trace(path)
        self.stacks = stacks
        self.flood = ""  # what there was too much of, where the program was ended for that
        strace = ["strace", *(["-k"] if stacks else []), *options, "-o", path]
        output = self.files["output"]
        self.run = Guarded([*strace, *command], stdin=NOTHING, stdout=output, stderr=output)

    def processes(self):
        """The ids of its living processes, strace itself left out."""
        return self.run.processes()

    def alive(self):
        return self.run.poll() is None or bool(self.processes())

    def lost(self):
        """Was strace killed, and not the program, which it then follows?"""
        killed = self.run.returncode == -signal.SIGKILL and not self.flood
        return killed and "killed by SIGKILL" not in self.trace.ends.values()

    def output(self):
        """What it printed, the last of it."""
        # Not by reading on: where it writes next would change with that.
        printed = os.pread(self.files["output"].fileno(), SHOWN, max(0, self.size("output") - SHOWN))
        return printed.decode("utf-8", "backslashreplace")

    def size(self, what):
        """Bytes of its output, or of the trace of its calls."""
        return os.fstat(self.files[what].fileno()).st_size

    def floods(self):
        """Does it print, or call the kernel, without end? It would fill the memory, and is ended."""
        for what, most in FLOOD.items():
            if self.size(what) > most:
                self.flood = what
                self.end()
        return self.flood

    def slowed(self):
        """Is it better run without a look at every call's stack: it calls so much that this keeps it from getting on,
        or this strace cannot do that, and ends at once?"""
        calls = len(self.trace.calls)
        return self.stacks and (calls > MANY or calls == 0 and not self.alive())

    def open_descriptors(self):
        """How many descriptors its processes hold, all together."""
        return sum(1 for _ in kernel.descriptors(self.processes()))

    def holders(self, inode):
        """The (process, descriptor) pairs that hold the socket open."""
        held = kernel.descriptors(self.processes())
        return [(pid, number) for pid, number, what in held if what == f"socket:[{inode}]"]

    def end(self):
        """Kills all of it, whatever it does with signals, and returns when none is left."""
        self.run.end()
