"""The third call: listen, and staying there."""

from ..phrases import say
from ..rule import Chapter, facts
from ..seen import client, doing
from ..sockets import NO_FILE
from .source import ADDRESS, IF_LISTEN, LISTEN, LOOP

chapter = Chapter("listen")
mistake = chapter.mistake


def astray(e):
    """The last listen call on a descriptor that is no socket, where none succeeded; or None."""
    calls = [c for c in e.calls("listen") if c.error in NO_FILE]
    return calls[-1] if calls and not e.listened else None


mistake("listen/swapped-arguments", ((LISTEN, "listen(10, listening_fd)"),),
    lambda e: (c := astray(e)) and c.list[1] == str(e.server.value) and facts(c, made=e.server.value),
    "The arguments have changed places: {made}, the second, is the socket.",
    "引数の順番が逆です。ソケットは第 2 引数の {made} のほうです。",
    "call-listen")
mistake("listen/wrong-descriptor", None,
    lambda e: (c := astray(e)) and facts(c, made=e.server.value, giver="socket",
                                         variable="listening_fd"),
    "listen was called with descriptor {number}, which is no socket; socket returned {made}.",
    "listen に渡されたディスクリプター {number} はソケットではありません。socket が返したのは {made} です。",
    "right-descriptor")


def missing(e):
    accepts = [c for c in e.of_server("accept", "accept4") if c.error == "EINVAL"]
    return not e.listened and accepts and accepts[-1]


mistake("listen/no-listen", ((IF_LISTEN, ""),), missing,
    "accept was called on a socket that does not listen: that is what EINVAL means here.",
    "接続待ちになっていないソケットで accept が呼ばれました。ここでの EINVAL はその意味です。",
    "call-listen")
mistake("listen/closed", ((LOOP, "    close(listening_fd);\n    pause();\n" + LOOP),),
    lambda e: e.closed_at_once,
    "The listening socket was closed: nobody listens any more.",
    "接続待ちソケットが閉じられ、待ち受けるソケットがなくなりました。",
    "leave-open")


def ipv6_only(e):
    only = e.server and e.option("IPV6_V6ONLY", e.server.new_socket)
    refused = only and e.clients and e.clients[0].error
    return refused and facts(only, seen=[only.text, client(e, e.clients[0])])


mistake("listen/ipv6-only",
    (("socket(AF_INET,", "socket(AF_INET6,"),
     (ADDRESS + " = {...};",
      "    setsockopt(listening_fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);\n"
      "    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons(8001)};")),
    ipv6_only,
    "IPV6_V6ONLY is set: the socket takes IPv6 clients only, and 127.0.0.1 is IPv4.",
    "IPV6_V6ONLY が設定されています。このソケットが受け付けるのは IPv6 だけで、127.0.0.1 は IPv4 です。",
    "both-families")

# --- what never came, once no other mistake is found (see __init__.py) --------------------------

never = Chapter("listen accept")


def ended(e):
    if not e.listened or not e.ended or e.takers:
        return None
    return facts(e.listened, [e.listened.text, *doing(e)[-1:]],
                 [e.input_was_empty and say("input-was-empty")])


never.mistake("listen/ended", ((LOOP, "    return 0;\n" + LOOP),), ended,
    "The program ended before it accepted anybody: with its end the kernel closes the socket, and "
    "clients are refused.",
    "1 つも接続を受け付けないうちにプログラムが終了しました。終了するとカーネルがソケットを閉じるので、"
    "クライアントの接続は拒否されます。",
    "stay-alive")
