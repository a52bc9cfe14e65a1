"""What a tool starts ends with the tool, whatever ends that: Ctrl-C, a closed terminal, SIGKILL.

begin() makes two processes of the tool. The first, which make or the shell has started, only
watches: it passes signals on, and sees when the terminal is closed. The second, the worker, has a
session of its own and does the work. Each kills what is left when the other ends: the worker gets a
signal when the watcher ends (PR_SET_PDEATHSIG), and the watcher inherits the processes that the
worker leaves (PR_SET_CHILD_SUBREAPER).  See prctl(2), proc(5), credentials(7).
"""

import os
import signal
import sys
import time

try:
    import ctypes
    import select
    import subprocess
except ImportError as error:  # Debian's and Ubuntu's python3-minimal
    sys.exit(f"python3 is not all here, its {error.name} is missing: "
             "apt-get install libpython3-stdlib")

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
ENDING = (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP)
NOTHING = subprocess.DEVNULL
LAST = []  # what at_end was told
LIBC = ctypes.CDLL(None, use_errno=True)


def begin(interrupted=128 + signal.SIGINT):
    """To be called once, before any import that takes time. It returns in the worker only, which
    ends with its watcher, and at a signal. interrupted: the exit status after Ctrl-C."""
    end_with(starter())
    LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    watcher = os.getpid()
    worker = os.fork()
    if worker:
        watch(worker)
    os.setsid()
    end_with(watcher)
    end_at_signals(interrupted)


def starter():
    """The id of the process that has started this tool. The tool's bash has noted it in
    tools/lib/workshop.bash: that process may have ended by now."""
    us, _, noted = os.environ.get("WORKSHOP_STARTER", "").partition(":")
    return int(noted) if us == str(os.getpid()) else os.getppid()


def end_with(parent):
    """Has this process get SIGTERM when its parent ends."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:  # it has ended before that call
        os.kill(os.getpid(), signal.SIGTERM)


def at_end(function, *arguments):
    """Has that function called when a signal ends this process, after all that it has started."""
    LAST.append((function, arguments))


def end_at_signals(interrupted=128 + signal.SIGINT):
    """Has Ctrl-C and its like end this process, after all that it has started. No exception does
    it: Python loses an exception that comes while it tidies up."""

    def leave(number, _):
        for each in ENDING:
            signal.signal(each, signal.SIG_IGN)
        kill_all(lambda: descendants(os.getpid()))
        for function, arguments in reversed(LAST):
            function(*arguments)
        os._exit(interrupted if number == signal.SIGINT else 128 + number)

    for each in ENDING:
        signal.signal(each, leave)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)


def watch(worker):
    """The watcher's life: it ends as the worker does, and never returns."""
    for each in ENDING:
        signal.signal(each, lambda number, _: send(worker, number))
    signal.signal(signal.SIGTSTP, lambda *_: stop_both(worker))
    signal.signal(signal.SIGCONT, lambda *_: send(worker, signal.SIGCONT))
    signal.signal(signal.SIGCHLD, lambda *_: None)
    look, (wakeup, wake) = select.poll(), os.pipe()
    for end in (wakeup, wake):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(wake)
    look.register(wakeup, select.POLLIN)
    # A closed terminal tells only the leader of its session: that may be make, which waits for us.
    terminal = next((fd for fd in (2, 1, 0) if os.isatty(fd)), None)
    if terminal is not None:
        look.register(terminal, 0)  # nothing but POLLHUP and POLLERR
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    while (ended := os.waitpid(worker, os.WNOHANG))[0] == 0:
        for descriptor, _ in look.poll():
            if descriptor == terminal:
                look.unregister(terminal)
                send(worker, signal.SIGHUP)
            else:
                os.read(wakeup, 4096)
    kill_all(lambda: descendants(os.getpid()))
    os._exit(os.WEXITSTATUS(ended[1]) if os.WIFEXITED(ended[1]) else 128 + os.WTERMSIG(ended[1]))


def stop_both(worker):
    """At Ctrl-Z: the worker stops, then the watcher, whom the shell waits for."""
    send(worker, signal.SIGSTOP)
    os.kill(os.getpid(), signal.SIGSTOP)


def send(pid, number):
    """Sends a signal to a process that may have ended."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def contents(path):
    """The bytes of a file of the kernel's. It is read often, so nothing is buffered or decoded."""
    with open(path, "rb", buffering=0) as file:
        return file.read()


def stat_fields(pid):
    """The fields of /proc/PID/stat behind the name (state, parent, group, ...), or None. pid may
    be PID/task/THREAD."""
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
    """Kills all that find() finds, again and again, and returns when it twice finds none: a process
    whose parent ends just then is missed once."""
    limit = time.monotonic() + seconds
    while (left := find() or find()) and time.monotonic() < limit:
        for each in left:
            send(each, signal.SIGKILL)
        time.sleep(0.005)


def before_exec():
    """In the command's process: it gets the usual handling of signals, is out of the terminal's
    reach, and ends with its starter."""
    for number in ENDING + (signal.SIGCHLD, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    os.setsid()
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


class Guarded(subprocess.Popen):
    """A command whose processes, those in the background included, are ours to end. files: stdin,
    stdout, stderr, cwd, env as subprocess.Popen takes them. OSError where it cannot be run."""

    running = []

    def __init__(self, command, **files):
        LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        try:
            super().__init__(command, preexec_fn=before_exec, **files)
        except OSError as error:
            raise OSError(error.errno, error.strerror, command[0]) from None
        self.running.append(self)

    def processes(self):
        """The ids of all its living processes, the command itself left out."""
        others = {other.pid for other in self.running}
        of_others = (descendants(pid) for pid in others - {self.pid})
        return descendants(os.getpid()) - others.union(*of_others)

    def end(self):
        """Ends it, whatever it does with signals, and returns when nothing of it is left."""
        if self in self.running:
            kill_all(lambda: self.processes() | ({self.pid} if self.poll() is None else set()))
            self.running.remove(self)
