"""The first call: socket."""

from ..rule import Chapter, facts
from ..sockets import NO_FILE
from .source import SOCKET

chapter = Chapter("socket")
mistake = chapter.mistake


def odd(e, family="", kind=""):
    """The socket call that matters: one that failed, else the last; where it names these. The C
    library asks name services through sockets of its own, and connects them: not those."""
    asking = {c.socket for c in e.calls("connect")}
    calls = [c for c in e.calls("socket") if c.list[0] != "AF_NETLINK"]
    calls = [c for c in calls if c.error or c.new_socket not in asking]
    call = next((c for c in calls if c.error), calls[-1] if calls else None)
    return call if call and family in call.list[0] and kind in call.list[1] else None


def missing(e):
    """There is no socket call; calls that need one may have been tried, which proves it."""
    tried = [c for c in e.calls("setsockopt", "bind", "listen") if c.error in NO_FILE]
    return not odd(e) and (tried[0] if tried else e.quiet and not e.complaint)


mistake("socket/refused", "call-socket", ((SOCKET, "socket(AF_INET, SOCK_STREAM, 17)"),),
        lambda e: (c := odd(e)) and c.error and c,
        "socket failed with {error}: this family, type and protocol do not go together.",
        "socket が {error} で失敗しました。このファミリー、タイプ、プロトコルの組み合わせはありません。")
mistake("socket/swapped-arguments", "call-socket", None, lambda e: odd(e, "AF_UNIX", "SOCK_DGRAM"),
        "AF_INET and SOCK_STREAM have changed places.",
        "AF_INET と SOCK_STREAM の順番が逆です。")
mistake("socket/datagram", "call-socket", None, lambda e: odd(e, "", "SOCK_DGRAM"),
        "SOCK_DGRAM makes a UDP socket, which has no connections to listen for or to accept.",
        "SOCK_DGRAM は UDP ソケットです。UDP に接続という概念はないので、listen も accept も使えません。")
mistake("socket/not-tcp", "call-socket", None,
        lambda e: (c := odd(e)) and facts(c, family=c.list[0], kind=c.list[1]),
        "This is not a TCP socket: {family}, {kind}.",
        "これは TCP ソケットではありません ({family}、{kind})。")
mistake("socket/missing", "call-socket", (("int listening_fd = " + SOCKET, "int listening_fd = 3"),),
        missing, "The program never asked the kernel for a socket.",
        "プログラムは socket を呼んでいません。")
