"""The mistakes of steps 07 to 09: beside silent clients, and when they have gone."""

from ..rule import Book, Facts
from .answers import on
from .said import saw
from .visit import LIMIT, SILENT

FORK, THREAD, EPOLL = (Book(step, "") for step in (7, 8, 9))


@FORK.mistake(
    "fork/blocks", "One silent client keeps everybody else waiting: the server waits for it in read.",
    "黙っているクライアントが 1 つあると、ほかの全員が待たされます。サーバーはそのクライアントを read で待っています。", "one-for-each",
    edits=((6, ()),),
)
@on("beside")
def blocks(e, answer):
    return not answer.right(e.visit.reply)


@FORK.mistake(
    "fork/too-few", "Beside a hundred silent clients nobody is answered: there are not enough processes or threads.",
    "黙っているクライアントが 100 あると、ほかのどのクライアントにも応答しません。プロセスやスレッドの数が足りません。", "one-for-each",
    edits=((7, (("        pid_t child", "        static int served;\n        if (++served > 40)\n            pause();\n"
                 "        pid_t child"),)),),
)
@on("crowd")
def too_few(e, answer):
    return not answer.right(e.visit.reply)


@FORK.mistake(
    "fork/child-stays", "The processes of clients that have gone live on.", "いなくなったクライアントのプロセスが残っています。", "end-child",
    edits=((7, (("            return 0;\n        }\n        if (child", "        }\n        if (child"),)),),
)
def child_stays(e):
    count = e.visit.left_processes
    return count and count >= SILENT / 2 and Facts(seen=[saw("count", count=count, what=saw("processes"))])


@FORK.mistake(
    "fork/zombies", "Children that have ended stay as zombies: nobody asks how they ended.",
    "終了した子プロセスがゾンビとして残っています。親プロセスが終了を待って (wait) いません。", "no-zombies",
    edits=((7, (("    signal(SIGCHLD, SIG_IGN);", "    // signal(SIGCHLD, SIG_IGN);"),)),),
)
def zombies(e):
    count = e.visit.zombies
    return count and count >= SILENT / 2 and Facts(seen=[saw("count", count=count, what=saw("zombies"))])


@FORK.mistake(
    "fork/leak", "A descriptor stays open for every client: after fork the parent has a copy of it, too.",
    "クライアントごとにディスクリプターが 1 つ開いたままです。fork のあとは親プロセスもそのコピーを持っています。", "close-in-parent",
    edits=((7, (("        if (close(connected_fd) == -1)\n            perror(\"close\");\n    }\n", "    }\n"),)),
           (8, (("    if (close(connected_fd) == -1)\n        perror(\"close\");\n    return NULL;",
                 "    return NULL;"),))),
)
def leak(e):
    count = e.visit.left_descriptors
    return count and count >= SILENT / 2 and Facts(seen=[saw("count", count=count, what=saw("descriptors"))])


@FORK.mistake(
    "fork/threads-stay", "The threads of clients that have gone live on.", "いなくなったクライアントのスレッドが残っています。", "end-thread",
    edits=((8, (("    return NULL;\n}\n\nint main", "    for (;;)\n        pause();\n}\n\nint main"),)),),
)
def threads_stay(e):
    count = e.visit.left_threads
    return count and count >= SILENT / 2 and Facts(seen=[saw("count", count=count, what=saw("threads"))])


# --- step08 --------------------------------------------------------------------------------------


@THREAD.mistake(
    "thread/processes", "Every silent client holds a process.", "黙っているクライアントごとに、プロセスをひとつ使っています。", "use-threads",
    edits=((7, ()),),
)
def uses_processes(e):
    count = e.visit.processes
    return count and count >= SILENT / 2 and Facts(seen=[saw("count", count=count, what=saw("processes"))])


# --- step09 --------------------------------------------------------------------------------------


@EPOLL.mistake(
    "epoll/threads", "Every silent client holds a thread.", "黙っているクライアントごとに、スレッドをひとつ使っています。", "use-epoll",
    edits=((8, ()),),
)
def uses_threads(e):
    count = e.visit.threads
    return count and count >= SILENT / 2 and Facts(seen=[saw("count", count=count, what=saw("threads"))])


@EPOLL.mistake(
    "epoll/spins", "It asks without end, and does not wait: a processor is busy although nothing happens.",
    "待たずに、システムコールを呼び続けています。何も起きていないのに、CPU を使い続けます。", "wait-in-epoll",
    edits=((9, (("&event, 1, 1000)", "&event, 1, 0)"),)),),
)
def spins(e):
    return e.visit.busy and e.visit.busy > 100 and Facts(seen=[saw("busy")])


@EPOLL.mistake(
    "epoll/blocking", "The clients' sockets are blocking: a client that does not read its answer could stop everybody.",
    "クライアントのソケットがブロッキングのままです。応答を読まないクライアントがひとつあるだけで、ほかの全員が待たされることがあります。", "non-blocking",
    edits=((9, (("NULL, NULL, SOCK_NONBLOCK)", "NULL, NULL, 0)"),)),),
)
def blocking(e):
    watching = next((c for c in e.trace.calls if c.name.startswith("accept") and c.new_socket), None)
    return e.visit.blocking and Facts(watching)


@EPOLL.mistake(
    "epoll/no-limit", "A client that says nothing, or not all, is kept for ever.",
    "何も送らない、あるいは途中までしか送らないクライアントとの接続を、いつまでも切りません。", "time-limit",
    edits=((9, (("SECONDS = 10", "SECONDS = 1000"),)),
           (9, (("                shutdown(i, SHUT_RDWR);", "                (void)i;"),))),
)
def no_time_limit(e):
    return e.visit.endless and Facts(seen=[saw("no-limit", seconds=LIMIT * 1.5)])


@EPOLL.mistake(
    "epoll/too-soon", "A client that is slow is let go too soon: it has ten seconds.",
    "遅いクライアントとの接続を切るのが早すぎます。持ち時間は 10 秒です。", "time-limit",
    edits=((9, (("SECONDS = 10", "SECONDS = 3"),)),),
)
def too_soon(e):
    return e.visit.limit and e.visit.limit[0] < LIMIT - 1 and Facts(seen=[saw("seconds", seconds=e.visit.limit[0])])
