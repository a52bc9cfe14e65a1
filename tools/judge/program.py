"""The learner's program as make check runs it: which calls strace leaves out, what is too much."""

import kernel
from guard import children, stat_fields
from run import Run

FLOOD = (16 << 20, 32 << 20)  # bytes of output and of calls; a program that goes beyond is ended
MANY = 250  # calls
# Calls that come in masses, or at the start of any program, and say nothing about a server. With -k
# each costs more.
NOISE = (
    "access faccessat fstat newfstatat statx pread64 arch_prctl set_tid_address "
    "set_robust_list rseq prlimit64 mmap mmap2 munmap mprotect mremap madvise brk "
    "rt_sigprocmask rt_sigreturn getrandom lseek sched_yield clock_gettime gettimeofday "
    "getpid gettid sigaltstack fcntl ioctl readlink readlinkat openat"
).split()
# strace delays accept's return by 20 ms, so that a rude client's reset arrives before the write.
DELAYED = ("inject=accept,accept4:delay_exit=20000:when=3+",)
# A new thread begins later still: what it reads then through a pointer is the next client's.
THREADS_LATE = (*DELAYED, "inject=set_robust_list:delay_enter=60000")


def options(injections):
    """strace's options. It has to trace what it is to inject into."""
    noise = ",".join(f"?{name}" for name in NOISE if name not in "".join(injections))
    words = (word for each in injections for word in ("-e", each))
    return ["-f", "-y", "-q", "-s", "64", "-e", f"trace=!{noise}", *words]


class Program(Run):
    """The program. stacks: have strace note where in the program each call is (-k)."""

    def __init__(self, command, stacks=False, injections=DELAYED):
        super().__init__(command, [*(["-k"] if stacks else []), *options(injections)])
        self.stacks, self.on_time = stacks, injections is not THREADS_LATE
        self.flood = False  # was the program ended since it went beyond that?

    def lost(self):
        return not self.flood and super().lost()

    def floods(self):
        """Does it print, or call the kernel, without end? It would fill the memory: it is ended."""
        if any(size > most for size, most in zip(self.size(), FLOOD)):
            self.flood = True
            self.end()
        return self.flood

    def slowed(self):
        """Is it better run without -k: it makes so many calls that this keeps it from getting on,
        or this strace cannot do that, and ends at once?"""
        calls = len(self.trace.calls)
        return self.stacks and (calls > MANY or calls == 0 and not self.alive())

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
