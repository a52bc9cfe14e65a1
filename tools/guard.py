"""What is started here ends with whoever started it, whatever ends that: Ctrl-C, a closed terminal, SIGKILL.

A guard stands between the two: a process in a session of its own, which no terminal's signal reaches. It holds
one end of a pipe (the lifeline) whose other end is in nobody's hands but the starter's, and starts the command.
When the lifeline closes, or the command ends, it kills all that descends from it, and ends. Should the guard
itself be killed, the command gets a signal of its own (PR_SET_PDEATHSIG), and what the command had started
becomes the starter's, which is a subreaper; end() kills that too.  See prctl(2), proc(5), pipe(7).
"""

import os
import signal
import sys
import time

try:
    import ctypes
    import select
    import subprocess
    import threading
except ImportError as error:  # Debian's and Ubuntu's python3-minimal
    sys.exit(f"python3 is not all here, its {error.name} is missing: apt-get install libpython3-stdlib")

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
ENDING = (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP)
NOTHING = subprocess.DEVNULL
LAST = []  # what at_end was told
LIBC = ctypes.CDLL(None, use_errno=True)


def end_with_parent(parent=None):
    """Has this process get SIGTERM when the one that started it ends: make, a shell, a terminal."""
    parent = parent or os.getppid()
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:  # it has ended before that call
        os.kill(os.getpid(), signal.SIGTERM)


def at_end(function, *arguments):
    """Has that done when a signal ends this process, the last first; what the guards guard has ended by then."""
    LAST.append((function, arguments))


def end_at_signals(interrupted=128 + signal.SIGINT):
    """Has Ctrl-C and its like end this process in good order, with what at_end was told; interrupted: the exit status
    after Ctrl-C. No exception does it: such may be lost, where Python is about to tidy up. A terminal that is closed
    tells only its session's leader: that may be make, which then waits for us, so we have to look ourselves."""

    def leave(number, _):
        for each in ENDING:
            signal.signal(each, signal.SIG_IGN)
        for guard, lifeline in Guarded.guards.items():
            os.close(lifeline)
            wait_for(guard)
        for function, arguments in reversed(LAST):
            function(*arguments)
        kill_all(lambda: descendants(os.getpid()))
        os._exit(interrupted if number == signal.SIGINT else 128 + number)

    for each in ENDING:
        signal.signal(each, leave)
    terminal = next((fd for fd in (2, 1, 0) if os.isatty(fd)), None)
    if terminal is not None:
        threading.Thread(target=await_hangup, args=(terminal, threading.get_ident()), daemon=True).start()


def await_hangup(terminal, thread):
    """In a thread: sends that one SIGHUP when the terminal is gone."""
    look = select.poll()
    look.register(terminal, 0)  # nothing but POLLHUP and POLLERR
    look.poll()
    signal.pthread_kill(thread, signal.SIGHUP)


def contents(path):
    """The bytes of a file of the kernel's. Asked many times: so nothing is buffered, and nothing decoded."""
    with open(path, "rb", buffering=0) as file:
        return file.read()


def stat_fields(pid):
    """The fields of /proc/PID/stat behind the name: state, parent, group, ... or None. Also of PID/task/THREAD."""
    try:
        return contents(f"/proc/{pid}/stat").rpartition(b") ")[2].decode().split()
    except OSError:
        return None


def children(pid):
    """The ids of its children."""
    found = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            found += map(int, contents(f"/proc/{pid}/task/{thread}/children").split())
    except OSError:
        pass
    return found


def descendants(pid):
    """The ids of all living processes that descend from it."""
    found, wave = set(), [pid]
    while wave:
        wave = [child for parent in wave for child in children(parent) if child not in found]
        found.update(wave)
    return {each for each in found if (fields := stat_fields(each)) and fields[0] not in "ZX"}


def kill_all(find, seconds=10):
    """Kills all that find() finds, again and again, and returns when it twice finds none: who changes parents, because
    the one in between ends, may be missed once."""
    limit = time.monotonic() + seconds
    while (left := find() or find()) and time.monotonic() < limit:
        for each in left:
            try:
                os.kill(each, signal.SIGKILL)
            except ProcessLookupError:
                pass
        reap()
        time.sleep(0.005)


def wait_for(guard):
    """Waits for the end of a guard whose lifeline is closed."""
    try:
        os.kill(guard, signal.SIGCONT)  # should somebody have stopped it
        os.waitpid(guard, 0)
    except (ChildProcessError, ProcessLookupError):
        pass


def reap():
    """Waits for those who have ended."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


class Guarded:
    """A command that runs under a guard. pid is its id; returncode what it ended with, as subprocess has it,
    or None while it runs."""

    guards = {}  # guard: its lifeline; no guard may hold another one's, which would never close

    def __init__(self, command, **files):
        """files: stdin, stdout, stderr, cwd, env as subprocess.Popen takes them. OSError where it cannot run."""
        LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        self.returncode = None
        lifeline, self.lifeline = os.pipe()
        self.news, news = os.pipe()
        # It never unblocks them: no signal of a terminal's ends it, nor has it do what its starter would do.
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        self.guard = os.fork()
        if self.guard == 0:
            for end in (*self.guards.values(), self.lifeline, self.news):
                os.close(end)
            stand_guard(command, files, lifeline, news)
        self.guards[self.guard] = self.lifeline
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        os.close(lifeline)
        os.close(news)
        started = self.read_line()
        if not started.isdigit():
            self.end()
            raise OSError(started or "the guard has ended")
        self.pid = int(started)

    def read_line(self):
        line = b""
        while not line.endswith(b"\n") and (part := os.read(self.news, 1)):
            line += part
        return line.decode().strip()

    def poll(self):
        """returncode, after a look."""
        if self.returncode is None and readable(self.news):
            line = self.read_line()
            self.returncode = int(line) if line else -signal.SIGKILL  # no line: the guard was killed
        return self.returncode

    def processes(self):
        """The ids of all living processes of it, the command itself left out."""
        return descendants(os.getpid()) - {self.guard, self.pid}

    def end(self):
        """Ends it, whatever it does with signals, and returns when nothing of it is left."""
        if self.lifeline is None:
            return
        os.close(self.guards.pop(self.guard))
        self.lifeline = None
        wait_for(self.guard)
        self.poll()
        kill_all(self.orphans)  # some only where the guard was killed
        os.close(self.news)

    def orphans(self):
        """The ids of all living processes that descend from ours, and not from another guard."""
        found = descendants(os.getpid())
        for guard in self.guards:
            found -= descendants(guard) | {guard}
        return found


def stand_guard(command, files, lifeline, news):
    """The guard's life. It never returns."""
    status = 1
    try:
        os.setsid()
        LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        wakeup, wake = os.pipe()
        for end in (wakeup, wake):
            os.set_blocking(end, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake)
        process = start(command, files, news)
        while process.poll() is None and not readable(lifeline):
            select.select([lifeline, wakeup], [], [])
            if readable(wakeup):
                os.read(wakeup, 4096)
        if process.poll() is not None:
            os.write(news, b"%d\n" % process.returncode)
        status = 0
    finally:
        kill_all(lambda: descendants(os.getpid()))
        os._exit(status)


def readable(descriptor):
    return bool(select.select([descriptor], [], [], 0)[0])


def start(command, files, news):
    """Starts the command and tells its id, or why it cannot be run."""

    def before_exec():
        for number in ENDING + (signal.SIGCHLD, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        os.setpgid(0, 0)  # what it sends to its own group does not reach the guard
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)

    try:
        process = subprocess.Popen(command, preexec_fn=before_exec, **files)
    except OSError as error:
        os.write(news, f"{command[0]}: {error.strerror}\n".encode())
        raise
    os.write(news, b"%d\n" % process.pid)
    return process
