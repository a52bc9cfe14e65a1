"""The learner's program, run under strace: its processes, what it printed, its certain end."""

import os
import signal

import kernel
from guard import NOTHING, Guarded
from strace import Trace

FLOOD = {"output": 16 << 20, "calls": 32 << 20}  # bytes; a program that goes beyond does so for ever
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
    """Starts the command, a list of words, under a guard, with nothing on standard input."""

    def __init__(self, command, folder, stacks=False, options=OPTIONS):
        self.trace_file = os.path.join(folder, "trace")
        self.output_file = os.path.join(folder, "output")
        open(self.trace_file, "w", encoding="ascii").close()
        self.trace = Trace(self.trace_file)
        self.stacks = stacks
        self.flood = ""  # what there was too much of, where the program was ended for that
        with open(self.output_file, "wb") as output:
            strace = ["strace", *(["-k"] if stacks else []), *options, "-o", self.trace_file]
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
        with open(self.output_file, "rb") as file:
            file.seek(max(0, os.path.getsize(self.output_file) - (1 << 16)))
            return file.read().decode("utf-8", "backslashreplace")

    def floods(self):
        """Does it print, or call the kernel, without end? It would fill the disk, and is ended."""
        for what, path in (("output", self.output_file), ("calls", self.trace_file)):
            if os.path.getsize(path) > FLOOD[what]:
                self.flood = what
                self.end()
        return self.flood

    def slowed(self):
        """Does it call so much that reading every call's stack keeps it from getting on?"""
        return self.stacks and len(self.trace.calls) > MANY

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
