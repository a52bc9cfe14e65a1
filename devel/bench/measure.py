"""measure.py: the figures of one server: its system calls for a connection, a turn of it, and what silent clients cost."""

import os
import re
import signal
import subprocess
from pathlib import Path

from server import BUILD, TICKS, Server

CLIENTS = 64
ASKED = 20  # requests, one after the other, beside the silent clients


def calls_per_connection(name, command, request, connections):
    """System calls by name: what strace counts for so many connections more, over so many."""
    more = min(max(connections // 10, 50), 2000)
    few, many = (count_calls(name, command, request, count) for count in (20, 20 + more))
    found = {call: round((many[call] - few.get(call, 0)) / more, 1) for call in many}
    return {call: n for call, n in sorted(found.items(), key=lambda item: (-item[1], item[0])) if n > 0}


def count_calls(name, command, request, connections):
    """What strace counts from the server's start to its end, for so many connections one after the other."""
    summary = BUILD / "bench/strace"
    # The second launch: a server outlives a strace that is killed, unless it asks to be killed too.
    with Server(name, ["strace", "-f", "-c", "-o", summary, BUILD / "launch", *command], request) as server:
        server.load(connections, 1)
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text(encoding="ascii")
        os.kill(int(children), signal.SIGTERM)  # strace has one, the server
        server.process.wait(timeout=20)
    # Each line: % time, seconds, usecs/call, calls, errors (or nothing), syscall.
    lines = re.findall(r"^ *[\d.]+ +[\d.]+ +\d+ +(\d+) +(?:\d+ +)?(\w+)$", summary.read_text(encoding="ascii"), re.M)
    return {call: int(count) for count, call in lines if call != "total"}


def take_turn(name, command, request, connections):
    """One turn of one server: its figures."""
    warm_up, alone = max(connections // 10, 1), max(connections // 5, 1)
    with Server(name, command, request) as server:
        server.load(warm_up, CLIENTS)
        before, idle = server.used(), machine_time()
        seconds, load_user, load_kernel = server.load(connections, CLIENTS)
        used, user, kernel = (now - then for now, then in zip(server.used(), before))
        busy, total = (now - then for now, then in zip(machine_time(), idle))
        load = load_user + load_kernel
        # Nobody waits for step07's children, and their time is in no process: all that the machine did is theirs.
        used = busy * 1e6 - load if "fork" in name else used
        return {
            "cpu_us": used / connections,
            "user_ticks": user,
            "system_ticks": kernel,
            "rate_64": connections / seconds,
            "rate_1": alone / server.load(alone, 1)[0],
            "server_busy": used / 1e6 / seconds,
            "load_busy": load / 1e6 / seconds,
            "load_user_us": load_user / connections,
            "load_system_us": load_kernel / connections,
            "others_busy": max(0.0, busy - (used + load) / 1e6) / total if total else 0.0,
            "memory_kb": server.peak_memory(),
            "checked": warm_up + connections + alone,
        }


def machine_time():
    """Seconds that all processors together were busy, and that they were there: proc(5), stat."""
    with open("/proc/stat", encoding="ascii") as file:
        fields = [int(field) / TICKS for field in file.readline().split()[1:9]]
    return sum(fields) - fields[3] - fields[4], sum(fields)


def beside_silent(name, command, request, silent):
    """Kilobytes that so many silent clients cost, and milliseconds that a request takes beside them."""
    with Server(name, command, request) as server:
        server.load(100, 1)
        before = server.memory()
        hold = [BUILD / "launch", BUILD / "hostile", "hold", str(silent)]
        with subprocess.Popen(hold, stdout=subprocess.PIPE) as holder:
            if not holder.stdout.readline():
                return {}  # it has said why it cannot
            seconds = server.load(ASKED, 1)[0]
            cost = server.memory() - before
            holder.kill()
        return {f"kilobytes_{silent}": cost, f"milliseconds_{silent}": 1000 * seconds / ASKED}
