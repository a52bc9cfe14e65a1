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
    """Carries out one experiment; on a machine so busy that it took too long, a second time. (NAME, what it showed)"""
    try:
        try:
            return name, shown_by(name, root, folder)
        except TimeoutError:
            return name, shown_by(name, root, folder)
    except terminals.NotHere as reason:
        found = {"absent": str(reason)}
    except Exception as error:  # one bad experiment does not keep the others from being carried out
        found = {"error": f"{type(error).__name__}: {error}"}
    print(f"{name}:", *(f"{what}: {text}" for what, text in found.items()), file=sys.stderr)
    return name, found


def shown_by(name, root, folder):
    begin, scene = time.monotonic(), terminals.Scene(root, folder)
    try:
        EXPERIMENTS[name](scene)
        return {
            "typed": {str(n): terminal.typed for n, terminal in scene.terminals.items()},
            "screen": {str(n): scene.screen(n) for n in scene.terminals},
            "edit": {"": scene.edited},
            "seconds": time.monotonic() - begin,
        }
    finally:
        scene.end()


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
