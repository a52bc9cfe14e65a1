"""The second call: bind, and the address that it gives."""

import socket

from ..rule import Book, Facts
from ..phrases import say
from . import ends

book = Book(step=1, symptom="refused")
PORT = ".sin_port = htons(8001)"
ANY = "htonl(INADDR_ANY)"
BIND = "bind(listening_fd, (struct sockaddr *)&address, sizeof address)"
IF_LISTEN = "    if (listen(listening_fd, SOMAXCONN) == -1) {\n        perror(\"listen\");\n        return 1;\n    }\n\n"
IF_BIND = "    if (" + BIND + " == -1) {\n        perror(\"bind\");\n        return 1;\n    }\n"


def listened_before(e, call):
    """The listen call on the same socket that came before this one, or None."""
    return next((c for c in e.calls("listen", socket=call.socket) if c.ok and e.before(c, call)), None)


# --- bind worked, and gave another address -------------------------------------------------------


@book.mistake(
    "bind/after-listen",
    "listen came before bind: a socket without an address gets a port from the kernel there, and bind comes too late.",
    "listen が bind より先に呼び出されています。アドレスのないソケットにはそこでカーネルがポートを割り当てるので、bind では手遅れです。",
    "in-order",
    edits=(((IF_BIND, ""), (IF_LISTEN, IF_LISTEN + IF_BIND)),),
)
def after_listen(e):
    binds = [b for b in e.of_server("bind") if b.ok or b.error == "EINVAL"]
    return binds and listened_before(e, binds[0]) and Facts(binds[0])


@book.mistake(
    "bind/no-htons",
    "The port went in without htons: {port} is 0x{port:04x}, and its two bytes the other way round, "
    "0x{other:04x}, are {other}. The network wants the most significant byte first.",
    "ポートが htons を通っていません。{port} は 0x{port:04x} で、2 つのバイトを逆に並べた 0x{other:04x} は {other} です。"
    "ネットワークバイトオーダーでは上位のバイトが先です。",
    "set-port",
    edits=(((PORT, ".sin_port = 8001"),),),
)
def no_htons(e):
    return e.bound and e.bound.port == e.swapped and Facts(e.bound, port=e.port, other=e.swapped)


@book.mistake(
    "bind/empty-address",
    "The structure holds zeroes only, no family and no port: it was never filled, or cleared after that.",
    "構造体の中身は 0 だけで、ファミリーもポートもありません。値を設定していないか、設定したあとで消しています。",
    "fill-address",
    edits=(((IF_BIND, "    memset(&address, 0, sizeof address);\n" + IF_BIND),),),
)
def empty_address(e):
    return e.bound and e.bound.port == 0 and "AF_UNSPEC" in e.bound.text and Facts(e.bound)


@book.mistake(
    "bind/port-zero",
    "Port 0 means: any free port. The kernel picked one, another at every start.",
    "ポート 0 は「空いているポートならどれでもよい」という意味です。カーネルが選び、起動のたびに変わります。",
    "set-port",
    edits=((("        " + PORT + ", // host to network: most significant byte first\n", ""),), ((PORT, ".sin_port = htonl(8001)"),)),
)
def port_zero(e):
    return e.bound and e.bound.port == 0 and Facts(e.bound)


@book.mistake(
    "bind/other-port",
    "The socket is bound to port {found}, and the clients knock at {port}.",
    "ソケットに割り当てられたポートは {found} ですが、クライアントが接続する先は {port} です。",
    "set-port",
    edits=(((PORT, ".sin_port = htons(8000)"),),),
)
def other_port(e):
    return e.bound and e.bound.port not in (None, e.port) and Facts(e.bound, found=e.bound.port, port=e.port)


@book.mistake(
    "bind/loopback-only",
    "Bound to {address}, only this machine itself can reach the server.",
    "{address} に割り当てたので、このマシン自身からしか接続できません。",
    "any-address",
    edits=(((ANY, "htonl(INADDR_LOOPBACK)"),),),
)
def loopback_only(e):
    loopback = e.bound and e.bound.address in ("127.0.0.1", "::1", "::ffff:127.0.0.1")
    return loopback and Facts(e.bound, address=e.bound.address)


@book.mistake(
    "bind/no-address",
    "255.255.255.255 is no address of this machine. It is INADDR_NONE, what inet_addr returns for a text that is not an "
    "IPv4 address.",
    "255.255.255.255 はこのマシンのアドレスではありません。IPv4 アドレスでない文字列に対して inet_addr が返す INADDR_NONE です。",
    "any-address",
    edits=(((ANY, 'inet_addr("localhost")'),),),
)
def no_address(e):
    return e.bound and e.bound.address == "255.255.255.255" and Facts(e.bound)


@book.mistake(
    "bind/one-address",
    "Bound to {address}, the server hears only clients that call this one address.",
    "{address} に割り当てたので、このアドレスに接続するクライアントしか受け付けられません。",
    "any-address",
    edits=(((ANY, 'inet_addr("127.0.0.5")'),),),
)
def one_address(e):
    return e.bound and e.bound.address and not e.well_bound and Facts(e.bound, address=e.bound.address)


# --- bind failed ---------------------------------------------------------------------------------


def failed(e, *errors):
    """The facts of a bind that failed with one of the errors, or None; and whether nobody looked at that."""
    call = e.unbound
    if not call or call.error not in errors:
        return None
    went_on = any(c.ok and e.before(call, c) for c in e.calls("listen", socket=call.socket))
    return Facts(call, also=[went_on and say("went-on-to-listen")], address=call.address, name="bind", port=e.port,
                 found=call.port, error=call.error)


def own_port(e):
    """Has the program bound another socket to the port that bind says is taken?"""
    return any(b.ok and b.port == e.unbound.port and b.socket != e.unbound.socket for b in e.calls("bind"))


@book.mistake(
    "bind/second-socket",
    "The program itself has bound another socket to this port before.",
    "プログラム自身が、すでに別のソケットをこのポートに割り当てています。",
    "one-socket",
    step=2,
    edits=((("    // Without this, bind fails for a minute after this port has served somebody.", "#if 0"),
            ("    struct sockaddr_in address", "#endif\n    struct sockaddr_in address"),
            (IF_BIND, "    " + BIND + ";\n    listening_fd = socket(AF_INET, SOCK_STREAM, 0);\n" + IF_BIND)),),
)
def second_socket(e):
    facts = failed(e, "EADDRINUSE")
    return facts and own_port(e) and facts


@book.mistake(
    "bind/other-port-taken",
    "Another program has port {found}, and it is not the one the clients knock at.",
    "ポート {found} は別のプログラムが使っています。クライアントが接続する先は、このポートではありません。",
    "set-port",
    beside=8000,
    edits=(((PORT, ".sin_port = htons(8000)"),),),
)
def other_port_taken(e):
    facts = failed(e, "EADDRINUSE")
    return facts and e.unbound.port != e.port and facts


@book.mistake(
    "bind/port-taken",
    "Another socket has the port, and does not listen: perhaps a step02 in a forgotten terminal.",
    "別のソケットがこのポートを使っていて、接続待ちではありません。忘れていたターミナルで step02 が動いていないでしょうか。",
    "end-the-other",
    beside=8001,
    edits=((),),
)
def port_taken(e):
    return failed(e, "EADDRINUSE")


@book.mistake(
    "bind/privileged-port",
    "Ports below {limit} are for root: {found} is one of them.",
    "{limit} より小さいポートを使えるのは root だけです。{found} もその 1 つです。",
    "set-port",
    edits=((("    struct sockaddr_in address", "    setuid(65534); // an ordinary user\n    struct sockaddr_in address"), (PORT, ".sin_port = htons(80)")),),
)
def privileged_port(e):
    facts = failed(e, "EACCES")
    if facts:
        facts.parameters["limit"] = 1024
    return facts


@book.mistake(
    "bind/no-htonl",
    "No network interface of this machine has the address {address}. It is 127.0.0.1 with its bytes the other way round: "
    "htonl is missing.",
    "アドレス {address} を持つネットワークインターフェースはこのマシンにありません。127.0.0.1 のバイトを逆に並べたもので、htonl が抜けています。",
    "any-address",
    edits=(((ANY, "INADDR_LOOPBACK"),),),
)
def no_htonl(e):
    facts = failed(e, "EADDRNOTAVAIL")
    return facts and e.unbound.address == "1.0.0.127" and facts


@book.mistake(
    "bind/port-in-address",
    "No network interface of this machine has the address {address}. Its bytes are those of {port}, and the port is 0: the port "
    "went into the address.",
    "アドレス {address} を持つネットワークインターフェースはこのマシンにありません。バイトの並びは {port} で、ポートは 0 です。ポートの値をアドレスに代入しています。",
    "set-port any-address",
    edits=(((PORT + ", // host to network: most significant byte first\n        .sin_addr.s_addr = " + ANY, ".sin_addr.s_addr = htons(8001)"),),),
)
def port_in_address(e):
    facts = failed(e, "EADDRNOTAVAIL")
    if not facts or e.unbound.port != 0 or ":" in e.unbound.address:
        return None
    held = sorted(byte for byte in socket.inet_aton(e.unbound.address) if byte)
    return held == sorted(byte for byte in e.port.to_bytes(2, "big") if byte) and facts


@book.mistake(
    "bind/foreign-address",
    "No network interface of this machine has the address {address}.",
    "アドレス {address} を持つネットワークインターフェースはこのマシンにありません。",
    "any-address",
    edits=(((ANY, 'inet_addr("192.0.2.1")'),),),
)
def foreign_address(e):
    return failed(e, "EADDRNOTAVAIL")


@book.mistake(
    "bind/ipv4-for-ipv6",
    "The socket is one for IPv6, and the address one for IPv4: bind wants a struct sockaddr_in6 here.",
    "ソケットは IPv6 用で、アドレスは IPv4 用です。この場合、bind に必要なのは struct sockaddr_in6 です。",
    "match-family",
    edits=((("socket(AF_INET, SOCK_STREAM, 0)", "socket(AF_INET6, SOCK_STREAM, 0)"),),),
)
def ipv4_for_ipv6(e):
    facts = failed(e, "EINVAL")
    return facts and e.server and "AF_INET6" in e.server.text and e.unbound.list[-1] == "16" and facts


@book.mistake(
    "bind/length",
    "The third argument has to be the size of the address structure, in bytes: {right} for struct {kind}, not {size}.",
    "3 番目の引数には、アドレスの構造体の大きさをバイト数で渡します。struct {kind} は {right} で、{size} ではありません。",
    "address-size",
    edits=(((BIND, BIND.replace("sizeof address", "sizeof &address")),), ((IF_BIND, "    " + BIND.replace("sizeof address", "4") + ";\n"),)),
)
def length(e):
    facts = failed(e, "EINVAL")
    if facts:
        kind, right = ("sockaddr_in6", 28) if e.server and "AF_INET6" in e.server.text else ("sockaddr_in", 16)
        facts.parameters.update(kind=kind, right=right, size=e.unbound.list[-1])
    return facts


@book.mistake(
    "bind/family",
    "The second argument is not the address of a struct sockaddr_in whose sin_family is AF_INET.",
    "2 番目の引数が、sin_family に AF_INET を設定した struct sockaddr_in のアドレスになっていません。",
    "set-family",
    edits=(((".sin_family = AF_INET", ".sin_family = AF_INET6"),),),
)
def family(e):
    return failed(e, "EAFNOSUPPORT", "EFAULT")


FAILED = (second_socket, other_port_taken, port_taken, privileged_port, no_htonl, port_in_address, foreign_address,
          ipv4_for_ipv6, length, family)

# --- no bind on the server's socket --------------------------------------------------------------


def astray(e):
    """A call before listen on a descriptor that is no socket of the program's, or None."""
    wrong = [c for c in e.calls("setsockopt", "bind") if c.error in ("ENOTSOCK", "EBADF")]
    return wrong[-1] if wrong else None


@book.mistake(
    "socket/precedence",
    "socket returned {value}, and {name} was called with {number}. `if (fd = socket(...) == -1)` would make it {number}: == binds "
    "tighter than =, so fd is the comparison's result.",
    "socket が返したのは {value} ですが、{name} には {number} が渡されています。`if (fd = socket(...) == -1)` と書くとそうなります。"
    "== は = より先に計算されるので、fd には比較の結果が入ります。",
    "two-lines",
    edits=((("int listening_fd = socket(AF_INET, SOCK_STREAM, 0);\n    if (listening_fd == -1) {",
             "int listening_fd;\n    if (listening_fd = socket(AF_INET, SOCK_STREAM, 0) == -1) {"),),),
)
def precedence(e):
    call = astray(e)
    return call and call.descriptor in (0, 1) and Facts(call, value=e.server.value, number=call.descriptor, name=call.name,
                                                       giver="socket", variable="listening_fd")


@book.mistake(
    "bind/wrong-descriptor",
    "socket returned {value}, and {name} was called with {number}.",
    "socket が返したのは {value} ですが、{name} には {number} が渡されています。",
    "right-descriptor",
    edits=(((BIND, BIND.replace("listening_fd", "listening_fd + 1")),),),
)
def wrong_descriptor(e):
    call = astray(e)
    return call and Facts(call, value=e.server.value, number=call.descriptor, name=call.name, giver="socket",
                          variable="listening_fd")


@book.mistake(
    "bind/connect",
    "connect is what a client calls. A server's socket gets its own address with bind.",
    "connect はクライアントが呼び出すものです。サーバーのソケットには bind で自分のアドレスを割り当てます。",
    "call-bind",
    edits=(((BIND, BIND.replace("bind(", "connect(")),),),
)
def connect(e):
    calls = e.of_server("connect")
    return calls and Facts(calls[-1])


@book.mistake(
    "bind/missing",
    "listen without bind: the kernel gave the socket some free port{got}, another at every start.",
    "bind なしで listen が呼び出されました。空いているポート{got}をカーネルが割り当て、起動のたびに変わります。",
    "call-bind",
    edits=(((IF_BIND, ""),),),
)
def missing(e):
    from ..kernel import listening_port

    port = e.listened and not e.of_server("bind") and listening_port(e.server.new_socket)
    return e.listened and not e.of_server("bind") and Facts(e.listened, got=f" ({port})" if port else "")


@book.mistake(
    "bind/not-reached",
    "It never called bind.",
    "bind が呼び出されていません。",
    "call-bind",
    edits=((("    struct sockaddr_in address", "    pause();\n    struct sockaddr_in address"),),
           (("    struct sockaddr_in address", "    return 0;\n    struct sockaddr_in address"),)),
)
def not_reached(e):
    return e.quiet and not e.of_server("bind") and Facts(seen=e.doing)


BIND_MISTAKES = (ends.flood, after_listen, no_htons, empty_address, port_zero, other_port, loopback_only, no_address,
                 one_address, *FAILED, precedence, wrong_descriptor, connect, missing, *ends.ENDS, not_reached)
