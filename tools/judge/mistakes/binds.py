"""The second call: there was no bind on the server's socket."""

from kernel import listening_port

from ..rule import Book, Facts
from . import addresses, ends, refusals
from .source import ADDRESS, BIND, IF_BIND, SOCKET

book = Book(step=1, symptom="refused")


def astray(e):
    """The facts of the last call before listen on a descriptor that is no socket of the program's, or None."""
    wrong = [c for c in e.calls("setsockopt", "bind") if c.error in ("ENOTSOCK", "EBADF")]
    call = wrong[-1] if wrong else None
    return call and Facts(call, value=e.server.value, number=call.descriptor, name=call.name, giver="socket",
                          variable="listening_fd")


@book.mistake("socket/precedence", "two-lines",
    edits=((("int listening_fd = " + SOCKET + ";\n    if (listening_fd == -1) {",
             "int listening_fd;\n    if (listening_fd = " + SOCKET + " == -1) {"),),),
    en="socket returned {value}, and {name} was called with {number}. `if (fd = socket(...) == -1)` would make it "
       "{number}: == binds tighter than =, so fd is the comparison's result.",
    ja="socket が返したのは {value} ですが、{name} には {number} が渡されています。`if (fd = socket(...) == -1)` と書くとそうなります。"
       "== は = より先に計算されるので、fd には比較の結果が入ります。")
def precedence(e):
    facts = astray(e)
    return facts and facts.call.descriptor in (0, 1) and facts


@book.mistake("bind/wrong-descriptor", "right-descriptor",
    edits=(((BIND, BIND.replace("listening_fd", "listening_fd + 1")),),),
    en="socket returned {value}, and {name} was called with {number}.",
    ja="socket が返したのは {value} ですが、{name} には {number} が渡されています。")
def wrong_descriptor(e):
    return astray(e)


@book.mistake("bind/connect", "call-bind", edits=(((BIND, BIND.replace("bind(", "connect(")),),),
    en="connect is what a client calls. A server's socket gets its own address with bind.",
    ja="connect はクライアントが呼ぶものです。サーバーのソケットには bind で自分のアドレスを割り当てます。")
def connect(e):
    calls = e.of_server("connect")
    return calls and Facts(calls[-1])


@book.mistake("bind/missing", "call-bind", edits=(((IF_BIND, ""),),),
    en="listen without bind: the kernel gave the socket some free port{got}, another at every start.",
    ja="bind なしで listen が呼ばれました。カーネルが空いているポート{got}を割り当てました。番号は起動のたびに変わります。")
def missing(e):
    port = e.listened and not e.of_server("bind") and listening_port(e.server.new_socket)
    return e.listened and not e.of_server("bind") and Facts(e.listened, got=f" ({port})" if port else "")


@book.mistake("bind/not-reached", "call-bind",
    edits=(((ADDRESS, "    pause();\n" + ADDRESS),), ((ADDRESS, "    return 0;\n" + ADDRESS),)),
    en="It never called bind.",
    ja="bind が呼ばれていません。")
def not_reached(e):
    return e.quiet and not e.of_server("bind") and Facts(seen=e.doing)


CHAPTER = (ends.flood, *addresses.book.mistakes, *refusals.book.mistakes, precedence, wrong_descriptor, connect,
           missing, *ends.ENDS, not_reached)
