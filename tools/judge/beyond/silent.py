"""The mistakes of steps 07 to 09: beside silent clients, and when they have gone."""

from ..rule import Book, Facts
from .answers import on
from .said import saw
from .visit import LIMIT, SILENT

FORK, THREAD, EPOLL = (Book(step) for step in (7, 8, 9))


def left_over(count, what):
    """The facts, where there are that many more of something as clients were, or half of it; else None."""
    return Facts(seen=[saw("count", count=count, what=saw(what))]) if count and count >= SILENT / 2 else None


@FORK.mistake("fork/blocks", "one-for-each", edits=((6, ()),),
    en="One silent client keeps everybody else waiting: the server waits for it in read.",
    ja="黙っているクライアントが 1 つあると、ほかの全員が待たされます。サーバーはそのクライアントを read で待っています。")
@on("beside")
def blocks(e, answer):
    return not answer.right(e.visit.reply)


@FORK.mistake("fork/too-few", "one-for-each",
    edits=((7,
            (("        pid_t child",
              "        static int served;\n        if (++served > 40)\n            pause();\n"
              "        pid_t child"),)),),
    en="Beside a hundred silent clients nobody is answered: there are not enough processes or threads.",
    ja="黙っているクライアントが 100 あると、ほかのどのクライアントにも応答しません。プロセスやスレッドの数が足りません。")
@on("crowd")
def too_few(e, answer):
    return not answer.right(e.visit.reply)


@FORK.mistake("fork/child-stays", "end-child",
    edits=((7, (("            return 0;\n        }\n        if (child", "        }\n        if (child"),)),),
    en="The processes of clients that have gone live on.",
    ja="いなくなったクライアントのプロセスが残っています。")
def child_stays(e):
    return left_over(e.visit.left_processes, "processes")


@FORK.mistake("fork/zombies", "no-zombies",
    edits=((7, (("    signal(SIGCHLD, SIG_IGN);", "    // signal(SIGCHLD, SIG_IGN);"),)),),
    en="Children that have ended stay as zombies: nobody asks how they ended.",
    ja="終了した子プロセスがゾンビとして残っています。親プロセスが終了を待って (wait) いません。")
def zombies(e):
    return left_over(e.visit.zombies, "zombies")


@FORK.mistake("fork/leak", "close-in-parent",
    edits=((7, (('        if (close(connected_fd) == -1)\n            perror("close");\n    }\n', "    }\n"),)),
           (8,
            (('    if (close(connected_fd) == -1)\n        perror("close");\n    return NULL;',
              "    return NULL;"),))),
    en="A descriptor stays open for every client: after fork the parent has a copy of it, too.",
    ja="クライアントごとにディスクリプターが 1 つ開いたままです。fork のあとは親プロセスもそのコピーを持っています。")
def leak(e):
    return left_over(e.visit.left_descriptors, "descriptors")


@FORK.mistake("fork/threads-stay", "end-thread",
    edits=((8, (("    return NULL;\n}\n\nint main", "    for (;;)\n        pause();\n}\n\nint main"),)),),
    en="The threads of clients that have gone live on.",
    ja="いなくなったクライアントのスレッドが残っています。")
def threads_stay(e):
    return left_over(e.visit.left_threads, "threads")


# --- step08 --------------------------------------------------------------------------------------


@THREAD.mistake("thread/processes", "use-threads", edits=((7, ()),),
    en="Every silent client holds a process.",
    ja="黙っているクライアントごとに、プロセスをひとつ使っています。")
def uses_processes(e):
    return left_over(e.visit.processes, "processes")


# --- step09 --------------------------------------------------------------------------------------


@EPOLL.mistake("epoll/threads", "use-epoll", edits=((8, ()),),
    en="Every silent client holds a thread.",
    ja="黙っているクライアントごとに、スレッドをひとつ使っています。")
def uses_threads(e):
    return left_over(e.visit.threads, "threads")


@EPOLL.mistake("epoll/spins", "wait-in-epoll", edits=((9, (("&event, 1, 1000)", "&event, 1, 0)"),)),),
    en="It asks without end, and does not wait: a processor is busy although nothing happens.",
    ja="待たずに、システムコールを呼び続けています。何も起きていないのに、CPU を使い続けます。")
def spins(e):
    return e.visit.busy and e.visit.busy > 100 and Facts(seen=[saw("busy")])


@EPOLL.mistake("epoll/blocking", "non-blocking", edits=((9, (("NULL, NULL, SOCK_NONBLOCK)", "NULL, NULL, 0)"),)),),
    en="The clients' sockets are blocking: a client that does not read its answer could stop everybody.",
    ja="クライアントのソケットがブロッキングのままです。応答を読まないクライアントがひとつあるだけで、ほかの全員が待たされることがあります。")
def blocking(e):
    watching = next((c for c in e.trace.calls if c.name.startswith("accept") and c.new_socket), None)
    return e.visit.blocking and Facts(watching)


@EPOLL.mistake("epoll/no-limit", "time-limit",
    edits=((9, (("SECONDS = 10", "SECONDS = 1000"),)),
           (9, (("                shutdown(i, SHUT_RDWR);", "                (void)i;"),))),
    en="A client that says nothing, or not all, is kept for ever.",
    ja="何も送らない、あるいは途中までしか送らないクライアントとの接続を、いつまでも切りません。")
def no_time_limit(e):
    return e.visit.endless and Facts(seen=[saw("no-limit", seconds=LIMIT * 1.5)])


@EPOLL.mistake("epoll/too-soon", "time-limit", edits=((9, (("SECONDS = 10", "SECONDS = 3"),)),),
    en="A client that is slow is let go too soon: it has ten seconds.",
    ja="遅いクライアントとの接続を切るのが早すぎます。持ち時間は 10 秒です。")
def too_soon(e):
    return e.visit.limit and e.visit.limit[0] < LIMIT - 1 and Facts(seen=[saw("seconds", seconds=e.visit.limit[0])])
