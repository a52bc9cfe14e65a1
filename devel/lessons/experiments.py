"""The experiments of the lessons: what is typed in which terminal, and what is waited for.

Each function gets a Scene (scene.py); README.md beside this file says how a page shows the result.
"""
import shutil

from scene import NotHere

LOOK = "ss -tan 'sport = :8001 or dport = :8001'"
CLIENT = "python3 clients/client.py"
ONCE = f"{CLIENT} localhost 8001 1"
START = "cc server.c && ./a.out"
TRACED = "cc server.c && strace ./a.out"
FILES = "ls -l /proc/$(pgrep -nx a.out)/fd"
TAB = "true </dev/tcp/localhost/8001"

# Edits of a step's server.c: what is there, what replaces it. "..." stands for what lies between.
NO_HTONS = ("htons(8001)", "8001")
NO_REUSEADDR = ("    // Without this, bind fails...        return 1;\n    }\n\n", "")
NO_CLOSE = ('\n        if (close(connected_fd) == -1)\n            perror("close");\n', "")
NO_SIGPIPE = ("    signal(SIGPIPE...\n", "")
THINKS = ("        if (write", '        sleep(1);\n        write(connected_fd, "Well, ", 6);\n'
                            "        sleep(1);\n        if (write")
BIG = (('const char reply[]', "static const char reply[20000000]"), ("strlen(reply)", "sizeof reply"))
PEER = ("        const char reply", """\
        struct sockaddr_in peer;
        socklen_t length = sizeof peer;
        if (getpeername(connected_fd, (struct sockaddr *)&peer, &length) == -1)
            perror("getpeername");
        else
            fprintf(stderr, "%s, port %d\\n", inet_ntoa(peer.sin_addr), ntohs(peer.sin_port));

        const char reply""")
HTTP = ('= "hello world"', '= "HTTP/1.0 200 OK\\r\\nContent-Length: 11\\r\\n\\r\\nhello world"')


def started(scene, step, *edits, by=START, seen="0.0.0.0:8001$"):
    """The step's server.c, edited, is started in terminal 1, up to what is then seen."""
    scene.server(step, *edits)
    scene.type(1, by)
    scene.sees(1, seen)


def traced(scene, step, *edits, by=TRACED):
    """The same under strace, until it waits."""
    started(scene, step, *edits, by=by, seen=r"(pause|accept)\(")


def settled(scene, *states):
    """Waits until the port's connections are all in these states, and there is one in each."""
    def there():
        return set(states) <= set(scene.states()) <= {*states, "LISTEN"}

    scene.wait(there, f"the connections to be in {states}")


def queued(scene, number, command):
    """Types a client's command, and waits until nobody accepts it."""
    scene.type(number, command)
    scene.wait(lambda: scene.queue() == 1, "a client to be in the queue")


def stopped(scene, *numbers):
    """Presses Ctrl-C in these terminals, one after the other."""
    for number in numbers:
        scene.key(number, "C")
        scene.shows_prompt(number)


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
    scene.run(1, TRACED)


def watch02(scene):
    traced(scene, "step02-bind")
    scene.run(2, CLIENT)
    scene.run(2, "./a.out")
    scene.run(3, "ss -ltn 'sport = :8001'")
    stopped(scene, 1)


def htons02(scene):
    started(scene, "step02-bind", NO_HTONS, by="cc server.c && strace -e bind ./a.out")
    stopped(scene, 1)


def bytes02(scene):
    shows = ("    pause();", "    write(1, &address, sizeof address);\n    pause();")
    for edits in ([shows], [shows, NO_HTONS]):
        started(scene, "step02-bind", *edits, by=f"{START} | od -An -tx1", seen="^ 02 00.*$")
        stopped(scene, 1)


def watch03(scene):
    traced(scene, "step03-listen")
    scene.type(2, CLIENT)
    settled(scene, "ESTAB")
    scene.run(3, LOOK)
    stopped(scene, 2)
    scene.type(2, "make clients && strace -e connect,read clients/client 127.0.0.1")
    scene.sees(2, r"= 0\nread\(3,")
    stopped(scene, 2, 1)


def backlog03(scene):
    started(scene, "step03-listen", ("SOMAXCONN", "1"))
    scene.run(2, f"for i in 1 2 3 4 5; do ({ONCE} &); done")
    settled(scene, "ESTAB", "SYN-SENT")
    scene.wait(lambda: scene.states().count("SYN-SENT") == 3, "three clients without an answer")
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


def watch04(scene):
    traced(scene, "step04-accept", NO_REUSEADDR, by="cc server.c && strace -yy ./a.out")
    for count in (2, 3):
        scene.run(2, CLIENT)
        scene.sees(1, r"accept\(", count)
    settled(scene, "TIME-WAIT")
    scene.run(3, LOOK)
    stopped(scene, 1)


def again(scene, *edits):
    """A server has served somebody, was stopped, and is started again."""
    started(scene, "step04-accept", *edits)
    scene.run(2, CLIENT)
    settled(scene, "TIME-WAIT")
    stopped(scene, 1)
    scene.type(1, "./a.out")


def restart04(scene):
    again(scene, NO_REUSEADDR)
    scene.shows_prompt(1)


def mended04(scene):
    again(scene)
    scene.sees(1, "0.0.0.0:8001$")


def leak04(scene):
    started(scene, "step04-accept", NO_CLOSE, by="cc server.c && (ulimit -n 6; ./a.out)")
    scene.run(2, f"for i in 1 2 3; do ({ONCE} &); done")
    scene.sees(1, "accept: ", 2)
    scene.wait(lambda: scene.queue() == 1, "the third client to be in the queue")
    scene.run(3, FILES)
    stopped(scene, 1)


def watch05(scene):
    traced(scene, "step05-write", NO_SIGPIPE)
    scene.run(2, CLIENT)
    scene.run(2, "exec 5<>/dev/tcp/localhost/8001")
    scene.sees(1, r"accept\(", 7)
    scene.run(2, "ss -tan 'dport = :8001'")
    scene.type(2, "cat <&5")
    scene.sees(2, "hello world")
    scene.shows_prompt(2)
    stopped(scene, 1)


def tab05(scene, by=START):
    scene.server("step05-write", NO_SIGPIPE)
    scene.edit(THINKS)
    scene.type(1, by)
    scene.sees(1, "0.0.0.0:8001$")
    scene.run(2, TAB)
    scene.shows_prompt(1)
    scene.run(1, "echo $?")


def epipe05(scene):
    tab05(scene, "cc server.c && strace -e write ./a.out")


def mended05(scene):
    started(scene, "step05-write", THINKS)
    scene.run(2, TAB)
    scene.run(2, ONCE)
    scene.sees(1, "Broken pipe")


def big05(scene):
    traced(scene, "step05-write", *BIG)
    scene.type(2, "sleep 1000 </dev/tcp/localhost/8001")
    scene.sees(1, r"^write\(4.*20000000$")
    queued(scene, 3, f"{ONCE} | wc -c")
    scene.enough(1)
    stopped(scene, 2)
    scene.shows_prompt(3)


def peer05(scene):
    started(scene, "step05-write", PEER)
    scene.run(2, ONCE)
    scene.sees(1, "port")
    stopped(scene, 1)
    scene.run(2, "make check")
    scene.sees(2, "5 of 5")


def framework(scene, program, *command):
    """A server in another language, of one line, under strace."""
    if not shutil.which(command[0]):
        raise NotHere(f"{command[0]} is not installed")
    scene.type(1, f"strace -f -e trace=%network {' '.join(command)} '{program}'")
    scene.wait(lambda: scene.queue() == 0, "the server to listen")
    scene.run(2, ONCE)
    scene.sees(1, r"accept4\(.*= ")


def python05(scene):
    framework(scene, 'import socket; s = socket.create_server(("", 8001)); c, who = s.accept(); '
                     'c.sendall(b"hello world"); c.close(); s.close()', "python3", "-c")
    scene.shows_prompt(1)


def node05(scene):
    framework(scene, 'require("net").createServer(c => c.end("hello world")).listen(8001)',
              "node", "-e")


def ruby05(scene):
    framework(scene, 'TCPServer.new("", 8001).accept.write("hello world")', "ruby", "-rsocket", "-e")


def attach05(scene):
    started(scene, "step05-write")
    scene.type(3, "strace -f -p $(pgrep -nx a.out)")
    scene.sees(3, r"accept\(")
    scene.run(2, ONCE)
    scene.sees(3, r"accept\(", 2)
    stopped(scene, 3)


def browser05(scene):
    started(scene, "step05-write", HTTP)
    scene.run(2, "curl localhost:8001")
