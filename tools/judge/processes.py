"""What proc(5) tells about a program's processes: threads, processor time, descriptors."""

import os

from guard import stat_fields


def threads(pids):
    """(id of thread, state) of every thread of these processes."""
    for pid in pids:
        try:
            tasks = os.listdir(f"/proc/{pid}/task")
        except OSError:
            continue
        for task in tasks:
            fields = stat_fields(f"{pid}/task/{task}")
            if fields:
                yield int(task), fields[0]


def ticks(pids):
    """Processor time that they have used, in clock ticks, their ended children included."""
    stats = (stat_fields(pid) for pid in pids)
    return sum(int(fields[i]) for fields in stats if fields for i in (11, 12, 13, 14))


def descriptors(pids):
    """(process, descriptor, what it stands for) of all that they have open."""
    for pid in pids:
        try:
            for number in os.listdir(f"/proc/{pid}/fd"):
                yield pid, int(number), os.readlink(f"/proc/{pid}/fd/{number}")
        except OSError:
            continue
