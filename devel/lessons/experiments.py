"""The experiments of the lessons: what is typed in which terminal, and what is waited for.

Each function gets a Scene (scene.py); README.md beside this file says how a page shows the result.
"""

LOOK = "ss -tan 'sport = :8001 or dport = :8001'"
CLIENT = "python3 clients/client.py"
ONCE = f"{CLIENT} localhost 8001 1"
RUDE = "python3 clients/rude.py"
START = "cc server.c && ./a.out"
FILES = "ls -l /proc/$(pgrep -nx a.out)/fd"

# Edits of a step's server.c: what is there, what replaces it. "..." stands for what lies between.
NO_HTONS = ("htons(8001)", "8001")
NO_REUSEADDR = ("    // Without this, bind fails...        return 1;\n    }\n\n", "")
NO_CLOSE = ('\n        if (close(connected_fd) == -1)\n            perror("close");\n', "")
NO_SIGPIPE = ("    signal(SIGPIPE...\n", "")
SLOW = ("        if (write", "        sleep(1);\n        if (write")


def started(scene, step, *edits, by=START, seen="0.0.0.0:8001$"):
    """The reader's own server.c, which is the step's with edits, is started in terminal 1, up to what is then seen."""
    scene.server(step, *edits)
    scene.type(1, by)
    scene.sees(1, seen)


def traced(scene, step, *edits):
    """The same under strace, until it waits."""
    started(scene, step, *edits, by="cc server.c && strace ./a.out", seen=r"(pause|accept)\(")


def settled(scene, *states):
    """Waits until the port's connections are all in these states, and there is one in each."""
    wanted = set(states)
    scene.wait(lambda: wanted <= set(scene.states()) <= wanted | {"LISTEN"}, f"the connections to be in {states}")


def queued(scene, number, command):
    """Types a client's command, and waits until nobody accepts it."""
    scene.type(number, command)
    scene.wait(lambda: scene.queue() == 1, "a client to be in the queue")


def stopped(scene, *numbers):
    """Presses Ctrl-C in these terminals, one after the other."""
    for number in numbers:
        scene.key(number, "C")
        scene.shows_prompt(number)


# --- step01-socket ------------------------------------------------------------------------------


def watch01(scene):
    traced(scene, "step01-socket")
    scene.run(2, CLIENT)
    scene.run(3, FILES)
    scene.run(3, LOOK)
    stopped(scene, 1)


def nobody01(scene):
    scene.run(2, CLIENT)


def protocol01(scene):
    scene.server("step01-socket", ("SOCK_STREAM, 0", "SOCK_STREAM, 17"))
    scene.run(1, "cc server.c && strace -e socket ./a.out")


def gone01(scene):
    scene.server("step01-socket", ("    pause();...\n", ""))
    scene.run(1, "cc server.c && strace ./a.out")


# --- step02-bind --------------------------------------------------------------------------------


def watch02(scene):
    traced(scene, "step02-bind")
    scene.run(2, CLIENT)
    scene.run(3, "ss -ltn 'sport = :8001'")
    stopped(scene, 1)


def htons02(scene):
    started(scene, "step02-bind", NO_HTONS, by="cc server.c && strace -e bind ./a.out")
    stopped(scene, 1)


def bytes02(scene, *more):
    edits = [("    pause();", "    write(1, &address, sizeof address);\n    pause();"), *more]
    started(scene, "step02-bind", *edits, by="cc server.c && ./a.out | od -An -tx1", seen="^ 02 00.*$")
    stopped(scene, 1)


def swapped02(scene):  # for the table of bytes
    bytes02(scene, NO_HTONS)


def twice02(scene):
    started(scene, "step02-bind")
    scene.run(2, "./a.out")


# --- step03-listen ------------------------------------------------------------------------------


def watch03(scene):
    traced(scene, "step03-listen")
    scene.type(2, CLIENT)
    settled(scene, "ESTAB")
    scene.run(3, LOOK)
    stopped(scene, 2, 1)


def backlog03(scene):
    started(scene, "step03-listen", ("SOMAXCONN", "1"))
    scene.run(2, f"for i in 1 2 3 4 5; do ({ONCE} &); done")
    settled(scene, "ESTAB", "SYN-SENT")
    scene.wait(lambda: scene.states().count("SYN-SENT") == 3, "three clients to wait for an answer")
    scene.run(3, LOOK)
    scene.enough(1)
    scene.enough(2)
    stopped(scene, 1)
    scene.sees(2, "client: .*: Connection reset by peer", 2)
    scene.sees(2, "client: .*: Connection refused", 3)


def killed03(scene):
    started(scene, "step03-listen")
    queued(scene, 2, CLIENT)
    stopped(scene, 2)
    settled(scene, "CLOSE-WAIT", "FIN-WAIT-2")
    scene.run(2, LOOK)


def ended03(scene):
    started(scene, "step03-listen")
    queued(scene, 2, CLIENT)
    stopped(scene, 1)
    scene.shows_prompt(2)


# --- step04-accept ------------------------------------------------------------------------------


def served(scene, *edits):
    """A server has served somebody, and was stopped."""
    started(scene, "step04-accept", *edits)
    scene.run(2, CLIENT)
    settled(scene, "TIME-WAIT")
    stopped(scene, 1)


def watch04(scene):
    traced(scene, "step04-accept", NO_REUSEADDR)
    scene.run(2, CLIENT)
    scene.sees(1, r"accept\(", 2)
    settled(scene, "TIME-WAIT")
    scene.run(3, LOOK)
    stopped(scene, 1)


def restart04(scene):
    served(scene, NO_REUSEADDR)
    scene.run(1, "./a.out")


def until04(scene):
    served(scene, NO_REUSEADDR)
    scene.server("step04-accept")
    scene.type(1, "cc server.c && until ./a.out; do sleep 5; done")
    scene.sees(1, "^bind: Address already in use$", 2)  # and so on, for a minute


def mended04(scene):
    served(scene)
    scene.type(1, "./a.out")
    scene.sees(1, "0.0.0.0:8001$")


def leak04(scene):
    started(scene, "step04-accept", NO_CLOSE, by="cc server.c && (ulimit -n 6; ./a.out)")
    scene.run(2, f"for i in 1 2 3; do ({ONCE} &); done")
    scene.sees(1, "accept: ", 2)
    scene.wait(lambda: scene.queue() == 1, "the third client to be in the queue")
    scene.run(3, FILES)
    stopped(scene, 1)


# --- step05-write -------------------------------------------------------------------------------


def watch05(scene):
    traced(scene, "step05-write", NO_SIGPIPE)
    scene.type(2, "(sleep 20; cat) </dev/tcp/localhost/8001")
    scene.sees(1, r"accept\(", 2)
    settled(scene, "FIN-WAIT-2", "CLOSE-WAIT")
    scene.run(3, LOOK)
    scene.sees(2, "hello world")
    scene.shows_prompt(2)
    stopped(scene, 1)


def rude05(scene):
    scene.server("step05-write", NO_SIGPIPE)
    scene.edit(SLOW)
    scene.type(1, "cc server.c && strace ./a.out")
    scene.sees(1, r"accept\(")
    scene.run(2, RUDE)
    scene.shows_prompt(1)


def mended05(scene):
    started(scene, "step05-write", SLOW)
    scene.run(2, f"{RUDE}; {ONCE}")
    stopped(scene, 1)


def five05(scene):
    started(scene, "step05-write", SLOW)
    scene.run(2, f"time (for i in 1 2 3 4 5; do {ONCE} & done; wait)")
    scene.sees(2, r"^real\s+0m5\.")


def big05(scene):
    edits = ("const char reply[]", "static const char reply[20000000]"), ("strlen(reply)", "sizeof reply")
    traced(scene, "step05-write", *edits)
    scene.type(2, "sleep 1000 </dev/tcp/localhost/8001")
    scene.sees(1, r"^write\(4.*20000000$")
    queued(scene, 3, f"{ONCE} | wc -c")
    scene.enough(1)
    stopped(scene, 2)
    scene.shows_prompt(3)


def curl05(scene):
    started(scene, "step05-write", SLOW)
    scene.run(2, "curl localhost:8001")
    scene.run(2, "curl --http0.9 localhost:8001")
