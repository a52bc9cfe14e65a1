"""The first call: socket."""

from ..rule import Book, Facts
from . import ends
from .source import SOCKET

book = Book(step=0, symptom="refused")


def made(e):
    """The socket calls that could have been meant for the server: not those of the C library, which asks
    name services through sockets of its own, and connects them."""
    asking = {c.socket for c in e.calls("connect")}
    return [c for c in e.calls("socket") if c.list[0] != "AF_NETLINK" and (c.error or c.new_socket not in asking)]


def odd(e):
    """The call that matters among them: one that failed, else the last."""
    calls = made(e)
    return next((c for c in calls if c.error), calls[-1] if calls else None)


@book.mistake("socket/swapped-arguments", "call-socket", edits=(((SOCKET, "socket(SOCK_STREAM, AF_INET, 0)"),),),
    en="AF_INET and SOCK_STREAM have changed places: as numbers, they mean a Unix datagram socket then.",
    ja="AF_INET と SOCK_STREAM の順番が逆です。数値としては、UNIX ドメインのデータグラムソケットを表す組になります。")
def swapped_arguments(e):
    call = odd(e)
    return call and call.list[0] in ("AF_UNIX", "AF_LOCAL") and "SOCK_DGRAM" in call.list[1] and Facts(call)


@book.mistake("socket/datagram", "call-socket", edits=(((SOCKET, "socket(AF_INET, SOCK_DGRAM, 0)"),),),
    en="SOCK_DGRAM makes a UDP socket: it has no connections, so there is nothing to listen for or to accept.",
    ja="SOCK_DGRAM で作られるのは UDP ソケットです。接続がないので、待つ接続も受け付ける接続もありません。")
def datagram(e):
    call = odd(e)
    return call and not call.error and "SOCK_DGRAM" in call.list[1] and Facts(call)


@book.mistake("socket/refused", "call-socket", edits=(((SOCKET, "socket(AF_INET, SOCK_STREAM, 17)"),),),
    en="socket failed with {error}: the kernel knows no such combination of family, type and protocol, or forbids it.",
    ja="socket が {error} で失敗しました。このファミリー、タイプ、プロトコルの組み合わせはないか、許可されていません。")
def refused(e):
    call = odd(e)
    return call and call.error and Facts(call, error=call.error)


@book.mistake("socket/not-tcp", "call-socket", edits=(((SOCKET, "socket(AF_UNIX, SOCK_STREAM, 0)"),),),
    en="This is not a TCP socket: {family}, {kind}.",
    ja="これは TCP ソケットではありません ({family}、{kind})。")
def not_tcp(e):
    call = odd(e)
    return call and Facts(call, family=call.list[0], kind=call.list[1])


@book.mistake("socket/missing", "call-socket",
    edits=((("int listening_fd = " + SOCKET, "int listening_fd = 0"),),
           (("int listening_fd = " + SOCKET, "int listening_fd = 3"),)),
    en="The program never asked the kernel for a socket.",
    ja="プログラムは socket を呼んでいません。")
def missing(e):
    calls = e.calls("setsockopt", "bind", "listen", "accept", "accept4")
    tried = [c for c in calls if c.error in ("EBADF", "ENOTSOCK")]
    if e.failed and e.complaint and not tried:
        return None
    return (tried or e.quiet) and Facts(tried[0] if tried else None, seen=() if tried else e.doing)


@book.mistake("socket/not-reached", "read-its-words call-socket",
    edits=((("    int listening_fd",
             '    fprintf(stderr, "no configuration\\n");\n    return 1;\n    int listening_fd'),),),
    en="The program ended with an error before it asked the kernel for a socket.",
    ja="プログラムは、ソケットを作る前にエラーで終了しました。")
def not_reached(e):
    return e.failed and e.complaint and Facts(seen=e.doing)


CHAPTER = (ends.flood, swapped_arguments, datagram, refused, not_tcp, *ends.KILLED, missing, not_reached)
