"""The first call: socket."""

from ..rule import Chapter, facts
from ..sockets import NO_FILE
from .source import SOCKET

chapter = Chapter("socket")
mistake = chapter.mistake


def odd(e):
    """The socket call that matters: one that failed, else the last. The C library asks name services
    through sockets of its own, and connects them: those are not meant."""
    asking = {c.socket for c in e.calls("connect")}
    calls = [c for c in e.calls("socket") if c.list[0] != "AF_NETLINK"]
    calls = [c for c in calls if c.error or c.new_socket not in asking]
    return next((c for c in calls if c.error), calls[-1] if calls else None)


def kind(e, *families):
    """Is it a socket of one of these families, and of which type? False, or the call."""
    call = odd(e)
    return call and call.list[0] in families and call


mistake("socket/swapped-arguments", None,
    lambda e: (c := kind(e, "AF_UNIX", "AF_LOCAL")) and "SOCK_DGRAM" in c.list[1] and c,
    "AF_INET and SOCK_STREAM have changed places: as numbers, they mean a Unix datagram socket then.",
    "AF_INET と SOCK_STREAM の順番が逆です。数値としては、UNIX ドメインのデータグラムソケットを表す組になります。",
    "call-socket")
mistake("socket/datagram", None,
    lambda e: (c := odd(e)) and c.ok and "SOCK_DGRAM" in c.list[1] and c,
    "SOCK_DGRAM makes a UDP socket: it has no connections, so there is nothing to listen for or to "
    "accept.",
    "SOCK_DGRAM を指定すると UDP ソケットになります。UDP に接続という概念はないので、listen も accept も使えません。",
    "call-socket")
mistake("socket/refused", ((SOCKET, "socket(AF_INET, SOCK_STREAM, 17)"),),
    lambda e: (c := odd(e)) and c.error and c,
    "socket failed with {error}: the kernel knows no such combination of family, type and protocol, or "
    "forbids it.",
    "socket が {error} で失敗しました。このファミリー、タイプ、プロトコルの組み合わせはないか、許可されていません。",
    "call-socket")
mistake("socket/not-tcp", None,
    lambda e: (c := odd(e)) and facts(c, family=c.list[0], kind=c.list[1]),
    "This is not a TCP socket: {family}, {kind}.",
    "これは TCP ソケットではありません ({family}、{kind})。",
    "call-socket")


def missing(e):
    """There is no socket call; calls that need one may have been tried, which proves it."""
    names = ("setsockopt", "bind", "listen", "accept", "accept4")
    tried = [c for c in e.calls(*names) if c.error in NO_FILE]
    return not odd(e) and (tried[0] if tried else e.quiet and not e.complaint)


mistake("socket/missing", (("int listening_fd = " + SOCKET, "int listening_fd = 3"),), missing,
    "The program never asked the kernel for a socket.",
    "プログラムは socket を呼んでいません。",
    "call-socket")
