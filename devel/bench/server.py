"""server.py: the servers that the bench knows, and one of them while it runs."""

import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / "build"
TICKS = os.sysconf("SC_CLK_TCK")
# What a server in servers/ needs to be built or run; a folder is Go's. A python3 may be a wrapper of this one.
NEEDED = {".c": "cc", ".js": "node", ".py": sys.executable, ".rb": "ruby"}


class Failure(Exception):
    """What ends the bench with one line."""


def find_servers(paths):
    """The floor, step05, and of the other servers those whose language is here: each one's name and command."""
    step05 = next(ROOT.glob("step05-*")).name
    servers = {"floor": [BUILD / "bench/floor"], step05: [BUILD / step05]}
    for path in paths:
        needed = NEEDED.get(path.suffix, "go")
        if shutil.which(needed):
            servers[path.stem] = [BUILD / "bench" / path.stem] if needed in ("cc", "go") else [needed, path]
    return servers


def build(servers):
    """Builds what needs building. Ends the program where the port is taken or strace may not trace."""
    programs = [command[0].relative_to(ROOT) for command in servers.values() if len(command) == 1]
    script = 'source "$1"; shift; require_free_port; require_strace; need "$@"'
    command = ["bash", "-euo", "pipefail", "-c", script, "bench", ROOT / "tools/lib/all.bash"]
    if subprocess.run([*command, "build/launch", "build/load", *programs], check=False).returncode:
        raise SystemExit(1)  # it has said why


class Server:
    """A server that runs, and answers, inside a with block; launch ends it with the bench, whatever happens."""

    def __init__(self, name, command, request="hello"):
        self.name, self.request = name, request
        self.errors = open(BUILD / "bench/errors", "w+", encoding="utf-8", errors="replace")
        nothing = subprocess.DEVNULL
        self.process = subprocess.Popen([BUILD / "launch", *command], stdin=nothing, stdout=nothing, stderr=self.errors)
        self.pid = self.process.pid

    def __enter__(self):
        limit = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", 8001), 10).close()
                return self
            except OSError:
                if self.process.poll() is not None or time.monotonic() > limit:
                    self.errors.seek(0)
                    raise Failure(f"{self.name} does not start: {self.errors.read().strip()}") from None
                time.sleep(0.01)

    def __exit__(self, *_):
        if self.process.poll() is None:
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()

    def load(self, count, clients):
        """Makes the connections. Returns the seconds, and load's own microseconds in its code and in the kernel."""
        command = [BUILD / "launch", BUILD / "load", self.request, str(count), str(clients)]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if result.returncode:
            raise Failure(f"{self.name}: {result.stderr.strip()}")
        return float(result.stdout), *((now - then) * 1e6 for now, then in zip(after[:2], before[:2]))

    def used(self):
        """Processor time so far, of all threads and of the children waited for: microseconds in all, then ticks
        in its own code and in the kernel: proc(5), stat. The threads' is exact: clock_getcpuclockid(3)'s clock."""
        with open(f"/proc/{self.pid}/stat", encoding="ascii", errors="replace") as file:
            user, kernel, *children = (int(field) for field in file.read().rpartition(") ")[2].split()[11:15])
        exact = time.clock_gettime_ns(~self.pid << 3 | 2) / 1e3
        return exact + sum(children) * 1e6 / TICKS, user + children[0], kernel + children[1]

    def peak_memory(self):
        """The most that was resident, in kilobytes."""
        with open(f"/proc/{self.pid}/status", encoding="ascii", errors="replace") as file:
            return int(re.search(r"^VmHWM:\s+(\d+) kB", file.read(), re.M).group(1))
