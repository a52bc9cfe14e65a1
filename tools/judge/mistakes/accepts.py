"""The fourth call: accept, in a loop, on the listening socket."""

from ..phrases import say
from ..rule import Book, Facts
from . import ends

book = Book(step=3, symptom="waits")
ACCEPT = "accept(listening_fd, NULL, NULL)"
SLEEP = "            sleep(1); // no descriptor free, say: trying again at once would fail again\n"
FAILURE = '            perror("accept");\n' + SLEEP
LOOP = "    for (;;) {\n        int"


# Everything from socket on in the loop.
IN_LOOP = (("int main(void)\n{", "int main(void)\n{\n    for (;;) {"), (LOOP, "    {\n        int"))

# --- accept failed: the program may come as far as step03, or have served some clients -----------


def failed(e, *errors, **parameters):
    """The facts of the accept that failed with one of the errors (any, for none), or None."""
    call = e.failed_accept
    if not call or errors and call.error not in errors:
        return None
    again = e.spin and e.spin.name == call.name
    seen = [say("again-and-again", call=call.text)] if again else [call.text]
    value = e.server.value if e.server else "?"
    return Facts(call, seen, [again and e.races and say("error-ignored")], number=call.descriptor, value=value,
        error=call.error,
                 name="accept", giver="socket", variable="listening_fd", **parameters)


@book.mistake(
    "accept/in-child",
    "A forked child has closed the listening socket, as it should, and then goes on to accept.",
    "fork した子プロセスは、接続待ちソケットを正しく閉じましたが、そのあと accept に進んでいます。",
    "end-child", step=4, symptom="unlikely",
    edits=((("        const char reply", "        if (fork() != 0) "
                                         "{\n            close(connected_fd);\n            continue;\n        }\n"
             "        close(listening_fd);\n        const char reply"),),),
)
def in_child(e):
    call = e.failed_accept
    return call and call.error == "EBADF" and e.closed_by_child and Facts(call)


@book.mistake(
    "accept/wrong-descriptor",
    "accept was called with descriptor {number}, and the listening socket is {value}.",
    "accept に渡されたディスクリプターは {number} ですが、接続待ちソケットは {value} です。",
    "right-descriptor",
    edits=(((ACCEPT, "accept(listening_fd + 1, NULL, NULL)"),), ((ACCEPT, "accept(listening_fd + 1, NULL, NULL)"),
        (FAILURE, ""))),
)
def wrong_descriptor(e):
    return failed(e, "EBADF", "ENOTSOCK")


@book.mistake(
    "accept/other-socket",
    "accept was called on a socket that does not listen.",
    "接続待ちになっていないソケットで accept が呼び出されました。",
    "right-descriptor",
    edits=((("    for (;;) {\n        int", "    int other = socket(AF_INET, SOCK_STREAM, 0);\n    for (;;) "
                                            "{\n        int"),
            (ACCEPT, "accept(other, NULL, NULL)")),),
)
def other_socket(e):
    facts = failed(e, "EINVAL")
    return facts and facts.call.socket and not any(c.ok for c in e.calls("listen", socket=facts.call.socket)) and facts


@book.mistake(
    "accept/length",
    "The third argument points to the size of the buffer in the second, as socklen_t: it must be set before every "
    "call.",
    "3 番目の引数は、2 番目の引数のバッファーの大きさ (socklen_t) を指します。呼び出しのたびに設定しなければなりません。",
    "set-length",
    edits=(((LOOP, "    socklen_t length = -1;\n" + LOOP), (ACCEPT,
        "accept(listening_fd, (struct sockaddr *)&address, &length)")),
           ((LOOP, "    socklen_t length = -1;\n" + LOOP), (ACCEPT,
               "accept(listening_fd, (struct sockaddr *)&address, &length)"),
            (FAILURE, "")),),
)
def length(e):
    facts = failed(e, "EFAULT", "EINVAL")
    return facts and facts.call.list[1:2] != ["NULL"] and facts


@book.mistake(
    "accept/no-descriptor",
    "No descriptor is left: connected sockets are not closed.",
    "空きディスクリプターがありません。接続したソケットが閉じられていません。",
    "close-connection", symptom="waits",
    edits=(((LOOP, "    setrlimit(RLIMIT_NOFILE, &(struct rlimit){4, 4});\n" + LOOP),
            ("#include <sys/socket.h>", "#include <sys/resource.h>\n#include <sys/socket.h>")),),
)
def no_descriptor(e):
    return failed(e, "EMFILE", "ENFILE")


@book.mistake(
    "accept/nonblocking",
    "The listening socket is non-blocking: EAGAIN only says that no client waits just now.",
    "接続待ちソケットがノンブロッキングです。EAGAIN は、いま待っているクライアントがないことを示すだけです。",
    "wait-first", symptom="refused",
    edits=((("socket(AF_INET, SOCK_STREAM, 0)", "socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)"),
        (FAILURE + "            continue;", '            perror("accept");\n            return 1;')),),
)
def nonblocking(e):
    return failed(e, "EAGAIN")


@book.mistake(
    "accept/failed",
    "accept failed with {error}.",
    "accept が {error} で失敗しました。",
    "check-results",
    edits=((("socket(AF_INET, SOCK_STREAM, 0)", "socket(AF_INET, SOCK_STREAM, 0)"), (ACCEPT,
        "accept4(listening_fd, NULL, NULL, 1)"),
            ("// Each client", "#define _GNU_SOURCE\n// Each client")),),
)
def accept_failed(e):
    facts = failed(e)
    return facts and facts.call.error != "EAGAIN" and facts


FAILED = (in_child, wrong_descriptor, other_socket, length, no_descriptor, nonblocking, accept_failed)

# --- accept was not called -----------------------------------------------------------------------


def waiting(e):
    """What the first client saw, if there was one, and what the server does."""
    return [*([e.saw(0)] if e.clients else []), *e.doing]


@book.mistake(
    "accept/ended-before",
    "The program ended, and with it its listening socket, before it accepted anybody.",
    "1 つも接続を受け付けないうちにプログラムが終了し、接続待ちソケットもなくなりました。",
    "accept-loop", symptom="dies",
    edits=(((LOOP, "    poll(&(struct pollfd){.fd = listening_fd, .events = POLLIN}, 1, -1);\n    return 0;\n" + LOOP),
            ("#include <signal.h>", "#include <poll.h>\n#include <signal.h>")),),
)
def ended_before(e):
    return e.ended and Facts(seen=e.doing)


@book.mistake(
    "accept/pauses",
    "The program waits in pause(), and does not get as far as accept.",
    "プログラムは pause() で待っていて、accept まで進みません。",
    "no-pause",
    edits=(((LOOP, "    pause();\n" + LOOP),),),
)
def pauses(e):
    return e.pauses and Facts(seen=waiting(e))


@book.mistake(
    "accept/not-called",
    "Nobody accepts: the kernel finished the handshake, and the connection waits in the listening socket's queue.",
    "accept が呼び出されていません。カーネルがハンドシェイクを済ませ、接続は接続待ちソケットのキューで待っています。",
    "accept-loop",
    edits=(((LOOP, "    for (;;)\n        sleep(60);\n" + LOOP),),
           ((LOOP, "    for (;;)\n        usleep(5000);\n" + LOOP),),),
)
def not_called(e):
    return not e.asked_accept and Facts(seen=waiting(e))


# --- accept worked, and not for everybody --------------------------------------------------------

LATER = Book(step=4, symptom="once")


@LATER.mistake(
    "accept/listener-anew",
    "{name}({number}) closes the listening socket, and a new one is made for the next client: whoever comes in "
    "between is refused, "
    "or reset.",
    "{name}({number}) で接続待ちソケットを閉じ、次のクライアントのために新しく作っています。そのあいだに来たクライアントは、拒否されるかリセットされます。",
    "once-before-loop", read="accept", symptom="unlikely",
    edits=((*IN_LOOP, ("perror(\"close\");\n    }",
        "perror(\"close\");\n        close(listening_fd);\n    }\n    }")),),
)
def listener_anew(e):
    call = e.listener_made_anew and e.listener_closed
    return call and Facts(call, name=call.name, number=call.descriptor)


@LATER.mistake(
    "accept/closes-listener",
    "{name}({number}) closes the listening socket. The connected one is the descriptor that accept returned.",
    "{name}({number}) は接続待ちソケットを閉じています。接続のほうのディスクリプターは、accept が返したものです。",
    "close-accepted", read="accept",
    edits=((("close(connected_fd) == -1", "close(listening_fd) == -1"),),
           (("close(connected_fd) == -1", "close(listening_fd) == -1"), (SLEEP, "")),
           (("if (close(connected_fd) == -1)", "if (close(connected_fd), close(listening_fd) == -1)"),)),
)
def closes_listener(e):
    call = e.listener_closed
    return call and Facts(call, name=call.name, number=call.descriptor)


@LATER.mistake(
    "accept/binds-again",
    "After its first client the program goes back to bind: its address is in use, by its own first socket.",
    "最初のクライアントのあと bind に戻っています。アドレスは、自分の最初のソケットが使用中です。",
    "once-before-loop", read="accept",
    edits=((*IN_LOOP, ("perror(\"close\");\n    }", "perror(\"close\");\n    }\n    }")),),
)
def binds_again(e):
    taken = [b for b in e.calls("bind") if b.error in ("EADDRINUSE", "EINVAL") and b.port == e.port]
    again = taken and e.takers and e.before(e.takers[0], taken[-1])
    return again and e.ended and Facts(taken[-1], seen=[*([e.saw(e.troubled)] if e.victim else []), *e.doing])


@LATER.mistake(
    "accept/interrupted",
    "{signal} interrupted accept, which fails with EINTR then. The listening socket is as good as before.",
    "{signal} が accept に割り込み、accept は EINTR で失敗しました。接続待ちソケットはそのまま使えます。",
    "try-again", read="accept",
    edits=((("int main(void)\n{\n", "static void reap(int number)\n{\n    wait(NULL);\n}\n\nint main(void)\n{\n"
             "    sigaction(SIGCHLD, &(struct sigaction){.sa_handler = reap}, NULL);\n"),
            ("#include <unistd.h>", "#include <sys/wait.h>\n#include <unistd.h>"),
            (SLEEP + "            continue;", "            return 1;"),
            ("        const char reply", "        if (fork() != 0) "
                                         "{\n            close(connected_fd);\n            continue;\n        }\n   "
                                         "     const char reply"),
            ("perror(\"close\");\n", "perror(\"close\");\n        _exit(0);\n")),),
)
def interrupted(e):
    last = next(reversed(e.calls("accept", "accept4")), None)
    if not last or last.error not in ("ERESTARTSYS", "EINTR") or not e.failed:
        return None
    signal = next((name for task, name in reversed(e.trace.signals) if task == last.task), "a signal")
    return Facts(last, seen=e.doing, signal=signal)


@LATER.mistake(
    "accept/ends-after-clients",
    "The program ended after {clients}: a server goes back to accept and waits for the next one.",
    "{clients}のあと、プログラムが終了しました。サーバーは accept に戻って次のクライアントを待ちます。",
    "accept-loop",
    edits=((("        if (close(connected_fd) == -1)\n            perror(\"close\");\n    }",
        "        close(connected_fd);\n        return 0;\n    }"),),
           ((LOOP, "    for (int i = 0; i < 2; i++) {\n        int"),)),
)
def ends_after_clients(e):
    number = len(e.takers) or sum(1 for c in e.clients if c.data or c.end)
    clients = say("first-client") if number == 1 else say("clients", count=number)
    return e.ended and number and Facts(seen=[*([e.saw(e.troubled)] if e.left_out else []), *e.doing], clients=clients)


@LATER.mistake(
    "accept/once",
    "accept was called {times}, and never again: client number {next} waits in the queue.",
    "accept は {times}呼び出されただけで、クライアント {next} はキューで待っています。",
    "accept-loop",
    edits=((("        if (close(connected_fd) == -1)\n            perror(\"close\");\n    }",
        "        close(connected_fd);\n        pause();\n    }"),),),
)
def once(e):
    number = len(e.takers)
    times = say("once") if number == 1 else say("times", count=number)
    return e.left_out and e.quiet and Facts(seen=e.both, times=times, next=e.troubled + 1)


ACCEPT_MISTAKES = (ends.flood, *ends.KILLED, *FAILED, ends.success_as_failure, ends.error, ended_before, pauses,
    not_called)
