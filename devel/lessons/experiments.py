"""The experiments of the lessons: what is typed in which terminal, and what is waited for.

Each is a function that gets a Scene (terminals.py). A page's comment "<!-- screen: NAME 1 -->" asks
for what terminal 1 showed when the function NAME had come to its end, "<!-- typed: NAME 1 -->" for
the commands only.
"""

from pathlib import Path

from terminals import NotHere

LOOK = "ss -tan 'sport = :8001 or dport = :8001'"
CLIENT = "clients/client 127.0.0.1 8001 1"


def changed(step, *edits):
    """The command that builds a step with a change, without a file for it."""
    script = " ".join(f"-e '{edit}'" for edit in edits) if len(edits) > 1 else f"'{edits[0]}'"
    return f"sed {script} {step}/server.c | cc -xc -"


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


# --- step01-socket ------------------------------------------------------------------------------


def watch01(scene):
    scene.type(1, "make step01 && strace ./a.out")
    scene.sees(1, r"pause\(")
    scene.run(2, f"make clients && strace {CLIENT}")
    scene.run(3, "ls -l /proc/$(pgrep -x a.out)/fd")
    scene.run(3, LOOK)
    stopped(scene, 1)


def pipe01(scene):
    scene.type(1, changed("step01-socket", "/setvbuf/d") + " && ./a.out | cat")
    scene.wait(scene.waits, "the server to sleep")
    stopped(scene, 1)


def protocol01(scene):
    scene.run(1, changed("step01-socket", "s/SOCK_STREAM, 0/SOCK_STREAM, 17/") + " && ./a.out")


def gone01(scene):
    scene.run(1, changed("step01-socket", "/pause/d") + " && strace ./a.out")


# --- step02-bind --------------------------------------------------------------------------------


def watch02(scene):
    scene.type(1, "make step02 && strace ./a.out")
    scene.sees(1, r"pause\(")
    scene.run(2, f"make clients && strace {CLIENT}")
    scene.run(3, LOOK)
    stopped(scene, 1)


def htons02(scene):
    started(scene, 1, changed("step02-bind", "s/htons(8001)/8001/") + " && strace -e bind ./a.out")
    stopped(scene, 1)


def htonl02(scene):
    edit = "s/htonl(INADDR_ANY)/INADDR_LOOPBACK/"
    scene.run(1, changed("step02-bind", edit) + " && strace -e bind ./a.out")


def length02(scene):
    edit = r"s/sizeof address)/sizeof \&address)/"
    scene.run(1, changed("step02-bind", edit) + " && ./a.out")


def twice02(scene):
    started(scene, 1, "cc step02-bind/server.c && ./a.out")
    started(scene, 2, "./a.out")


def reuse02(scene):
    started(scene, 1, changed("step02-bind", "/int on/,/}/d") + " && ./a.out")
    scene.run(2, "./a.out")


def privileged02(scene):
    lowest = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")
    if lowest.exists() and int(lowest.read_text(encoding="utf-8")) <= 80:
        raise NotHere("port 80 is free for every user here, as in a container")
    scene.run(1, changed("step02-bind", "s/8001/80/") + " && ./a.out")


# --- step03-listen ------------------------------------------------------------------------------


def watch03(scene):
    scene.type(1, "make step03 && strace ./a.out")
    scene.sees(1, r"pause\(")
    scene.type(2, f"make clients && strace {CLIENT}")
    scene.sees(2, r"^read\(3, $")
    settled(scene, "ESTAB")
    scene.run(3, LOOK)
    scene.run(3, "ls -l /proc/$(pgrep -x a.out)/fd")
    stopped(scene, 2)
    stopped(scene, 1)


def backlog03(scene):
    started(scene, 1, changed("step03-listen", "s/SOMAXCONN/1/") + " && ./a.out")
    scene.run(2, f"for i in 1 2 3 4 5; do ({CLIENT} &); done")
    settled(scene, "ESTAB", "SYN-SENT")
    scene.wait(lambda: scene.states().count("SYN-SENT") == 3, "three clients to wait for an answer")
    scene.run(2, "ss -ltn 'sport = :8001'")
    scene.run(2, "ss -Htan 'dport = :8001' | cut -d ' ' -f 1 | sort | uniq -c")
    scene.enough(1)
    scene.enough(2)
    stopped(scene, 1)
    scene.sees(2, "client: .*: Connection reset by peer", 2)
    scene.sees(2, "client: .*: Connection refused", 3)


def killed03(scene):
    started(scene, 1, "cc step03-listen/server.c && ./a.out")
    scene.type(2, CLIENT)
    scene.wait(lambda: scene.queue() == 1, "the client to be in the queue")
    stopped(scene, 2)
    settled(scene, "CLOSE-WAIT", "FIN-WAIT-2")
    scene.run(2, LOOK)


def twice03(scene):
    started(scene, 1, "cc step02-bind/server.c && ./a.out")
    started(scene, 2, "cc step03-listen/server.c && ./a.out")
    scene.run(3, "./a.out")


def datagram03(scene):
    scene.run(1, changed("step03-listen", "s/SOCK_STREAM/SOCK_DGRAM/") + " && ./a.out")


def notconnected03(scene):
    edit = 's/pause();/if (read(listening_fd, \\&address, 1) == -1) perror("read");/'
    scene.run(1, changed("step03-listen", edit) + " && ./a.out")


# --- step04-accept ------------------------------------------------------------------------------


def watch04(scene):
    scene.type(1, "make step04 && strace ./a.out")
    scene.sees(1, r"accept\(")
    scene.run(2, f"make clients && strace {CLIENT}")
    scene.sees(1, r"accept\(", 2)
    settled(scene, "TIME-WAIT")
    scene.run(3, LOOK)
    scene.run(3, "ls -l /proc/$(pgrep -x a.out)/fd")
    stopped(scene, 1)


def names04(scene):
    scene.type(1, "cc step04-accept/server.c && strace -yy -e accept ./a.out")
    scene.sees(1, r"accept\(")
    scene.run(2, CLIENT)
    scene.sees(1, r"accept\(", 2)
    stopped(scene, 1)


def nolisten04(scene):
    scene.run(1, changed("step04-accept", "/if (listen/,/}/d") + " && ./a.out")


def reuse04(scene):
    started(scene, 1, changed("step04-accept", "/int on/,/}/d") + " && ./a.out")
    scene.run(2, CLIENT)
    settled(scene, "TIME-WAIT")
    stopped(scene, 1)
    scene.run(1, "./a.out")
    scene.run(1, LOOK)
    scene.run(1, "cc step04-accept/server.c && ./a.out")


def emfile04(scene):
    started(scene, 1, "cc step04-accept/server.c && (ulimit -n 4; ./a.out)")
    scene.sees(1, "accept: ")  # and nobody has come
    scene.type(2, CLIENT)
    scene.sees(1, "accept: ", 2)
    scene.wait(lambda: scene.queue() == 1, "the client to be in the queue")
    stopped(scene, 1)
    scene.shows_prompt(2)


def leak04(scene):
    started(scene, 1, changed("step04-accept", "/if (close/,/perror/d") + " && ./a.out")
    for _ in range(2):
        scene.type(2, CLIENT)
        scene.wait(lambda: scene.states().count("ESTAB") == 2, "the client to be connected")
        scene.wait(lambda: scene.queue() == 0, "the client to be accepted")
        stopped(scene, 2)
    scene.run(2, "ls -l /proc/$(pgrep -x a.out)/fd")


# --- step05-write -------------------------------------------------------------------------------


def watch05(scene):
    scene.type(1, "make step05 && strace ./a.out")
    scene.sees(1, r"accept\(")
    scene.run(2, f"make clients && strace {CLIENT}")
    scene.sees(1, r"accept\(", 2)
    settled(scene, "TIME-WAIT")
    scene.run(3, LOOK)
    stopped(scene, 1)


def unread05(scene):
    scene.type(1, "cc step05-write/server.c && strace -e trace=write,accept ./a.out")
    scene.sees(1, r"accept\(")
    scene.run(2, "exec 5<>/dev/tcp/127.0.0.1/8001")
    scene.sees(1, r"accept\(", 2)
    settled(scene, "FIN-WAIT-2", "CLOSE-WAIT")
    scene.run(2, LOOK)
    scene.run(2, "cat <&5")


def rude(scene, command):
    started(scene, 1, command)
    scene.key(1, "Z")
    scene.shows_prompt(1)
    scene.run(2, "python3 clients/rude.py")
    settled(scene)
    scene.type(1, "fg")


def sigpipe05(scene):
    rude(scene, changed("step05-write", "/signal(SIGPIPE/d") + " && ./a.out")
    scene.run(1, "echo $?")


def epipe05(scene):
    rude(scene, "cc step05-write/server.c && ./a.out")
    scene.sees(1, "write: ")
    scene.run(2, CLIENT)


def reset05(scene):
    started(scene, 1, "cc step05-write/server.c && ./a.out")
    scene.key(1, "Z")
    scene.shows_prompt(1)
    scene.run(2, "exec 5<>/dev/tcp/127.0.0.1/8001")
    scene.run(2, "echo hello >&5")
    scene.type(1, "fg")
    settled(scene)
    scene.run(2, "cat <&5")


def terminator05(scene):
    started(scene, 1, changed("step05-write", "s/strlen(reply)/sizeof reply/g") + " && ./a.out")
    scene.run(2, f"{CLIENT} | od -c")


def terminal05(scene):
    started(scene, 1, changed("step05-write", "s/write(connected_fd/write(1/") + " && ./a.out")
    scene.run(2, CLIENT)
    scene.sees(1, "^hello world$")


def wrong05(scene):
    edit = "s/write(connected_fd/write(listening_fd/"
    started(scene, 1, changed("step05-write", edit) + " && ./a.out")
    scene.run(2, CLIENT)
    scene.sees(1, "write: ")


# --- for the table of bytes -----------------------------------------------------------------------


def sockaddr02(scene):
    for edits in ((), (("htons(8001)", "8001"),)):
        scene.server("step02-bind", *edits)
        started(scene, 1, "cc server.c && strace -e trace=bind -e raw=bind ./a.out")
        scene.address(1)
        stopped(scene, 1)
