"""The fourth call: accept, in a loop, on the listening socket."""

from ..patience import naps
from ..rule import Book, Facts
from ..sockets import ACCEPTS, WRITES
from ..texts.phrases import say
from . import ends
from .source import ACCEPT, CLOSE, FAILURE, FORK, IN_LOOP, LOOP, REPLY, SLEEP, SOCKET

book = Book(step=3, symptom="waits")

# --- accept failed: the program may come as far as step03, or have served some clients -----------


def failure(e):
    """The accept call whose failure matters: the one it spins on, else the last; None without any."""
    if e.spin and e.spin.name in ACCEPTS:
        return e.spin
    calls = [c for c in e.calls(*ACCEPTS) if c.error not in (None, "EINTR", "ERESTARTSYS")]
    calls = [c for c in calls if c.error != "EAGAIN"] or (calls if e.ended else [])
    return calls[-1] if calls else None


def failed(e, *errors):
    """The facts of that failure, where it is one of the errors (any, for none), or None."""
    call = failure(e)
    if not call or errors and call.error not in errors:
        return None
    again = call is e.spin
    seen = [say("again-and-again", call=call.text)] if again else [call.text]
    races = again and not naps(e.trace.calls[-20:])
    return Facts(call, seen, [races and say("error-ignored")], number=call.descriptor, error=call.error, name="accept",
                 value=e.server.value if e.server else "?", giver="socket", variable="listening_fd")


@book.mistake("accept/in-child", "end-child", step=4, symptom="unlikely",
    edits=(((REPLY, FORK + "        close(listening_fd);\n" + REPLY),),),
    en="A forked child has closed the listening socket, as it should, and then goes on to accept.",
    ja="fork した子プロセスは、接続待ちソケットを正しく閉じましたが、そのあと accept に進んでいます。")
def in_child(e):
    facts, made = failed(e, "EBADF"), e.listening_sockets()
    makers, closers = {c.task for c in made}, {c.task for m in made for c in e.calls("close", socket=m.new_socket)}
    return facts and closers and facts.call.task not in makers and not closers & makers and Facts(facts.call)


@book.mistake("accept/wrong-descriptor", "right-descriptor",
    edits=(((ACCEPT, "accept(listening_fd + 1, NULL, NULL)"),),
           ((ACCEPT, "accept(listening_fd + 1, NULL, NULL)"), (FAILURE, ""))),
    en="accept was called with descriptor {number}, and the listening socket is {value}.",
    ja="accept に渡されたディスクリプターは {number} ですが、接続待ちソケットは {value} です。")
def wrong_descriptor(e):
    return failed(e, "EBADF", "ENOTSOCK")


@book.mistake("accept/other-socket", "right-descriptor",
    edits=(((LOOP, "    int other = " + SOCKET + ";\n" + LOOP), (ACCEPT, "accept(other, NULL, NULL)")),),
    en="accept was called on a socket that does not listen.",
    ja="接続待ちになっていないソケットで accept が呼ばれました。")
def other_socket(e):
    facts = failed(e, "EINVAL")
    return facts and facts.call.socket and not any(c.ok for c in e.calls("listen", socket=facts.call.socket)) and facts


@book.mistake("accept/length", "set-length",
    edits=(((LOOP, "    socklen_t length = -1;\n" + LOOP),
            (ACCEPT, "accept(listening_fd, (struct sockaddr *)&address, &length)")),
           ((LOOP, "    socklen_t length = -1;\n" + LOOP),
            (ACCEPT, "accept(listening_fd, (struct sockaddr *)&address, &length)"), (FAILURE, ""))),
    en="The third argument points to the size of the buffer in the second, as socklen_t: it must be set before "
       "every call.",
    ja="3 番目の引数は、2 番目の引数のバッファーの大きさ (socklen_t) を指します。accept を呼ぶたびに設定しなければなりません。")
def length(e):
    facts = failed(e, "EFAULT", "EINVAL")
    return facts and facts.call.list[1:2] != ["NULL"] and facts


@book.mistake("accept/no-descriptor", "close-connection", symptom="waits",
    edits=(((LOOP, "    setrlimit(RLIMIT_NOFILE, &(struct rlimit){4, 4});\n" + LOOP),
            ("#include <sys/socket.h>", "#include <sys/resource.h>\n#include <sys/socket.h>")),),
    en="No descriptor is left: connected sockets are not closed.",
    ja="空きディスクリプターがありません。接続したソケットが閉じられていません。")
def no_descriptor(e):
    return failed(e, "EMFILE", "ENFILE")


@book.mistake("accept/nonblocking", "wait-first", symptom="refused",
    edits=(((SOCKET, "socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)"),
            (FAILURE + "            continue;", '            perror("accept");\n            return 1;')),),
    en="The listening socket is non-blocking: EAGAIN only says that no client waits just now.",
    ja="接続待ちソケットがノンブロッキングです。EAGAIN は、いま待っているクライアントがないことを示すだけです。")
def nonblocking(e):
    return failed(e, "EAGAIN")


@book.mistake("accept/failed", "check-results",
    edits=(((ACCEPT, "accept4(listening_fd, NULL, NULL, 1)"),
            ("// Each client", "#define _GNU_SOURCE\n// Each client")),),
    en="accept failed with {error}.",
    ja="accept が {error} で失敗しました。")
def accept_failed(e):
    facts = failed(e)
    return facts and facts.call.error != "EAGAIN" and facts


FAILED = (in_child, wrong_descriptor, other_socket, length, no_descriptor, nonblocking, accept_failed)

# --- accept was not called -----------------------------------------------------------------------


def waiting(e):
    """What the first client saw, if there was one, and what the server does."""
    return [*([e.saw(0)] if e.clients else []), *e.doing]


@book.mistake("accept/ended-before", "accept-loop", symptom="dies",
    edits=(((LOOP,
             "    poll(&(struct pollfd){.fd = listening_fd, .events = POLLIN}, 1, -1);\n    return 0;\n" + LOOP),
            ("#include <signal.h>", "#include <poll.h>\n#include <signal.h>")),),
    en="The program ended, and with it its listening socket, before it accepted anybody.",
    ja="1 つも接続を受け付けないうちにプログラムが終了し、接続待ちソケットもなくなりました。")
def ended_before(e):
    return e.ended and Facts(seen=e.doing)


@book.mistake("accept/pauses", "no-pause", edits=(((LOOP, "    pause();\n" + LOOP),),),
    en="The program waits in pause(), and does not get as far as accept.",
    ja="プログラムは pause() で待っていて、accept まで進みません。")
def pauses(e):
    # Where there is no such system call, libc has ppoll do it.
    calls = e.trace.pending.values()
    pausing = any(c.name == "pause" or c.text.startswith("ppoll(NULL, 0, NULL") for c in calls)
    return pausing and Facts(seen=waiting(e))


@book.mistake("accept/not-called", "accept-loop",
    edits=(((LOOP, "    for (;;)\n        sleep(60);\n" + LOOP),),
           ((LOOP, "    for (;;)\n        usleep(5000);\n" + LOOP),)),
    en="Nobody accepts: the kernel finished the handshake, and the connection waits in the listening socket's queue.",
    ja="accept が呼ばれていません。カーネルがハンドシェイクを済ませ、接続は接続待ちソケットのキューで待っています。")
def not_called(e):
    return not e.asked_accept and Facts(seen=waiting(e))


# --- accept worked, and not for everybody --------------------------------------------------------

LATER = Book(step=4, symptom="once")


@LATER.mistake("accept/listener-anew", "once-before-loop", read="accept", symptom="unlikely",
    edits=((*IN_LOOP, ('perror("close");\n    }', 'perror("close");\n        close(listening_fd);\n    }\n    }')),),
    en="{name}({number}) closes the listening socket, and a new one is made for the next client: whoever comes in "
       "between is refused, or reset.",
    ja="{name}({number}) で接続待ちソケットを閉じ、次のクライアントのために新しく作っています。その間に来たクライアントは、拒否されるかリセットされます。")
def listener_anew(e):
    call = e.listener_made_anew and e.listener_closed
    return call and Facts(call, name=call.name, number=call.descriptor)


@LATER.mistake("accept/closes-listener", "close-accepted", read="accept",
    edits=((("close(connected_fd) == -1", "close(listening_fd) == -1"),),
           (("close(connected_fd) == -1", "close(listening_fd) == -1"), (SLEEP, "")),
           (("if (close(connected_fd) == -1)", "if (close(connected_fd), close(listening_fd) == -1)"),)),
    en="{name}({number}) closes the listening socket. The connected one is the descriptor that accept returned.",
    ja="{name}({number}) は接続待ちソケットを閉じています。接続のほうのディスクリプターは、accept が返したものです。")
def closes_listener(e):
    call = e.listener_closed
    return call and Facts(call, name=call.name, number=call.descriptor)


@LATER.mistake("accept/binds-again", "once-before-loop", read="accept",
    edits=((*IN_LOOP, ('perror("close");\n    }', 'perror("close");\n    }\n    }')),),
    en="After its first client the program goes back to bind: its address is in use, by its own first socket.",
    ja="最初のクライアントのあと bind に戻っています。アドレスは、自分の最初のソケットが使用中です。")
def binds_again(e):
    taken = [b for b in e.calls("bind") if b.error in ("EADDRINUSE", "EINVAL") and b.port == e.port]
    again = taken and e.takers and e.before(e.takers[0], taken[-1])
    return again and e.ended and Facts(taken[-1], seen=[*([e.saw(e.troubled)] if e.victim else []), *e.doing])


@LATER.mistake("accept/interrupted", "try-again", read="accept",
    edits=((("int main(void)\n{\n",
             "static void reap(int number)\n{\n    wait(NULL);\n}\n\nint main(void)\n{\n"
             "    sigaction(SIGCHLD, &(struct sigaction){.sa_handler = reap}, NULL);\n"),
            ("#include <unistd.h>", "#include <sys/wait.h>\n#include <unistd.h>"),
            (SLEEP + "            continue;", "            return 1;"), (REPLY, FORK + REPLY),
            ('perror("close");\n', 'perror("close");\n        _exit(0);\n')),),
    en="{signal} interrupted accept, which fails with EINTR then. The listening socket is as good as before.",
    ja="{signal} が accept に割り込み、accept は EINTR で失敗しました。接続待ちソケットはそのまま使えます。")
def interrupted(e):
    last = next(reversed(e.calls("accept", "accept4")), None)
    if not last or last.error not in ("ERESTARTSYS", "EINTR") or not e.failed:
        return None
    signal = next((name for task, name in reversed(e.trace.signals) if task == last.task), "a signal")
    return Facts(last, seen=e.doing, signal=signal)


@LATER.mistake("accept/ends-after-clients", "accept-loop",
    edits=(((CLOSE + "    }", "        close(connected_fd);\n        return 0;\n    }"),),
           ((LOOP, "    for (int i = 0; i < 2; i++) {\n        int"),)),
    en="The program ended after {clients}: a server goes back to accept and waits for the next one.",
    ja="{clients}のあと、プログラムが終了しました。サーバーは accept に戻って次のクライアントを待ちます。")
def ends_after_clients(e):
    number = len(e.takers) or sum(1 for c in e.clients if c.data or c.end)
    clients = say("first-client") if number == 1 else say("clients", count=number)
    return e.ended and number and Facts(seen=[*([e.saw(e.troubled)] if e.left_out else []), *e.doing], clients=clients)


@LATER.mistake("accept/outside-loop", "accept-loop", read="accept",
    edits=(((LOOP + " connected_fd = " + ACCEPT + ";\n...            continue;\n        }\n",
             "    int connected_fd = " + ACCEPT + ";\n    for (;;) {\n"),),),
    en="accept stands outside of the loop: it was called once, and the loop goes on with the connection that it "
       "closed in its first turn.",
    ja="accept がループの外にあり、1 回しか呼ばれていません。ループは、1 周目に閉じた接続を使い続けています。")
def outside_loop(e):
    failed = [c for c in e.calls(*WRITES, "close") if c.error == "EBADF"] if e.spin else []
    once = failed and e.spin.error == "EBADF" and len(e.takers) == len(e.asked_accept) == 1
    return once and Facts(failed[0], seen=[say("again-and-again", call=failed[0].text)])


@LATER.mistake("accept/once", "accept-loop",
    edits=(((CLOSE + "    }", "        close(connected_fd);\n        pause();\n    }"),),),
    en="accept was called {times}, and never again: client number {next} waits in the queue.",
    ja="accept は {times}呼ばれただけで、クライアント {next} はキューで待っています。")
def once(e):
    number = len(e.takers)
    times = say("once") if number == 1 else say("times", count=number)
    return e.left_out and e.quiet and Facts(seen=e.both, times=times, next=e.troubled + 1)


CHAPTER = (ends.flood, *ends.KILLED, *FAILED, ends.success_as_failure, ends.error, ended_before, pauses,
           not_called)
