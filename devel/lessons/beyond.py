"""The experiments of the lessons in beyond/; as in experiments.py."""

import shutil
import subprocess

from experiments import START, settled, started, stopped, traced
from scene import NotHere

CURL = "curl localhost:8001"
SILENT = "sleep 1000 </dev/tcp/localhost/8001"
TIMED = "curl -w ' after %{time_total} s\\n' localhost:8001"
HUNDRED = f"for i in {{1..100}}; do {SILENT} & done 2>/dev/null"
THREADS = "grep Threads /proc/$(pgrep -nx a.out)/status"


def silent(scene, number, count=1):
    """Clients that say nothing, in a terminal."""
    scene.type(number, SILENT if count == 1 else HUNDRED)
    scene.wait(lambda: scene.states().count("ESTAB") == 2 * count and scene.queue() == 0, "the silent to be accepted")


# --- step06-read --------------------------------------------------------------------------------


def before06(scene):
    started(scene, "step05-write")
    scene.run(2, CURL)


def watch06(scene):
    traced(scene, "beyond/step06-read")
    scene.run(2, CURL)
    scene.sees(1, r"accept\(", 2)
    stopped(scene, 1)


def pieces06(scene):
    started(scene, "beyond/step06-read", by="cc server.c && strace -e read,write ./a.out", seen="0.0.0.0:8001")
    scene.run(2, "exec 5<>/dev/tcp/localhost/8001")
    scene.run(2, "printf 'GET / HT' >&5")
    scene.sees(1, r'"GET / HT"')
    scene.run(2, "env printf 'TP/1.0\\r\\n\\r\\n' >&5")  # bash's own would write line by line
    scene.run(2, "cat <&5")
    scene.sees(1, r"write\(4")
    stopped(scene, 1)


# Closing at once: without what step06 does before.
AT_ONCE = ("    struct timeval second...        ;\n", "")
# In one write: head would write in pieces, and the server close between them.
LONG = "exec 5<>/dev/tcp/localhost/8001; dd if=/dev/zero bs=20000 count=1 status=none >&5; cat <&5"


def reset06(scene):
    started(scene, "beyond/step06-read", AT_ONCE)
    scene.run(2, LONG)


def whole06(scene):
    started(scene, "beyond/step06-read")
    scene.run(2, LONG)


# --- step07-fork --------------------------------------------------------------------------------


def silent07(scene):
    started(scene, "beyond/step06-read")
    silent(scene, 2)
    scene.run(3, f"curl -m 3 {CURL[5:]}")
    stopped(scene, 2)


def watch07(scene):
    started(scene, "beyond/step07-fork", by="cc server.c && strace -f ./a.out", seen=r"accept\(")
    silent(scene, 2)
    scene.run(3, TIMED)
    scene.run(3, "pgrep -x a.out | wc -l")


def hundred(scene, step, by):
    """How long one client takes beside 100 silent ones."""
    started(scene, step, by=by)
    silent(scene, 2, 100)
    scene.run(3, TIMED)
    scene.wait(lambda: scene.states().count("ESTAB") == 200, "curl's process, or thread, to end")


def hundred07(scene):
    hundred(scene, "beyond/step07-fork", START)
    scene.run(3, "pgrep -x a.out | wc -l")


def zombies():
    asked = subprocess.run(["ps", "-eo", "stat="], stdout=subprocess.PIPE, text=True, check=True)
    return asked.stdout.count("Z")


def zombie07(scene):
    started(scene, "beyond/step07-fork", ("    signal(SIGCHLD...\n", ""))
    scene.run(2, "curl -s localhost:8001/[1-3]; echo")
    scene.wait(lambda: zombies() == 3, "the children to end")
    scene.run(3, "ps -o stat=,comm= -p $(pgrep -x a.out -d,)")


def twice07(scene):
    own_copy = ('\n        // The child has its own copy...perror("close");\n', "")
    started(scene, "beyond/step07-fork", own_copy, by="cc server.c && (ulimit -n 6; ./a.out)")
    scene.run(2, "curl -s localhost:8001/[1-2]; echo")
    scene.sees(1, "accept: ", 2)
    stopped(scene, 1)


# --- step08-thread ------------------------------------------------------------------------------

THREADED = "cc -pthread server.c && ./a.out"
REFUSE = '    if (strncmp(request, "GET /", 5) != 0)\n'
BOOM = (REFUSE, '    if (strncmp(request, "GET /boom", 9) == 0)\n        _exit(1);\n' + REFUSE)


def watch08(scene):
    hundred(scene, "beyond/step08-thread", THREADED)
    scene.run(3, "pgrep -x a.out | wc -l")
    scene.run(3, THREADS)
    scene.run(3, "ls /proc/$(pgrep -nx a.out)/fd | wc -l")


def boom07(scene):
    started(scene, "beyond/step07-fork", BOOM)
    scene.run(2, "curl localhost:8001/boom")
    scene.run(2, "curl -w '\\n' localhost:8001")


def boom08(scene):
    started(scene, "beyond/step08-thread", BOOM, by=THREADED)
    scene.run(2, "curl localhost:8001/boom")
    scene.run(2, "curl localhost:8001")


# --- step09-epoll -------------------------------------------------------------------------------


def watch09(scene):
    hundred(scene, "beyond/step09-epoll", START)
    scene.run(3, THREADS)


def limit09(scene):
    started(scene, "beyond/step09-epoll")
    scene.type(2, "time cat </dev/tcp/localhost/8001")
    scene.shows_prompt(2)


def article09(scene):
    if not shutil.which("go"):
        raise NotHere("go is not installed")
    scene.type(1, "CGO_ENABLED=0 go build -o article beyond/step09-epoll/article.go")
    scene.wait(scene.terminal(1).prompts, "go to build it", 80)
    scene.type(1, "strace -f -o calls ./article")
    scene.wait(lambda: scene.queue() == 0, "the server to listen")
    scene.run(2, "curl -w '\\n' localhost:8001")
    settled(scene, "TIME-WAIT")
    stopped(scene, 1)
    scene.run(2, "grep -oE '(accept4|clone|epoll_create1|epoll_ctl|epoll_pwait)\\(' calls | sort -u")
    scene.run(2, "grep -o 'epoll_ctl(.*ADD, 3, {events=[A-Z|]*' calls")
    scene.run(2, "grep -oE 'SOCK_CLOEXEC.SOCK_NONBLOCK\\) = [0-9]+' calls")
