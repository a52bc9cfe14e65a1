"""The second call: bind worked, and gave the socket another address than the one that the clients call."""

from ..rule import Book, Facts
from .source import ANY, IF_BIND, IF_LISTEN, PORT

book = Book(step=1, symptom="refused")


def listened_before(e, call):
    """The listen call on the same socket that came before this one, or None."""
    return next((c for c in e.calls("listen", socket=call.socket) if c.ok and e.before(c, call)), None)


@book.mistake("bind/after-listen", "in-order", edits=(((IF_BIND, ""), (IF_LISTEN, IF_LISTEN + IF_BIND)),),
    en="listen came before bind: a socket without an address gets a port from the kernel there, and bind comes too "
       "late.",
    ja="listen が bind より先に呼ばれています。アドレスのないソケットにはそこでカーネルがポートを割り当てるので、bind では手遅れです。")
def after_listen(e):
    binds = [b for b in e.of_server("bind") if b.ok or b.error == "EINVAL"]
    return binds and listened_before(e, binds[0]) and Facts(binds[0])


@book.mistake("bind/no-htons", "set-port", edits=(((PORT, ".sin_port = 8001"),),),
    en="The port went in without htons: {port} is 0x{port:04x}, and its two bytes the other way round, "
       "0x{other:04x}, are {other}. The network wants the most significant byte first.",
    ja="ポートが htons を通っていません。{port} は 0x{port:04x} で、2 つのバイトを逆に並べた 0x{other:04x} は {other} "
       "です。ネットワークバイトオーダーでは上位のバイトが先です。")
def no_htons(e):
    swapped = (e.port & 0xFF) << 8 | e.port >> 8
    return e.bound and e.bound.port == swapped and Facts(e.bound, other=swapped)


@book.mistake("bind/empty-address", "fill-address",
    edits=(((IF_BIND, "    memset(&address, 0, sizeof address);\n" + IF_BIND),),),
    en="The structure holds zeroes only, no family and no port: it was never filled, or cleared after that.",
    ja="構造体の中身は 0 だけで、ファミリーもポートもありません。値を設定していないか、設定したあとで消しています。")
def empty_address(e):
    return e.bound and e.bound.port == 0 and "AF_UNSPEC" in e.bound.text and Facts(e.bound)


@book.mistake("bind/port-zero", "set-port",
    edits=((("        " + PORT + ", // host to network: most significant byte first\n", ""),),
           ((PORT, ".sin_port = htonl(8001)"),)),
    en="Port 0 means: any free port. The kernel picked one, another at every start.",
    ja="ポート 0 は「空いているポートならどれでもよい」という意味です。カーネルが選び、起動のたびに変わります。")
def port_zero(e):
    return e.bound and e.bound.port == 0 and Facts(e.bound)


@book.mistake("bind/other-port", "set-port", edits=(((PORT, ".sin_port = htons(8000)"),),),
    en="The socket is bound to port {found}, and the clients knock at {port}.",
    ja="ソケットに割り当てられたポートは {found} ですが、クライアントが接続する先は {port} です。")
def other_port(e):
    return e.bound and e.bound.port not in (None, e.port) and Facts(e.bound, found=e.bound.port)


@book.mistake("bind/loopback-only", "any-address", symptom="local", edits=(((ANY, "htonl(INADDR_LOOPBACK)"),),),
    en="Bound to {address}, only this machine itself can reach the server.",
    ja="{address} に割り当てたので、このマシン自身からしか接続できません。")
def loopback_only(e):
    loopback = e.bound and e.bound.address in ("127.0.0.1", "::1", "::ffff:127.0.0.1")
    return loopback and Facts(e.bound, address=e.bound.address)


@book.mistake("bind/no-address", "any-address", edits=(((ANY, 'inet_addr("localhost")'),),),
    en="255.255.255.255 is no address of this machine. It is INADDR_NONE, what inet_addr returns for a text that "
       "is not an IPv4 address.",
    ja="255.255.255.255 はこのマシンのアドレスではありません。IPv4 アドレスでない文字列に対して inet_addr が返す INADDR_NONE です。")
def no_address(e):
    return e.bound and e.bound.address == "255.255.255.255" and Facts(e.bound)


@book.mistake("bind/one-address", "any-address", edits=(((ANY, 'inet_addr("127.0.0.5")'),),),
    en="Bound to {address}, the server hears only clients that call this one address.",
    ja="{address} に割り当てたので、このアドレスに接続するクライアントしか受け付けられません。")
def one_address(e):
    return e.bound and e.bound.address and not e.well_bound and Facts(e.bound, address=e.bound.address)
