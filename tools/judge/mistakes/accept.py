"""The third and the fourth call: listen, and accept in a loop."""

import re

from ..rule import facts, mistake
from ..seen import both, client
from ..sockets import ACCEPTS, WRITES
from .source import IF_LISTEN


def no_listen(e):
    wrong = (c for c in e.of_server(*ACCEPTS) if c.error == "EINVAL")
    return not e.listened and next(wrong, None)


def anew(e):
    call = e.listener_made_anew and e.listener_closed
    return call and facts(call, [call.text, *([client(e, e.victim)] if e.victim else [])])


def set_once(e):
    """A client waits, and select for no descriptor at all."""
    waits = (re.match(r"p?select6?\(\d+, \[\],", c.text) for c in e.trace.pending.values())
    return e.left_out and any(waits) and facts(seen=both(e))


def shared_variable(e):
    """Two threads used one connection, by its number, and none used another."""
    used = [c for c in e.calls(*WRITES, "close") if c.descriptor not in (0, 1, 2)]
    idle = [a for a in e.takers if a.value and not any(c.socket == a.new_socket for c in used)]
    for i, call in enumerate(used) if idle and e.victim and e.program.threads_late else ():
        tasks = {c.task for c in used[:i] if c.descriptor == call.descriptor}
        if call.error == "EBADF" and tasks - {call.task}:
            return facts(call, [*both(e), call.text], unused=idle[0].value)
    return None


mistake("listen/no-listen", "call-listen", ((IF_LISTEN, ""),), no_listen,
        "accept was called on a socket that does not listen: that is what EINVAL means here.",
        "接続待ちになっていないソケットで accept が呼ばれました。ここでの EINVAL はその意味です。")
mistake("accept/listener-anew", "once-before-loop", None, anew,
        "{name}({number}) closes the listening socket, and a new one is made for the next client: "
        "whoever comes in between is refused.",
        "{name}({number}) で接続待ちソケットを閉じ、次のクライアントのために新しく作っています。"
        "その間に来たクライアントは拒否されます。")
mistake("accept/closes-listener", "close-connection",
        (("close(connected_fd) == -1", "close(listening_fd) == -1"),),
        lambda e: not e.listener_made_anew and e.listener_closed,
        "{name}({number}) closes the listening socket. The connected one is what accept returned.",
        "{name}({number}) は接続待ちソケットを閉じています。閉じるのは、accept が返した接続済みソケットのほうです。")
mistake("accept/set-once", "set-anew", None, set_once,
        "select waits for no descriptor at all: it empties the set when its time is over.",
        "select がどのディスクリプターも待っていません。時間切れになると、select は集合を空にします。")
mistake("accept/shared-variable", "by-value", None, shared_variable,
        "Two threads took descriptor {number}, and none {unused}: both read one variable, and the "
        "next client was in it by then.",
        "2 つのスレッドがどちらもディスクリプター {number} を使い、{unused} は使われませんでした。同じ変数を"
        "読んでいて、そこにはもう次のクライアントが入っていたためです。")
