"""What proc(5) tells about the processes that descend from this one."""

import os


def stat_fields(path):
    """The fields of /proc/PID/stat behind the name: state, parent, group, ... or None."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(") ")[2].split()
    except OSError:
        return None


def children(pid):
    """The ids of its children."""
    found = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children", encoding="ascii") as file:
                found += [int(number) for number in file.read().split()]
    except OSError:
        pass
    return found


def descendants(without):
    """The ids of all processes that descend from ours and live; one of them, and the dead, left out."""
    found, wave = set(), [os.getpid()]
    while wave:
        wave = [child for pid in wave for child in children(pid) if child not in found]
        found.update(wave)
    found.discard(without)
    return {pid for pid in found if (fields := stat_fields(f"/proc/{pid}/stat")) and fields[0] not in "ZX"}


def threads(pids):
    """(id of thread, state) of every thread of these processes."""
    for pid in pids:
        try:
            tasks = os.listdir(f"/proc/{pid}/task")
        except OSError:
            continue
        for task in tasks:
            fields = stat_fields(f"/proc/{pid}/task/{task}/stat")
            if fields:
                yield int(task), fields[0]


def ticks(pids):
    """Processor time that they have used, in clock ticks, their ended children included."""
    stats = (stat_fields(f"/proc/{pid}/stat") for pid in pids)
    return sum(int(fields[i]) for fields in stats if fields for i in (11, 12, 13, 14))


def descriptors(pids):
    """(process, descriptor, what it stands for) of all that they have open."""
    for pid in pids:
        try:
            for number in os.listdir(f"/proc/{pid}/fd"):
                yield pid, int(number), os.readlink(f"/proc/{pid}/fd/{number}")
        except OSError:
            continue


def reap():
    """Waits for orphans that became ours."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass
