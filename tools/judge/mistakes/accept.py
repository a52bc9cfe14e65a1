"""The fourth call: accept, in a loop, on the listening socket."""

import re

from ..phrases import say
from ..rule import Chapter, facts
from ..seen import both, client, doing
from ..sockets import ACCEPTS, NO_FILE, WRITES
from .source import ACCEPT, CLOSE, FAILURE, IN_LOOP, LOOP, SOCKET

chapter = Chapter("accept closes write")
mistake = chapter.mistake

def anew(e):
    call = e.listener_made_anew and e.listener_closed
    return call and facts(call, [call.text, *([client(e, e.victim)] if e.victim else [])])


mistake("accept/listener-anew",
    (*IN_LOOP, ('perror("close");\n    }',
                'perror("close");\n        close(listening_fd);\n    }\n    }')), anew,
    "{name}({number}) closes the listening socket, and a new one is made for the next client: whoever "
    "comes in between is refused, or reset.",
    "{name}({number}) で接続待ちソケットを閉じ、次のクライアントのために新しく作っています。その間に来たクライアントは、"
    "拒否されるかリセットされます。",
    "once-before-loop", read="accept")
mistake("accept/closes-listener", (("close(connected_fd) == -1", "close(listening_fd) == -1"),),
    lambda e: not e.listener_made_anew and e.listener_closed,
    "{name}({number}) closes the listening socket. The connected one is the descriptor that accept "
    "returned.",
    "{name}({number}) は接続待ちソケットを閉じています。閉じるのは、accept が返した接続済みソケットのほうです。",
    "close-accepted", read="accept")


# --- accept failed, and the program came to nothing ---------------------------------------------


def failed(e, *errors):
    """The facts of the accept call whose failure ended the program, or which it repeats without end,
    where it is one of these errors; or None."""
    spins = e.spin and e.spin.name in ACCEPTS
    calls = e.calls(*ACCEPTS)
    call = e.spin if spins else calls[-1] if calls else None
    if not call or call.error not in errors or not (spins or e.ended_by(call)):
        return None
    seen = [say("again-and-again", call=call.text)] if spins else []
    return facts(call, seen, made=e.server.value, giver="socket", variable="listening_fd")


mistake("accept/wrong-descriptor", ((ACCEPT, "accept(listening_fd + 1, NULL, NULL)"),),
    lambda e: e.server and failed(e, *NO_FILE),
    "accept was called with descriptor {number}, and the listening socket is {made}.",
    "accept に渡されたディスクリプターは {number} ですが、接続待ちソケットは {made} です。",
    "right-descriptor")
mistake("accept/length",
    ((LOOP, "    socklen_t length = -1;\n" + LOOP),
     (ACCEPT, "accept(listening_fd, (struct sockaddr *)&address, &length)")),
    lambda e: (f := failed(e, "EFAULT", "EINVAL")) and f.call.list[1:2] != ["NULL"] and f,
    "The third argument points to a socklen_t that holds the size of the buffer in the second: it must "
    "be set before every call.",
    "第 3 引数は、第 2 引数のバッファーの大きさを入れた socklen_t 型の変数へのポインターです。変数には、accept を"
    "呼ぶたびに大きさを入れ直します。",
    "set-length")
mistake("accept/nonblocking",
    ((SOCKET, "socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)"),
     (FAILURE + "            continue;", '            perror("accept");\n            return 1;')),
    lambda e: failed(e, "EAGAIN"),
    "The listening socket is non-blocking: EAGAIN only says that no client waits just now.",
    "接続待ちソケットがノンブロッキングです。EAGAIN は、いま待っているクライアントがないことを示すだけです。",
    "wait-first")

# --- accept worked, and not for everybody --------------------------------------------------------


def binds_again(e):
    taken = [b for b in e.calls("bind") if b.error in ("EADDRINUSE", "EINVAL") and b.port == e.port]
    again = taken and e.takers and e.before(e.takers[0], taken[-1])
    return again and e.ended_by(taken[-1]) and taken[-1]


mistake("accept/binds-again",
    (*IN_LOOP, ('perror("close");\n    }', 'perror("close");\n    }\n    }')), binds_again,
    "After its first client the program goes back to bind: its address is in use, by its own first "
    "socket.",
    "最初のクライアントのあと bind に戻っています。アドレスは、自分の最初のソケットが使用中です。",
    "once-before-loop", read="accept")


def edge_triggered(e):
    """A client that waits in the queue, of which epoll_wait has told once, and will not tell again."""
    calls = e.of_server("epoll_ctl") or [
        c for c in e.calls("epoll_ctl") if e.server and f":[{e.server.new_socket}]" in c.arguments]
    once = next((c for c in calls if "EPOLLET" in c.text), None)
    waits = any(c.name.startswith("epoll") for c in e.trace.pending.values())
    return e.left_out and waits and once and facts(once, [once.text, *both(e)])


EPOLL = """    int queue = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN | EPOLLET};
    epoll_ctl(queue, EPOLL_CTL_ADD, listening_fd, &event);
    for (;;) {
        epoll_wait(queue, &event, 1, -1);
        int"""
mistake("accept/edge-triggered",
    (("#include <signal.h>", "#include <signal.h>\n#include <sys/epoll.h>"), (LOOP, EPOLL)),
    edge_triggered,
    "Two clients came at once, and accept was called once: with EPOLLET epoll_wait tells of the other "
    "one only when a third comes.",
    "クライアントが同時に 2 つ来ましたが、accept は 1 回しか呼ばれていません。EPOLLET では、次のクライアントが来るまで、"
    "epoll_wait は残りの 1 つを通知しません。",
    "until-eagain")


def set_once(e):
    waits = [c for c in e.trace.pending.values() if re.match(r"p?select6?\(\d+, \[\],", c.text)]
    return e.left_out and waits and facts(seen=both(e))


SELECT = """    fd_set set;
    FD_ZERO(&set);
    FD_SET(listening_fd, &set);
    for (;;) {
        struct timeval limit = {.tv_usec = 300000};
        if (select(listening_fd + 1, &set, NULL, NULL, &limit) < 1)
            continue;
        int"""
mistake("accept/set-once", (("#include <signal.h>", "#include <signal.h>\n#include <sys/select.h>"),
                            (LOOP, SELECT)), set_once,
    "select waits for no descriptor at all: it empties the set when its time is over, and the set was "
    "filled only once.",
    "select がどのディスクリプターも待っていません。時間切れになると、select は集合を空にします。集合は最初に 1 回しか"
    "設定されていません。",
    "set-anew")


def shared_variable(e):
    """Two threads used one connection, by its number, and none used another."""
    used = [c for c in e.calls(*WRITES, "close") if c.descriptor not in (0, 1, 2)]
    idle = [a for a in e.takers if a.value and not any(c.socket == a.new_socket for c in used)]
    for call in used if idle and e.victim and not e.visit.program.on_time else ():
        if call.error == "EBADF" and any(c.descriptor == call.descriptor and c.task != call.task
                                         for c in used[:used.index(call)]):
            return facts(call, [*both(e), call.text], unused=idle[0].value)
    return None


THREADS = """        static int client;
        pthread_t thread;
        client = connected_fd;
        pthread_create(&thread, NULL, serve, &client);
        pthread_detach(thread);
"""
SERVE = """static void *serve(void *client)
{
    int connected_fd = *(int *)client;
    write(connected_fd, "hello world", 11);
    close(connected_fd);
    return NULL;
}

"""
mistake("accept/shared-variable",
    (("#include <signal.h>", "#include <pthread.h>\n#include <signal.h>"),
     ("int main(void)\n", SERVE + "int main(void)\n"), ("        const char reply...perror(\"close\");\n", THREADS)),
    shared_variable,
    "Two threads took descriptor {number}, and none {unused}: both read one variable, and the next "
    "client was in it by then.",
    "2 つのスレッドがどちらもディスクリプター {number} を使い、{unused} は使われませんでした。同じ変数を読んでいて、"
    "そこにはもう次のクライアントが入っていたためです。",
    "by-value")


def precedence(e):
    """A 0 for the descriptor, and a source that shows where it comes from."""
    calls = e.since(e.takers[0]) if e.takers else ()
    call = next((c for c in calls if c.name in (*WRITES, "close") and c.descriptor in (0, 1)), None)
    slip = re.search(r"\w+ *= *accept\([^;=]*\) *(==|<|!=|>)", e.source)
    return call and e.victim and slip and facts(call, got=e.takers[0].value, giver="accept")


mistake("accept/precedence",
    (("int connected_fd = " + ACCEPT + ";\n        if (connected_fd == -1) {",
      "int connected_fd;\n        if (connected_fd = " + ACCEPT + " < 0) {"),), precedence,
    "{name} was called with {number}, and accept returned {got}. `fd = accept(...) == -1` (or < 0) "
    "without brackets makes it {number}: = binds last, so fd is the comparison's result.",
    "accept が返したのは {got} ですが、{name} には {number} が渡されています。`fd = accept(...) == -1` (または < 0) "
    "をかっこなしで書くとそうなります。= は最後に計算されるので、fd には比較の結果が入ります。",
    "two-lines")


def taken_for_failure(e):
    wrong = e.taken_for_failure == "accept" and e.takers and e.victim and not e.victim.end
    return wrong and facts(e.takers[0], both(e))


mistake("accept/success-as-failure", None, taken_for_failure,
    'accept returned {value}, a success, and the program took it for a failure: it says "accept: '
    'Success".',
    'accept が返した {value} は成功ですが、プログラムは失敗と取り違えて "accept: Success" と表示しています。',
    "minus-one")


def twice(e):
    """Two places in the source, and nothing done with what the first accept gave."""
    twice = len(re.findall(r"\baccept4?\(", e.source)) > 1
    if not twice or not e.empty_handed or e.victim.end or not e.takers:
        return None
    first, later = e.takers[0], e.since(e.takers[0])
    used = any(f":[{first.new_socket}]" in c.arguments for c in later)
    again = any(c.name in ACCEPTS and c.socket == first.socket for c in later)
    return again and not used and facts(first, both(e))


mistake("accept/twice", ((LOOP, "    while (" + ACCEPT + " != -1) {\n        int"),), twice,
    "accept returned {value}, the connection to this client. Nothing was done with it: the program "
    "called accept again, in another place.",
    "accept が {value} を返しました。このクライアントとの接続です。プログラムはそれを使わずに、別の場所でもう一度 accept を"
    "呼んでいます。",
    "one-accept")


def outside_loop(e):
    wrong = [c for c in e.calls(*WRITES, "close") if c.error == "EBADF"] if e.spin else []
    once = wrong and e.spin.error == "EBADF" and len(e.takers) == len(e.asked_accept) == 1
    return once and facts(wrong[0], [say("again-and-again", call=wrong[0].text)])


mistake("accept/outside-loop",
    ((LOOP + " connected_fd = " + ACCEPT + ";\n...            continue;\n        }\n",
      "    int connected_fd = " + ACCEPT + ";\n    for (;;) {\n"),), outside_loop,
    "accept stands outside of the loop: it was called once, and the loop goes on with the connection "
    "that it closed in its first turn.",
    "accept がループの外にあり、1 回しか呼ばれていません。ループは、1 周目に閉じた接続を使い続けています。",
    "accept-loop", read="accept")

# --- what never came, once no other mistake is found (see __init__.py) --------------------------

never = Chapter("accept")


def pauses(e):
    # Where there is no such system call, libc has ppoll do it.
    calls = e.trace.pending.values()
    in_pause = any(c.name == "pause" or c.text.startswith("ppoll(NULL, 0, NULL") for c in calls)
    return in_pause and not e.asked_accept


never.mistake("accept/pauses", ((LOOP, "    pause();\n" + LOOP),), pauses,
    "The program waits in pause(), and does not get as far as accept.",
    "プログラムは pause() で待っていて、accept まで進みません。",
    "no-sleep")

def ends_after(e):
    number = len(e.takers)
    seen = [client(e, e.victim)] if e.left_out else []
    return e.ended and number and facts(seen=[*seen, *doing(e)], clients=number)


never.mistake("accept/ends-after-clients", ((LOOP, "    for (int i = 0; i < 2; i++) {\n        int"),),
    ends_after,
    "The program ended after it had accepted {clients} clients: a server goes back to accept and waits "
    "for the next one.",
    "クライアントを {clients} 個受け付けたあと、プログラムが終了しました。サーバーは accept に戻って次のクライアントを待ちます。",
    "accept-loop", at="accept closes write", read="accept")
never.mistake("accept/once",
    ((CLOSE + "    }", "        close(connected_fd);\n        pause();\n    }"),),
    lambda e: e.left_out and e.quiet and facts(seen=both(e), times=len(e.takers),
                                               waits=e.number(e.victim)),
    "accept has returned {times} times, and is not called any more: client {waits} waits in the queue.",
    "accept は {times} 回戻っただけで、そのあと呼ばれていません。クライアント {waits} はキューで待っています。",
    "accept-loop", at="closes write")
