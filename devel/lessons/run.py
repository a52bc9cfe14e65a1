"""Runs experiments: each in a process, a network and a folder of its own, several at a time.

python3 run.py ROOT FOLDER NAME   carries out one, in FOLDER, which is empty, and prints JSON:
what was typed, what the screens showed, what was edited; or {"absent": why this machine cannot
show it}, {"error": what was awaited in vain}.  Read unshare(1) network_namespaces(7)
"""
import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
import beyond  # noqa: E402
import detectives  # noqa: E402
import errors  # noqa: E402
import experiments  # noqa: E402
from scene import Scene  # noqa: E402

AT_ONCE = 6  # experiments; most of their time they wait
LIMIT = 90  # seconds for one
APART = ["unshare", *(["--map-root-user"] if os.geteuid() else []),
         "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
MODULES = experiments, beyond, errors, detectives
EXPERIMENTS = {name: steps for module in MODULES for name, steps in vars(module).items()
               if re.search(r"[a-z]\d\d$", name)}


def run_one(root, name):
    """What the experiment showed."""
    with tempfile.TemporaryDirectory(prefix="scene.", dir=f"{root}/build") as folder:
        try:
            done = subprocess.run([*APART, sys.executable, __file__, root, folder, name], text=True,
                                  stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT)
            return json.loads(done.stdout)
        except subprocess.TimeoutExpired:
            return {"error": f"not at its end after {LIMIT} s"}
        except ValueError:
            return {"error": done.stderr}


def run_all(root, names):
    """{name: what it showed}"""
    os.makedirs(f"{root}/build", exist_ok=True)
    subprocess.run(["make", "-s", "-C", root, "clients"], check=True)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(names, pool.map(lambda name: run_one(root, name), names)))


def main(root, folder, name):
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    scene = Scene(root, folder)
    try:
        scene.do(EXPERIMENTS[name])
        found = {"absent": scene.absent} if scene.absent else {
            "typed": {n: each.typed for n, each in scene.terminals.items()},
            "screen": {n: scene.screen(n) for n in scene.terminals}, "edit": {"": scene.edited}}
    except Exception as error:  # JSON tells the parent, whatever it is
        found = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
