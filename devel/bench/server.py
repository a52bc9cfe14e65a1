"""server.py: the servers that the bench knows, and one of them while it runs."""

import collections
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD, BENCH = ROOT / "build", ROOT / "devel/bench"
TICKS = os.sysconf("SC_CLK_TCK")
# What load asks them for, the server that the others are measured by, and how many silent clients come besides.
Subject = collections.namedtuple("Subject", "name request base silent")
SUBJECTS = [Subject("bench", "hello", "floor", ()), Subject("beyond", "http", "step09-epoll", (100, 1000, 10000))]
# What a server needs to be built or run; a folder is Go's. A python3 may be a wrapper of this one.
NEEDED = {".c": "cc", ".js": "node", ".py": sys.executable, ".rb": "ruby", ".go": "go", "": "go"}


def find_sources(subject, chosen):
    """The sources of the subject's servers, or of those CHOSEN and those that they are measured by."""
    if subject.name == "bench":
        always = [BENCH / "servers/floor.c", next(ROOT.glob("step05-*"))]
        every = [*always, *sorted((BENCH / "servers").iterdir())]
    else:
        always = list(ROOT.glob("beyond/step09-*"))
        http = [BENCH / "http" / name for name in ("node-http.js", "ruby-threads.rb", "floor-uring.c")]
        every = [*sorted(ROOT.glob("beyond/step*")), always[0] / "article.go", *http]
    return [*chosen, *always] if chosen else every


def find_servers(subject, chosen):
    """{name: command} of those whose language is here, and of the floor on io_uring where the kernel allows that.
    Builds what needs building. Ends the program where the port is taken or strace may not trace."""
    servers = {}
    for path in find_sources(subject, chosen):
        needed = NEEDED.get(path.suffix)
        if (path / "server.c").exists():
            servers[path.name] = [BUILD / path.name]
        elif shutil.which(needed):
            name = f"go-{path.stem}" if path.suffix == ".go" else path.stem
            servers[name] = [BUILD / "bench" / name] if needed in ("cc", "go") else [needed, path]
    programs = [command[0].relative_to(ROOT) for command in servers.values() if len(command) == 1]
    script = 'source "$1"; shift; require_free_port; require_strace; need "$@"'
    command = ["bash", "-euo", "pipefail", "-c", script, "bench", ROOT / "tools/lib/all.bash"]
    if subprocess.run([*command, "build/launch", "build/load", "build/hostile", *programs], check=False).returncode:
        raise SystemExit(1)  # it has said why
    floor = servers.get("floor-uring")
    if floor and subprocess.run([*floor, "--check"], stderr=subprocess.DEVNULL, check=False).returncode:
        sys.stderr.write("io_uring is not allowed here: no floor\n")
        del servers["floor-uring"]
    return servers


class Server:
    """A server that runs, and answers, inside a with block; launch ends it with the bench, whatever happens."""

    def __init__(self, name, command, request):
        self.name, self.request = name, request
        self.errors = open(BUILD / "bench/errors", "w+", encoding="utf-8", errors="replace")
        nothing = subprocess.DEVNULL
        self.process = subprocess.Popen([BUILD / "launch", *command], stdin=nothing, stdout=nothing, stderr=self.errors)
        self.pid = self.process.pid

    def __enter__(self):
        limit = time.monotonic() + 20
        while not port_is_open():
            if self.process.poll() is not None or time.monotonic() > limit:
                self.errors.seek(0)
                sys.exit(f"bench: {self.name} does not start: {self.errors.read().strip()}")
            time.sleep(0.01)
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()
        # An io_uring goes a moment after its process, and with it the socket that listened.
        limit = time.monotonic() + 10
        while port_is_open() and time.monotonic() < limit:
            time.sleep(0.01)

    def load(self, count, clients):
        """Makes the connections. Returns the seconds, and load's own microseconds in its code and in the kernel."""
        command = [BUILD / "launch", BUILD / "load", self.request, str(count), str(clients)]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if result.returncode:
            sys.exit(f"bench: {self.name}: {result.stderr.strip()}")
        return float(result.stdout), *((now - then) * 1e6 for now, then in zip(after[:2], before[:2]))

    def used(self):
        """Processor time so far, of all threads and of the children waited for: microseconds in all, then ticks
        in its own code and in the kernel: proc(5), stat. The threads' is exact: clock_getcpuclockid(3)'s clock."""
        stat = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii", errors="replace")
        user, kernel, *children = (int(field) for field in stat.rpartition(") ")[2].split()[11:15])
        exact = time.clock_gettime_ns(~self.pid << 3 | 2) / 1e3
        return exact + sum(children) * 1e6 / TICKS, user + children[0], kernel + children[1]

    def peak_memory(self):
        """The most that was resident, in kilobytes."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii", errors="replace")
        return int(re.search(r"^VmHWM:\s+(\d+) kB", status, re.M).group(1))

    def memory(self):
        """Kilobytes of it and its children; what they share counts once (Pss)."""
        total = 0
        listed = subprocess.run(["pgrep", "-g", str(self.pid)], capture_output=True, text=True, check=False).stdout
        for pid in listed.split():
            try:
                rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
            except (FileNotFoundError, ProcessLookupError):
                continue
            total += int(re.search(r"^Pss:\s+(\d+) kB", rollup, re.M).group(1))
        return total


def port_is_open():
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", 8001)) == 0
