"""The learner's program, run under strace: what it is doing, and its certain end."""

import collections
import ctypes
import os
import signal
import subprocess
import sys
import time

from strace import Trace

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36  # prctl(2)
TICKS = os.sysconf("SC_CLK_TCK")
FLOOD = {"output": 16 << 20, "trace": 64 << 20}  # bytes; a program that goes beyond does so for ever
PATIENCE = 3  # seconds after which somebody at a terminal wants to know why nothing happens

# Calls that come in masses and say nothing about a server.
NOISE = (
    "mmap mmap2 munmap mprotect mremap madvise brk rt_sigprocmask rt_sigreturn getrandom lseek sched_yield "
    "clock_gettime gettimeofday getpid gettid sigaltstack fcntl ioctl readlink readlinkat openat"
)
# What a program that waits in the right way is told again and again.
PATIENT = ("EAGAIN", "EINTR", "ETIMEDOUT", "EINPROGRESS")
# Calls from which nothing but somebody else wakes a task; for some it depends on an argument.
ENDLESS = {"pause", "accept", "accept4", "read", "readv", "recv", "recvfrom", "recvmsg", "wait4", "waitid"}
ENDLESS |= {"rt_sigsuspend", "sigsuspend", "flock", "io_uring_enter", "connect", "write", "sendto"}
FOREVER = {
    "poll": (2, "-1"),
    "ppoll": (2, "NULL"),
    "select": (4, "NULL"),
    "_newselect": (4, "NULL"),
    "pselect6": (4, "NULL"),
    "futex": (3, "NULL"),
    "rt_sigtimedwait": (2, "NULL"),
}


class Program:
    """Starts the command in a session of its own, with nothing on standard input."""

    def __init__(self, command, folder):
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)  # also what daemonises stays ours
        self.trace_file = os.path.join(folder, "trace")
        self.output_file = os.path.join(folder, "output")
        open(self.trace_file, "w", encoding="ascii").close()
        self.trace = Trace(self.trace_file)
        self.excused = not sys.stderr.isatty()
        self.flood = ""  # what there was too much of, where the program was ended for that
        strace = ["strace", "-f", "-y", "-q", "-s", "64", "-o", self.trace_file, "-e", "trace=!" + ",".join("?" + name for name in NOISE.split())]
        # A moment between accept and what follows: a client's reset has to be there before the write.
        strace += ["-e", "inject=accept,accept4:delay_exit=20000"]
        with open(self.output_file, "wb") as output:
            self.strace = subprocess.Popen(
                strace + ["bash", "-c", command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0),
            )

    def processes(self):
        """The ids of all processes that descend from ours, strace itself left out."""
        found, wave = set(), [os.getpid()]
        while wave:
            wave = [child for pid in wave for child in children(pid) if child not in found]
            found.update(wave)
        found.discard(self.strace.pid)
        return {pid for pid in found if (fields := stat_fields(f"/proc/{pid}/stat")) and fields[0] not in "ZX"}

    def alive(self):
        self.strace.poll()
        return bool(self.processes()) or self.strace.returncode is None

    def output(self):
        """What it printed, the last of it."""
        with open(self.output_file, "rb") as file:
            file.seek(max(0, os.path.getsize(self.output_file) - (1 << 16)))
            return file.read().decode("utf-8", "backslashreplace")

    def floods(self):
        """Does it print, or call the kernel, without end? It would fill the disk, and is ended."""
        for what, path in (("output", self.output_file), ("trace", self.trace_file)):
            if os.path.getsize(path) > FLOOD[what]:
                self.flood = what
                self.end()
        return self.flood

    def busy_ticks(self):
        """Processor time used so far, in clock ticks, by all of its living processes."""
        total = 0
        for pid in self.processes():
            fields = stat_fields(f"/proc/{pid}/stat")
            if fields:
                total += sum(int(fields[i]) for i in (11, 12, 13, 14))
        return total

    def tasks(self):
        """(id of thread, state) of every thread."""
        for pid in self.processes():
            try:
                threads = os.listdir(f"/proc/{pid}/task")
            except OSError:
                continue
            for thread in threads:
                fields = stat_fields(f"/proc/{pid}/task/{thread}/stat")
                if fields:
                    yield int(thread), fields[0]

    def waits_for_good(self):
        """Does every thread sleep in a call that only somebody else can end?"""
        tasks = list(self.tasks())
        return bool(tasks) and all(
            state in "SZX" and task in self.trace.pending and self.endless(task) for task, state in tasks
        )

    def endless(self, task):
        call = self.trace.pending[task]
        if call.name in ENDLESS:
            return True
        if call.name in FOREVER:
            index, forever = FOREVER[call.name]
            return call.list[index : index + 1] == [forever]
        # strace shows epoll_wait's timeout only at its end; the kernel has the arguments at hand.
        if call.name.startswith("epoll_"):
            try:
                with open(f"/proc/{task}/syscall", encoding="ascii") as file:
                    return int(file.read().split()[4], 16) & 0xFFFFFFFF == 0xFFFFFFFF
            except (OSError, IndexError, ValueError):
                pass
        return False

    def sleeps(self):
        return any("nanosleep" in call.name for call in self.trace.pending.values())

    def spins_on(self):
        """A failing call on a descriptor that the program repeats without end, or None. A loop may
        hold some more: of those, it is the first that matters, accept. One that sleeps in between,
        and may complain, needs fewer turns."""
        calls = self.trace.calls[-100:]
        enough = 50
        if any("nanosleep" in c.name for c in calls):
            calls, enough = [c for c in calls if "nanosleep" not in c.name and c.descriptor not in (1, 2)][-12:], 6
        last = [c for c in calls if c.error not in (None, *PATIENT) and c.descriptor is not None]
        common = collections.Counter(kind(call) for call in last).most_common(4)
        if sum(count for _, count in common) < enough:
            return None
        kinds = [each for each, count in common if count >= enough / 5]
        looping = [call for call in last if kind(call) in kinds]
        return next((c for c in looping if c.name.startswith("accept")), looping[0] if looping else None)

    def settle(self, reached, idle=3, total=60):
        """Waits until reached() is true. Gives up when it cannot become so any more: the program has
        ended, waits for good, repeats a failing call, floods, has not used the processor for `idle`
        seconds (10 where it sleeps on a clock), or has been at it for a minute and hardly used it.
        Returns what reached() said last."""
        begin = quiet_since = time.monotonic()
        ticks, still = -1, 0
        while True:
            news = self.trace.update()
            if reached():
                return True
            if self.floods() or not self.alive():
                self.trace.update()
                return reached()
            now = time.monotonic()
            if now - begin > 60 and self.busy_ticks() / TICKS < (now - begin) / 5:
                return reached()
            still = still + 1 if not news and self.waits_for_good() else 0
            if still >= 5 or now - begin > total or self.spins_on():
                return reached()
            if news or (used := self.busy_ticks()) != ticks:
                quiet_since = now
                ticks = ticks if news else used
            if now - quiet_since > (10 if self.sleeps() else idle):
                return reached()
            if now - begin > PATIENCE and not self.excused:
                self.excused = True
                print("check: waiting for the program; this may take a minute", file=sys.stderr)
            time.sleep(0.02)

    def open_descriptors(self):
        """How many descriptors its processes hold, all together."""
        count = 0
        for pid in self.processes():
            try:
                count += len(os.listdir(f"/proc/{pid}/fd"))
            except OSError:
                pass
        return count

    def holders(self, inode):
        """The (process, descriptor) pairs that hold the socket open."""
        found = []
        for pid in self.processes():
            try:
                for descriptor in os.listdir(f"/proc/{pid}/fd"):
                    if os.readlink(f"/proc/{pid}/fd/{descriptor}") == f"socket:[{inode}]":
                        found.append((pid, int(descriptor)))
            except OSError:
                continue
        return found

    def end(self):
        """Kills all of it, whatever it does with signals, and returns when none is left."""
        limit = time.monotonic() + 10
        while (left := self.processes()) and time.monotonic() < limit:
            for pid in left:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            reap()
            time.sleep(0.005)
        self.strace.kill()
        self.strace.wait()
        reap()


def kind(call):
    """What two calls have in common that are tried again and again."""
    return call.name, call.descriptor, call.error


def children(pid):
    """The ids of its children, from proc(5)."""
    found = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children", encoding="ascii") as file:
                found += [int(number) for number in file.read().split()]
    except OSError:
        pass
    return found


def reap():
    """Waits for orphans that became ours."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def stat_fields(path):
    """proc(5)'s fields of /proc/PID/stat behind the name: state, parent, group, ... or None."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(") ")[2].split()
    except OSError:
        return None
