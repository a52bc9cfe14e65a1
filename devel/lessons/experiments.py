"""The experiments of the lessons: what is typed in which terminal, and what is waited for.

Each is a function that gets a Scene (terminals.py); README.md beside this file says how a page shows what came out.
"""

LOOK = "ss -tan 'sport = :8001 or dport = :8001'"
CLIENT = "python3 clients/client.py"
ONCE = f"{CLIENT} localhost 8001 1"
RUDE = "python3 clients/rude.py"
TRACE = "cc server.c && strace ./a.out"
START = "cc server.c && ./a.out"
FILES = "ls -l /proc/$(pgrep -nx a.out)/fd"

# What a step's server has, and a reader's not yet, or not in an experiment: (what is there, nothing).
REUSE = (
    """    // Without this, bind fails for a minute after this port has served somebody.
    int on = 1;
    if (setsockopt(listening_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == -1) {
        perror("setsockopt");
        return 1;
    }

""",
    "",
)
SIGPIPE = ("    signal(SIGPIPE, SIG_IGN); // else a write to a client that has gone would end the server\n", "")
REPLY = '        const char reply[] = "hello world";\n'
SLOW = (REPLY, f"{REPLY}        sleep(1);\n")


def started(scene, number, command):
    """Starts a server in a terminal, up to its line."""
    scene.type(number, command)
    scene.sees(number, "0.0.0.0:8001$")


def settled(scene, *states):
    """Waits until the port's connections are all in these states, and there is one in each."""
    wanted = {"LISTEN", *states}
    scene.wait(
        lambda: wanted - {"LISTEN"} <= set(scene.states()) <= wanted,
        f"the connections to be in {states}",
    )


def stopped(scene, number):
    """Presses Ctrl-C."""
    scene.key(number, "C")
    scene.shows_prompt(number)


def several(count):
    """The command that starts so many clients at once, in the background."""
    return f"for i in {' '.join(str(i + 1) for i in range(count))}; do ({ONCE} &); done"


# --- step01-socket ------------------------------------------------------------------------------


def watch01(scene):
    scene.server("step01-socket")
    scene.type(1, TRACE)
    scene.sees(1, r"pause\(")
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
    text = "    pause(); // stay alive: when a program ends, the kernel closes its sockets\n"
    scene.server("step01-socket", (text, ""))
    scene.run(1, TRACE)


# --- step02-bind --------------------------------------------------------------------------------


def watch02(scene):
    scene.server("step02-bind")
    scene.type(1, TRACE)
    scene.sees(1, r"pause\(")
    scene.run(2, CLIENT)
    scene.run(3, "ss -ltn 'sport = :8001'")
    stopped(scene, 1)


def htons02(scene):
    scene.server("step02-bind", ("htons(8001)", "8001"))
    started(scene, 1, "cc server.c && strace -e bind ./a.out")
    stopped(scene, 1)


def shown_bytes(scene, *edits):
    text = "    pause();"
    scene.server("step02-bind", (text, f"    write(1, &address, sizeof address);\n{text}"), *edits)
    scene.type(1, "cc server.c && ./a.out | od -An -tx1")
    scene.sees(1, "^ 02 00.*$")
    stopped(scene, 1)


def bytes02(scene):
    shown_bytes(scene)


def swapped02(scene):  # for the table of bytes
    shown_bytes(scene, ("htons(8001)", "8001"))


def twice02(scene):
    scene.server("step02-bind")
    started(scene, 1, START)
    scene.run(2, "./a.out")


# --- step03-listen ------------------------------------------------------------------------------


def watch03(scene):
    scene.server("step03-listen")
    scene.type(1, TRACE)
    scene.sees(1, r"pause\(")
    scene.type(2, CLIENT)
    settled(scene, "ESTAB")
    scene.run(3, LOOK)
    stopped(scene, 2)
    stopped(scene, 1)


def backlog03(scene):
    scene.server("step03-listen", ("SOMAXCONN", "1"))
    started(scene, 1, START)
    scene.run(2, several(5))
    settled(scene, "ESTAB", "SYN-SENT")
    scene.wait(lambda: scene.states().count("SYN-SENT") == 3, "three clients to wait for an answer")
    scene.run(3, LOOK)
    scene.enough(1)
    scene.enough(2)
    stopped(scene, 1)
    scene.sees(2, "client: .*: Connection reset by peer", 2)
    scene.sees(2, "client: .*: Connection refused", 3)


def killed03(scene):
    scene.server("step03-listen")
    started(scene, 1, START)
    scene.type(2, CLIENT)
    scene.wait(lambda: scene.queue() == 1, "the client to be in the queue")
    stopped(scene, 2)
    settled(scene, "CLOSE-WAIT", "FIN-WAIT-2")
    scene.run(2, LOOK)


def ended03(scene):
    scene.server("step03-listen")
    started(scene, 1, START)
    scene.type(2, CLIENT)
    scene.wait(lambda: scene.queue() == 1, "the client to be in the queue")
    stopped(scene, 1)
    scene.shows_prompt(2)


# --- step04-accept ------------------------------------------------------------------------------


def watch04(scene):
    scene.server("step04-accept", REUSE)
    scene.type(1, TRACE)
    scene.sees(1, r"accept\(")
    scene.run(2, CLIENT)
    scene.sees(1, r"accept\(", 2)
    settled(scene, "TIME-WAIT")
    scene.run(3, LOOK)
    stopped(scene, 1)


def restart04(scene):
    scene.server("step04-accept", REUSE)
    started(scene, 1, START)
    scene.run(2, CLIENT)
    settled(scene, "TIME-WAIT")
    stopped(scene, 1)
    scene.run(1, "./a.out")


def until04(scene):
    scene.server("step04-accept", REUSE)
    started(scene, 1, START)
    scene.run(2, CLIENT)
    settled(scene, "TIME-WAIT")
    stopped(scene, 1)
    scene.server("step04-accept")
    scene.type(1, "cc server.c && until ./a.out; do sleep 5; done")
    scene.sees(1, "^bind: Address already in use$", 2)  # and so on, for a minute


def mended04(scene):
    scene.server("step04-accept")
    started(scene, 1, START)
    scene.run(2, CLIENT)
    settled(scene, "TIME-WAIT")
    stopped(scene, 1)
    started(scene, 1, "./a.out")


def leak04(scene):
    text = """
        if (close(connected_fd) == -1)
            perror("close");
"""
    scene.server("step04-accept", (text, ""))
    scene.type(1, "cc server.c && (ulimit -n 6; ./a.out)")
    scene.sees(1, "0.0.0.0:8001$")
    scene.run(2, several(3))
    scene.sees(1, "accept: ", 2)
    scene.wait(lambda: scene.queue() == 1, "the third client to be in the queue")
    scene.run(3, FILES)
    stopped(scene, 1)


# --- step05-write -------------------------------------------------------------------------------


def watch05(scene):
    scene.server("step05-write", SIGPIPE)
    scene.type(1, TRACE)
    scene.sees(1, r"accept\(")
    scene.type(2, "(sleep 20; cat) </dev/tcp/localhost/8001")
    scene.sees(1, r"accept\(", 2)
    settled(scene, "FIN-WAIT-2", "CLOSE-WAIT")
    scene.run(3, LOOK)
    scene.sees(2, "hello world", limit=40)
    scene.shows_prompt(2)
    stopped(scene, 1)


def rude05(scene):
    scene.server("step05-write", SIGPIPE)
    scene.edit(SLOW)
    scene.type(1, TRACE)
    scene.sees(1, r"accept\(")
    scene.run(2, RUDE)
    scene.shows_prompt(1)


def mended05(scene):
    scene.server("step05-write", SLOW)
    started(scene, 1, START)
    scene.run(2, f"{RUDE}; {ONCE}")
    stopped(scene, 1)


def five05(scene):
    scene.server("step05-write", SLOW)
    started(scene, 1, START)
    scene.run(2, f"time (for i in 1 2 3 4 5; do {ONCE} & done; wait)")
    scene.sees(2, r"^real\s+0m5\.")


def big05(scene):
    scene.server(
        "step05-write", ("const char reply[]", "static const char reply[20000000]"), ("strlen(reply)", "sizeof reply")
    )
    scene.type(1, TRACE)
    scene.sees(1, r"accept\(")
    scene.type(2, "sleep 1000 </dev/tcp/localhost/8001")
    scene.sees(1, r"^write\(4.*20000000$")
    scene.type(3, f"{ONCE} | wc -c")
    scene.wait(lambda: scene.queue() == 1, "the second client to be in the queue")
    scene.enough(1)
    stopped(scene, 2)
    scene.shows_prompt(3)


def curl05(scene):
    scene.server("step05-write", SLOW)
    started(scene, 1, START)
    scene.run(2, "curl localhost:8001")
    scene.run(2, "curl --http0.9 localhost:8001")
