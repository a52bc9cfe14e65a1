"""The learner's program as make check runs it: which calls strace leaves out, and what is too much."""

import kernel
from run import Run

FLOOD = (16 << 20, 32 << 20)  # bytes of output and of calls; a program that goes beyond does so for ever
MANY = 250  # calls
# Calls that come in masses, or at the start of any program, and say nothing about a server. With -k
# each costs more.
NOISE = (
    "access faccessat fstat newfstatat statx pread64 arch_prctl set_tid_address set_robust_list rseq "
    "prlimit64 mmap mmap2 munmap mprotect mremap madvise brk rt_sigprocmask rt_sigreturn getrandom lseek "
    "sched_yield clock_gettime gettimeofday getpid gettid sigaltstack fcntl ioctl readlink readlinkat openat"
)
OPTIONS = ["-f", "-y", "-q", "-s", "64", "-e", "trace=!" + ",".join("?" + name for name in NOISE.split())]
# strace delays accept's return by 20 ms, so that a rude client's reset arrives before the write.
OPTIONS += ["-e", "inject=accept,accept4:delay_exit=20000"]


class Program(Run):
    """The program. stacks: have strace note where in the program each call is (-k)."""

    def __init__(self, command, stacks=False, options=OPTIONS):
        super().__init__(command, [*(["-k"] if stacks else []), *options])
        self.stacks = stacks
        self.flood = ""  # what there was too much of, where the program was ended for that

    def lost(self):
        return not self.flood and super().lost()

    def floods(self):
        """Does it print, or call the kernel, without end? It would fill the memory, and is ended."""
        for what, size, most in zip(("output", "calls"), self.size(), FLOOD):
            if size > most:
                self.flood = what
                self.end()
        return self.flood

    def slowed(self):
        """Is it better run without a look at every call's stack: it calls so much that this keeps it
        from getting on, or this strace cannot do that, and ends at once?"""
        calls = len(self.trace.calls)
        return self.stacks and (calls > MANY or calls == 0 and not self.alive())

    def open_descriptors(self):
        """How many descriptors its processes hold, all together."""
        return sum(1 for _ in kernel.descriptors(self.processes()))

    def holders(self, inode):
        """The (process, descriptor) pairs that hold the socket open."""
        held = kernel.descriptors(self.processes())
        return [(pid, number) for pid, number, what in held if what == f"socket:[{inode}]"]
