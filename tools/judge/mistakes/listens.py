"""The third call: listen, and staying there."""

from ..rule import Book, Facts
from ..texts.phrases import say
from . import ends, refusals
from .source import ADDRESS, IF_LISTEN, LISTEN, LOOP, SOCKET

book = Book(step=2, symptom="refused")


def failed(e):
    """The last listen call that failed, where none succeeded on the server's socket; or None."""
    calls = [c for c in e.calls("listen") if c.error]
    return calls[-1] if calls and not e.listened else None


@book.mistake("listen/swapped-arguments", "descriptor-first", edits=(((LISTEN, "listen(10, listening_fd)"),),),
    en="The arguments have changed places: {value}, the second, is the socket.",
    ja="引数の順番が逆です。ソケットは 2 番目の {value} のほうです。")
def swapped_arguments(e):
    call = failed(e)
    swapped = call and call.error in ("EBADF", "ENOTSOCK") and call.list[1] == str(e.server.value)
    return swapped and Facts(call, value=e.server.value)


@book.mistake("listen/wrong-descriptor", "right-descriptor", edits=(((LISTEN, "listen(1, SOMAXCONN)"),),),
    en="listen was called with descriptor {number}, which is no socket; socket returned {value}.",
    ja="listen に渡されたディスクリプター {number} はソケットではありません。socket が返したのは {value} です。")
def wrong_descriptor(e):
    call = failed(e)
    return call and call.error in ("EBADF", "ENOTSOCK") and Facts(
        call, number=call.descriptor, value=e.server.value, name="listen", giver="socket", variable="listening_fd")


@book.mistake("listen/failed", "check-results",
    edits=((("if (" + LISTEN,
             "connect(listening_fd, (struct sockaddr *)&address, sizeof address);\n    if (" + LISTEN),),),
    en="listen failed with {error}.",
    ja="listen が {error} で失敗しました。")
def listen_failed(e):
    call = failed(e)
    return call and Facts(call, error=call.error, name="listen")


@book.mistake("listen/other-socket", "one-socket",
    edits=((("if (" + LISTEN, "if (listen(" + SOCKET + ", SOMAXCONN)"),),),
    en="listen was called on descriptor {number}, another socket than the one that was bound.",
    ja="listen が、アドレスを割り当てたソケットとは別のソケット (ディスクリプター {number}) に対して呼ばれています。")
def other_socket(e):
    other = [c for c in e.calls("listen") if c.ok and c.socket != e.server.new_socket]
    return other and not e.listened and e.of_server("bind") and Facts(other[-1], number=other[-1].descriptor)


@book.mistake("listen/missing", "call-listen", edits=(((IF_LISTEN, ""),),),
    en="accept was called on a socket that does not listen: that is what EINVAL means here.",
    ja="接続待ちになっていないソケットで accept が呼ばれました。ここでの EINVAL はその意味です。")
def missing(e):
    accepts = [c for c in e.of_server("accept", "accept4") if c.error == "EINVAL"]
    return accepts and not e.listened and Facts(accepts[-1])


@book.mistake("listen/waits-first", "call-listen",
    edits=((("    if (" + LISTEN, "    sleep(60);\n    if (" + LISTEN),),),
    en="The program waits before it calls listen: until then clients are refused.",
    ja="listen を呼ぶ前に待っています。それまでの間、クライアントの接続は拒否されます。")
def waits_first(e):
    return not e.listened and e.sleeping and Facts(seen=e.doing)


@book.mistake("listen/not-reached", "call-listen",
    edits=((("    if (" + LISTEN, "    pause();\n    if (" + LISTEN),), ((IF_LISTEN, "    return 0;\n"),)),
    en="It never called listen: without that, clients are refused.",
    ja="listen が呼ばれていません。listen がなければ、クライアントの接続は拒否されます。")
def not_reached(e):
    return not e.listened and e.quiet and Facts(seen=e.doing)


@book.mistake("listen/ended", "stay-alive", edits=(((LOOP, "    return 0;\n" + LOOP),),),
    en="The program ended right after listen: with its end the kernel closes the socket, and clients are refused.",
    ja="listen のすぐあとでプログラムが終了しました。終了するとカーネルがソケットを閉じるので、クライアントの接続は拒否されます。")
def ended(e):
    return e.listened and e.ended and Facts(
        seen=[e.listened.text, e.doing[-1]], also=[e.input_was_empty and say("input-was-empty")])


@book.mistake("listen/closed", "leave-open", edits=(((LOOP, "    close(listening_fd);\n    pause();\n" + LOOP),),),
    en="The listening socket was closed: nobody listens any more.",
    ja="接続待ちソケットが閉じられ、待ち受けるソケットがなくなりました。")
def closed(e):
    return e.closed_at_once and Facts(e.closed_at_once)


@book.mistake("listen/ipv6-only", "both-families", symptom="family",
    edits=((("socket(AF_INET,", "socket(AF_INET6,"),
            (ADDRESS + " = {...};",
             "    setsockopt(listening_fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);\n"
             "    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons(8001)};")),),
    en="IPV6_V6ONLY is set: the socket takes IPv6 clients only, and 127.0.0.1 is IPv4.",
    ja="IPV6_V6ONLY が設定されています。このソケットが受け付けるのは IPv6 だけで、127.0.0.1 は IPv4 です。")
def ipv6_only(e):
    only = [c for c in e.calls("setsockopt") if "IPV6_V6ONLY" in c.text and "[1]" in c.text]
    return only and e.clients and e.clients[0].error and Facts(only[-1], seen=[only[-1].text, e.saw(0)])


CHAPTER = (ends.flood, swapped_arguments, wrong_descriptor, listen_failed, other_socket, missing,
           *ends.KILLED, *refusals.book.mistakes, ends.success_as_failure, ends.error, waits_first, not_reached, ended,
           closed, ipv6_only)
