"""Carrying out: every experiment in a scene of its own, several at a time, and what their terminals showed."""

import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import beyond
import detectives
import errors
import experiments
import terminals

AT_ONCE = 6  # experiments; most of their time they wait
# The functions of these modules whose name ends in a step's number.
EXPERIMENTS = {
    name: each
    for module in (experiments, beyond, errors, detectives)
    for name, each in vars(module).items()
    if re.search(r"\d\d$", name) and each.__module__ == module.__name__
}


def carry_out(name, root, folder):
    """Carries out one experiment; on a machine so busy that one failed, a second time. What it showed."""
    try:
        shown = carry_out_once(name, root, folder)
    except terminals.NotHere as reason:
        shown = {"absent": str(reason)}
    except Exception as error:  # one bad experiment does not keep the others from being carried out
        shown = {"error": f"{type(error).__name__}: {error}"}
    for what in shown.keys() & {"absent", "error"}:
        print(f"{name}: {what}: {shown[what]}", file=sys.stderr)
    return name, shown


def carry_out_once(name, root, folder, again=True):
    begin, scene = time.monotonic(), terminals.Scene(root, folder)
    try:
        EXPERIMENTS[name](scene)
        numbers = sorted(scene.terminals)
        return {
            "typed": {str(n): scene.terminals[n].typed for n in numbers},
            "screen": {str(n): scene.screen(n) for n in numbers},
            "edit": scene.edited,
            "seconds": time.monotonic() - begin,
        }
    except TimeoutError:
        if not again:
            raise
    finally:
        scene.end()
    return carry_out_once(name, root, folder, again=False)


def carry_out_all(root, wanted):
    """{name: what its terminals showed}"""
    (root / "build").mkdir(exist_ok=True)
    subprocess.run(["make", "-s", "-C", root, "clients"], check=True)
    try:
        terminals.begin()
    except OSError as error:
        sys.exit(f"lessons: {error.strerror}")
    with tempfile.TemporaryDirectory(prefix="lessons.", dir=os.environ.get("TMPDIR", root / "build")) as folder:
        pool = ThreadPoolExecutor(AT_ONCE)
        try:
            return dict(pool.map(lambda name: carry_out(name, root, folder), wanted))
        finally:
            pool.shutdown(cancel_futures=True)
