"""The experiments of the lessons in beyond/."""
import shutil
import subprocess
from pathlib import Path

from experiments import RUNS, START, TRACED, WAITS
from scene import edit, hide, needs, queue, see, states, until
from scene import server as copied

BEYOND = Path(__file__).resolve().parents[2] / "beyond"
REPLY = ('#include "../reply.h"', (BEYOND / "reply.h").read_text(encoding="utf-8"))
CURL, HERE = "curl localhost:8001", "// here\n"
S06, S07, S08, S09, S10, S11 = (f"beyond/{path.name}" for path in sorted(BEYOND.glob("step*")))


def server(step, *edits):
    """The reader's server.c: the step's, but with what reply.h has inside, and edited."""
    include = [REPLY] if step in (S08, S09, S10, S11) else []
    return lambda scene: (copied(step, *include)(scene), scene.edit(edits))


def part(step, first, last):
    """The lines of the step's server from the first text to the last."""
    text = (BEYOND.parent / step / "server.c").read_text(encoding="utf-8")
    start = text.index(first)
    return text[start : text.index(last, start) + len(last)]


def gap(step, text, instead):
    """The step's server without the text; and then, which is what is new, with the other one."""
    return server(step, (text, HERE)), edit((HERE, instead))


before06 = (server("step05-write"), (1, START, RUNS), (2, CURL))
SERVE06 = part(S06, "static void serve", "        ;\n}\n")
END06 = part(S06, "\n    // To close", "        ;\n")  # written later than the rest
loop06 = (*gap(S06, SERVE06, SERVE06.replace(END06, "")), (1, TRACED, WAITS), (2, CURL),
          see(1, WAITS, 2), (1, "^C"))
pieces06 = (server(S06, (END06, "")),
            (1, "cc server.c && strace -e read,write ./a.out", "0.0.0.0:8001"),
            (2, "exec 5<>/dev/tcp/localhost/8001"), (2, "printf 'GET / HT' >&5"),
            see(1, '"GET / HT"'), (2, "env printf 'TP/1.0\\r\\n\\r\\n' >&5"), (2, "cat <&5"),
            see(1, r"write\(4"), (1, "^C"))
# In one write: head would write in pieces, and the server close between them.
LONG = ("exec 5<>/dev/tcp/localhost/8001; dd if=/dev/zero bs=20000 count=1 status=none >&5; "
        "cat <&5")
reset06 = (server(S06, (END06, "")), (1, START, RUNS), (2, LONG))
end06 = (server(S06), (1, START, RUNS), (2, LONG))

# step07: at first the name may lead anywhere.
ANYWHERE = (part(S07, "    // Without a slash", "O_NONBLOCK);\n"),
            "    *file_fd = open(name, O_RDONLY);\n")
OPEN07 = part(S07, "    int head_only", "\n}\n")
PASSWD = f"curl -s --path-as-is localhost:8001{'/..' * 8}/etc/passwd"
open07 = gap(S07, OPEN07, OPEN07.replace(*ANYWHERE))
watch07 = (server(S07, ANYWHERE), (1, TRACED, WAITS), (2, f"{CURL}/hello.txt"), see(1, WAITS, 2),
           hide(1), (2, "curl -sI localhost:8001/picture.png | cat"),
           (2, "curl -si localhost:8001/nothing | cat"))
passwd07 = (server(S07, ANYWHERE), (1, START, RUNS), (2, f"{PASSWD} | cut -d: -f1 | head -n 1"))
guard07 = (server(S07), (1, START, RUNS), (2, f"{PASSWD} -w '%{{http_code}}\\n'"))

SILENT = "sleep 1000 </dev/tcp/localhost/8001"
HUNDRED = f"for i in {{1..100}}; do {SILENT} & done 2>/dev/null"
HELLO = f"{CURL}/hello.txt"
TIMED = "curl -w ' after %{time_total} s\\n' localhost:8001/hello.txt"
PROCESSES, THREADS = "pgrep -x a.out | wc -l", "grep Threads /proc/$(pgrep -nx a.out)/status"
THREADED = "cc -pthread server.c && ./a.out"
silent = (2, SILENT, ""), states("ESTAB", count=2), queue(0)


def hundred(step, by):
    """How long one client takes beside 100 silent ones."""
    return (server(step), (1, by, RUNS), (2, HUNDRED, ""), states("ESTAB", count=200), queue(0),
            (3, TIMED), states("ESTAB", "TIME-WAIT", count=201))


def processes(count, state="SRZ"):
    """Waits until there are so many servers in one of these states."""
    command = ["pgrep", "-c", "-x", "-r", state, "a.out"]
    return until(lambda: subprocess.run(command, stdout=subprocess.PIPE).stdout == b"%d\n" % count,
                 f"{count} processes")


silent08 = (server(S07), (1, START, RUNS), *silent,
            (3, "curl -m 3 localhost:8001/hello.txt"), (2, "^C"))
watch08 = (server(S08), (1, "cc server.c && strace -f ./a.out", WAITS), *silent, (3, TIMED),
           processes(2), (3, PROCESSES))
hundred08 = (*hundred(S08, START), processes(101), (3, PROCESSES))
zombie08 = (server(S08, ("    signal(SIGCHLD...\n", "")), (1, START, RUNS),
            (2, "curl -s localhost:8001/hello.txt?[1-3]; echo"), processes(3, "Z"),
            (3, "ps -o stat=,comm= -p $(pgrep -x a.out -d,)"))
twice08 = (server(S08, ("        // The child has its own copy...close(connected_fd));\n", "")),
           (1, "cc server.c && (ulimit -n 6; ./a.out)", RUNS),
           (2, "curl -s localhost:8001/hello.txt?[1-2]; echo"), see(1, "accept: ", 2), (1, "^C"))

REFUSE = '    int head_only'
BOOM = (REFUSE, '    if (strncmp(request, "GET /boom", 9) == 0)\n        _exit(1);\n' + REFUSE)
watch09 = (*hundred(S09, THREADED), (3, PROCESSES), (3, THREADS),
           (3, "ls /proc/$(pgrep -nx a.out)/fd | wc -l"))
boom08 = (server(S08, BOOM), (1, START, RUNS), (2, f"{CURL}/boom"), (2, f"{HELLO} -w '\\n'"))
boom09 = (server(S09, BOOM), (1, THREADED, RUNS), (2, f"{CURL}/boom"), (2, HELLO))

watch10 = (*hundred(S10, START), (3, THREADS))


def own_public(scene):
    """The scene may write to beyond/public."""
    original = (scene.folder / "beyond").resolve()
    (scene.folder / "beyond").unlink()
    others = shutil.ignore_patterns("test-*")  # what tests that run just now have there
    shutil.copytree(original / "public", scene.folder / "beyond/public", ignore=others)


big10 = (server(S10), own_public, (2, "head -c 9000000 /dev/zero >beyond/public/big.bin"),
         (1, "cc server.c && strace -e sendfile,epoll_wait ./a.out", RUNS),
         (2, "curl -s --limit-rate 1M localhost:8001/big.bin | wc -c", ""),
         see(1, r"sendfile\(.*9000000\)"), (3, TIMED), see(2, "^9000000"))


def go(source, client):
    """A server in Go is traced while one client asks it."""
    return (needs("go"), (1, f"CGO_ENABLED=0 go build -o goroutine {S10}/{source}"),
            (1, "strace -f -o calls ./goroutine", ""), queue(0), (2, client), states("TIME-WAIT"),
            (1, "^C"), (2, "grep -oE ' (accept4|epoll_[a-z0-9]+)\\(' calls | sort -u"))


syscall10 = go("syscall.go", "python3 clients/client.py localhost 8001 1")
net10 = go("net.go", f"{HELLO} -w '\\n'")

LORIS = "exec 5<>/dev/tcp/localhost/8001; (while printf x >&5; do sleep 3; done 2>/dev/null &); "
BYTES = ("client->length += (size_t)n;", "client->length += (size_t)n;\n        renew(client);")
loris11 = (server(S11), (1, START, RUNS), (2, f"{LORIS}time cat <&5"))
bytes11 = (server(S11), edit(BYTES), (1, START, RUNS), (2, f"{LORIS}time cat <&5", ""),
           states("ESTAB"), (3, "sleep 15; ss -tan 'sport = :8001'"))
