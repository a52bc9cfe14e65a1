"""The experiments of the lessons in beyond/."""
import re
import subprocess

from experiments import RUNS, START, TRACED, WAITS
from scene import needs, queue, see, server, states, until

CURL = "curl localhost:8001"
SILENT = "sleep 1000 </dev/tcp/localhost/8001"
TIMED = "curl -w ' after %{time_total} s\\n' localhost:8001"
HUNDRED = f"for i in {{1..100}}; do {SILENT} & done 2>/dev/null"
PROCESSES = "pgrep -x a.out | wc -l"
THREADS = "grep Threads /proc/$(pgrep -nx a.out)/status"
THREADED = "cc -pthread server.c && ./a.out"

silent = (2, SILENT, ""), states("ESTAB", count=2), queue(0)


def hundred(step, by):
    """How long one client takes beside 100 silent ones."""
    return (server(step), (1, by, RUNS), (2, HUNDRED, ""), states("ESTAB", count=200), queue(0),
            (3, TIMED), states("ESTAB", "TIME-WAIT", count=201))


def processes(count, state=""):
    """Waits until ps shows so many servers in this state."""
    def there():
        shown = subprocess.run(["ps", "-eo", "stat=,comm="], stdout=subprocess.PIPE, text=True)
        return len(re.findall(rf"^{state}.* a\.out", shown.stdout, re.M)) == count
    return until(there, f"{count} processes")


before06 = (server("step05-write"), (1, START, RUNS), (2, CURL))
watch06 = (server("beyond/step06-read"), (1, TRACED, WAITS), (2, CURL), see(1, WAITS, 2), (1, "^C"))
pieces06 = (server("beyond/step06-read"),
            (1, "cc server.c && strace -e read,write ./a.out", "0.0.0.0:8001"),
            (2, "exec 5<>/dev/tcp/localhost/8001"), (2, "printf 'GET / HT' >&5"),
            see(1, '"GET / HT"'),
            (2, "env printf 'TP/1.0\\r\\n\\r\\n' >&5"),  # bash's own would write line by line
            (2, "cat <&5"), see(1, r"write\(4"), (1, "^C"))
# In one write: head would write in pieces, and the server close between them.
LONG = ("exec 5<>/dev/tcp/localhost/8001; dd if=/dev/zero bs=20000 count=1 status=none >&5; "
        "cat <&5")
reset06 = (server("beyond/step06-read", ("    struct timeval second...        ;\n", "")),
           (1, START, RUNS), (2, LONG))
whole06 = (server("beyond/step06-read"), (1, START, RUNS), (2, LONG))

silent07 = (server("beyond/step06-read"), (1, START, RUNS), *silent, (3, f"curl -m 3 {CURL[5:]}"),
            (2, "^C"))
watch07 = (server("beyond/step07-fork"), (1, "cc server.c && strace -f ./a.out", WAITS), *silent,
           (3, TIMED), processes(2), (3, PROCESSES))
hundred07 = (*hundred("beyond/step07-fork", START), processes(101), (3, PROCESSES))
zombie07 = (server("beyond/step07-fork", ("    signal(SIGCHLD...\n", "")), (1, START, RUNS),
            (2, "curl -s localhost:8001/[1-3]; echo"), processes(3, "Z"),
            (3, "ps -o stat=,comm= -p $(pgrep -x a.out -d,)"))
OWN_COPY = ('\n        // The child has its own copy...perror("close");\n', "")
twice07 = (server("beyond/step07-fork", OWN_COPY),
           (1, "cc server.c && (ulimit -n 6; ./a.out)", RUNS),
           (2, "curl -s localhost:8001/[1-2]; echo"), see(1, "accept: ", 2), (1, "^C"))

watch08 = (*hundred("beyond/step08-thread", THREADED), (3, PROCESSES), (3, THREADS),
           (3, "ls /proc/$(pgrep -nx a.out)/fd | wc -l"))
REFUSE = '    if (strncmp(request, "GET /", 5) != 0)\n'
BOOM = (REFUSE, '    if (strncmp(request, "GET /boom", 9) == 0)\n        _exit(1);\n' + REFUSE)
boom07 = (server("beyond/step07-fork", BOOM), (1, START, RUNS), (2, "curl localhost:8001/boom"),
          (2, "curl -w '\\n' localhost:8001"))
boom08 = (server("beyond/step08-thread", BOOM), (1, THREADED, RUNS),
          (2, "curl localhost:8001/boom"), (2, CURL))

watch09 = (*hundred("beyond/step09-epoll", START), (3, THREADS))
limit09 = (server("beyond/step09-epoll"), (1, START, RUNS),
           (2, "time cat </dev/tcp/localhost/8001"))
article09 = (needs("go"), (1, "CGO_ENABLED=0 go build -o article beyond/step09-epoll/article.go"),
             (1, "strace -f -o calls ./article", ""), queue(0),
             (2, "curl -w '\\n' localhost:8001"), states("TIME-WAIT"), (1, "^C"),
             (2, "grep -oE '(accept4|clone|epoll_create1|epoll_ctl|epoll_pwait)\\(' calls | "
                 "sort -u"),
             (2, "grep -o 'epoll_ctl(.*ADD, 3, {events=[A-Z|]*' calls"),
             (2, "grep -oE 'SOCK_CLOEXEC.SOCK_NONBLOCK\\) = [0-9]+' calls"))
