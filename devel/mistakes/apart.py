"""Work done several times at once, each in a process of its own.

No pool of Python's does it: one that forks in a thread, where signals have handlers, sometimes
waits for ever for a process that has gone."""

import multiprocessing
import os
from multiprocessing import connection

import guard

FORKS = multiprocessing.get_context("fork")


def apart(work, items, at_once):
    """Yields each item with what work(item) has returned, in the order in which they end; with None
    for a process that has died. at_once: how many are worked on at a time."""
    waiting, running = list(items), {}
    while waiting or running:
        while waiting and len(running) < at_once:
            item = waiting.pop(0)
            ours, theirs = FORKS.Pipe(duplex=False)
            process = FORKS.Process(target=alone, args=(work, item, theirs))
            process.start()
            theirs.close()
            running[ours] = item, process
        for ours in connection.wait(running):
            item, process = running.pop(ours)
            try:
                found = ours.recv()
            except EOFError:
                found = None
            ours.close()
            process.join()
            yield item, found


def alone(work, item, answer):
    """In the process: it ends with its starter, and at a signal."""
    guard.end_with(os.getppid())
    guard.end_at_signals()
    answer.send(work(item))
