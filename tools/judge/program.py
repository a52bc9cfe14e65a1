"""The learner's program as make check runs it: which calls strace leaves out, what is too much."""

import signal

import kernel
from guard import children, send, stat_fields
from run import Run

FLOOD = (1 << 20, 8 << 20)  # bytes of output and of calls; a program that goes beyond is ended
# Calls that come in masses, or at the start of any program, and say nothing about a server. With -k
# each costs more.
NOISE = (
    "access faccessat fstat newfstatat statx pread64 arch_prctl set_tid_address "
    "set_robust_list rseq prlimit64 mmap mmap2 munmap mprotect mremap madvise brk "
    "rt_sigprocmask rt_sigreturn getrandom lseek sched_yield clock_gettime gettimeofday "
    "getpid gettid sigaltstack fcntl ioctl readlink readlinkat openat"
).split()
# A new thread begins late: what it reads through a pointer is the next client's by then.
THREADS_LATE = ["inject=set_robust_list:delay_enter=60000"]


class Program(Run):
    """The program. stacks: have strace note where in the program each call is (-k); injections:
    what strace is to change in its calls."""

    def __init__(self, command, stacks=False, injections=()):
        noise = ",".join(f"?{name}" for name in NOISE if name not in "".join(injections))
        changes = (word for each in injections for word in ("-e", each))
        options = ["-f", "-y", "-q", "-s", "64", "-e", f"trace=!{noise}", *changes]
        super().__init__(command, [*options, *(["-k"] if stacks else [])])
        self.threads_late = injections is THREADS_LATE
        self.flood = False  # was the program ended since it went beyond that?

    def lost(self):
        return not self.flood and super().lost()

    def floods(self):
        """Does it print, or call the kernel, without end? It would fill the memory: it is ended."""
        if any(size > most for size, most in zip(self.size(), FLOOD)):
            self.flood = True
            self.end()
        return self.flood

    def hold(self):
        """Stops strace: every call of the program's that ends from now on waits for go_on()."""
        send(self.command.pid, signal.SIGSTOP)

    def go_on(self):
        send(self.command.pid, signal.SIGCONT)

    def holders(self, inode):
        """The (process, descriptor) pairs that hold the socket open."""
        held = kernel.descriptors(self.processes())
        return [(pid, number) for pid, number, what in held if what == f"socket:[{inode}]"]

    def counts(self):
        """What it has at this moment, by name: descriptors, processes, threads, zombies."""
        alive = self.processes()
        states = [stat_fields(child) for pid in alive for child in children(pid)]
        return {
            "descriptors": sum(1 for _ in kernel.descriptors(alive)),
            "processes": len(alive),
            "threads": sum(1 for _ in kernel.threads(alive)) - len(alive),
            "zombies": sum(1 for fields in states if fields and fields[0] == "Z"),
        }
