"""The second call: bind; and setsockopt before it."""

import re

import kernel

from ..phrases import say
from ..rule import Chapter, facts
from ..sockets import NO_FILE
from .source import ADDRESS, ANY, BIND, IF_BIND, IF_LISTEN, PORT, SOCKET

chapter = Chapter("bind")
mistake = chapter.mistake

# --- bind worked, and gave another address than the one that the clients call -------------------


def after_listen(e):
    binds = [b for b in e.of_server("bind") if b.ok or b.error == "EINVAL"]
    listens = e.calls("listen", socket=binds[0].socket) if binds else []
    return any(c.ok and e.before(c, binds[0]) for c in listens) and binds[0]


mistake("bind/after-listen", ((IF_BIND, ""), (IF_LISTEN, IF_LISTEN + IF_BIND)), after_listen,
    "listen came before bind: a socket without an address gets a port from the kernel there, and bind "
    "comes too late.",
    "listen が bind より先に呼ばれています。アドレスのないソケットにはそこでカーネルがポートを割り当てるので、"
    "bind では手遅れです。",
    "in-order")


def no_htons(e):
    swapped = (e.port & 0xFF) << 8 | e.port >> 8
    return e.bound and e.bound.port == swapped and facts(e.bound, other=swapped)


mistake("bind/no-htons", ((PORT, ".sin_port = 8001"),), no_htons,
    "The port went in without htons: {port} is 0x{port:04x}, and its two bytes the other way round, "
    "0x{other:04x}, are {other}. The network wants the most significant byte first.",
    "ポートが htons を通っていません。{port} は 0x{port:04x} で、2 つのバイトを逆に並べた 0x{other:04x} は "
    "{other} です。ネットワークバイトオーダーでは上位のバイトが先です。",
    "set-port")
mistake("bind/port-zero", ((PORT, ".sin_port = htonl(8001)"),),
    lambda e: e.bound and e.bound.port == 0 and e.bound,
    "Port 0 means: any free port. The kernel picked one, another at every start.",
    "ポート 0 は「空いているポートならどれでもよい」という意味です。カーネルが選び、起動のたびに変わります。",
    "set-port")
mistake("bind/other-port", ((PORT, ".sin_port = htons(8000)"),),
    lambda e: e.bound and e.bound.port not in (None, e.port) and e.bound,
    "The socket is bound to port {found}, and the clients knock at {port}.",
    "ソケットはポート {found} にバインドされていますが、クライアントが接続する先は {port} です。",
    "set-port")
mistake("bind/loopback-only", ((ANY, "htonl(INADDR_LOOPBACK)"),),
    lambda e: e.bound and re.match(r"127\.|::1$|::ffff:127\.", e.bound.address or "") and e.bound,
    "Bound to {address}, only this machine itself can reach the server. That is the safe choice in a "
    "network that you share; this course wants 0.0.0.0.",
    "{address} にバインドしたので、このマシンの中からしか接続できません。共有のネットワークでは安全な選択ですが、"
    "この教材では 0.0.0.0 を使います。",
    "any-address")
mistake("bind/no-address", None,
    lambda e: e.bound and e.bound.address == "255.255.255.255" and e.bound,
    "255.255.255.255 is no address of this machine. It is INADDR_NONE, what inet_addr returns for a "
    "text that is not an IPv4 address.",
    "255.255.255.255 はこのマシンのアドレスではありません。IPv4 アドレスでない文字列に対して inet_addr が返す "
    "INADDR_NONE です。",
    "any-address")

# --- bind failed ---------------------------------------------------------------------------------


def failed(e, *errors):
    """The facts of the last bind that failed, with one of these errors, on the server's socket, where
    that never got an address; once the program has ended, on any socket. None without any."""
    binds = [b for b in e.calls("bind") if b.socket]
    named, own = {b.socket for b in binds if b.ok}, e.of_server("bind")
    calls = [b for b in (binds if e.ended else own) if b.error and b.socket not in named]
    if not calls or calls[-1].error not in errors:
        return None
    went_on = any(c.ok for c in e.calls("listen", socket=calls[-1].socket))
    return facts(calls[-1], also=[went_on and say("went-on-to-listen")])


def port_taken(e):
    found = failed(e, "EADDRINUSE")
    own, sockets = e.program.processes(), kernel.sockets(port=e.port) if found else ()
    holders = (kernel.holder(each.inode) for each in sockets if each.inode != "0")
    other = next((each for each in holders if each and each[1] not in own), None)
    if other:
        found.also.append(say("holder", name=other[0], pid=other[1]))
    return found


mistake("bind/port-taken", (), port_taken,
    "Another socket has port {found}, and does not listen: perhaps a step02 in a forgotten terminal, or a "
    "client whose own port it is, or a first socket of this program.",
    "別のソケットがポート {found} を使っていて、接続待ちではありません。別のターミナルで動かしたままの step02 か、"
    "送信元ポートとしてたまたまこの番号を使っているクライアントか、このプログラムの別のソケットかもしれません。",
    "end-the-other")
mistake("bind/privileged-port",
    ((ADDRESS, "    setuid(65534); // an ordinary user\n" + ADDRESS), (PORT, ".sin_port = htons(80)")),
    lambda e: failed(e, "EACCES"),
    "Ports below 1024 are for root: {found} is one of them.",
    "1024 より小さいポートを使えるのは root だけです。{found} もその 1 つです。",
    "set-port")
mistake("bind/no-htonl", ((ANY, "INADDR_LOOPBACK"),),
    lambda e: (f := failed(e, "EADDRNOTAVAIL")) and f.call.address == "1.0.0.127" and f,
    "No network interface of this machine has the address {address}. It is 127.0.0.1 with its bytes the "
    "other way round: htonl is missing.",
    "アドレス {address} を持つネットワークインターフェースはこのマシンにありません。127.0.0.1 のバイトを逆に並べたもので、"
    "htonl が抜けています。",
    "any-address")
mistake("bind/foreign-address", ((ANY, 'inet_addr("192.0.2.1")'),),
    lambda e: failed(e, "EADDRNOTAVAIL"),
    "No network interface of this machine has the address {address}.",
    "アドレス {address} を持つネットワークインターフェースはこのマシンにありません。",
    "any-address")


def wide(e):
    """Is it an IPv6 socket, whose addresses are longer?"""
    return bool(e.server and e.server.list[0] == "AF_INET6")


def length(e):
    found, right = failed(e, "EINVAL"), "28" if wide(e) else "16"
    given = found and found.call.list[-1]
    family = "sockaddr_in6" if wide(e) else "sockaddr_in"
    return found and given != right and found._replace(known=dict(kind=family, right=right, size=given))


mistake("bind/ipv4-for-ipv6", ((SOCKET, "socket(AF_INET6, SOCK_STREAM, 0)"),),
    lambda e: (f := failed(e, "EINVAL")) and wide(e) and f.call.list[-1] == "16" and f,
    "The socket is one for IPv6, and the address one for IPv4: bind wants a struct sockaddr_in6 here.",
    "ソケットは IPv6 用で、アドレスは IPv4 用です。この場合、bind に必要なのは struct sockaddr_in6 です。",
    "match-family")
mistake("bind/length", ((BIND, BIND.replace("sizeof address", "sizeof &address")),), length,
    "The third argument has to be the size of the address structure, in bytes: {right} for struct "
    "{kind}, not {size}.",
    "第 3 引数には、アドレスの構造体の大きさをバイト数で渡します。struct {kind} は {right} で、{size} ではありません。",
    "address-size")
mistake("bind/family", ((".sin_family = AF_INET", ".sin_family = AF_INET6"),),
    lambda e: failed(e, "EAFNOSUPPORT", "EFAULT"),
    "The second argument is not the address of a struct sockaddr_in whose sin_family is AF_INET.",
    "第 2 引数が、sin_family に AF_INET を設定した struct sockaddr_in のアドレスになっていません。",
    "set-family")

# --- the descriptor, the option ------------------------------------------------------------------


def astray(e):
    """The facts of the last call before listen on a descriptor that is no socket, or None."""
    wrong = [c for c in e.calls("setsockopt", "bind") if c.error in NO_FILE]
    return facts(wrong[-1], made=e.server.value, giver="socket",
                 variable="listening_fd") if wrong and e.server else None


def precedence(e):
    """A 0 or 1 for the descriptor, and a source that shows where it comes from."""
    found = astray(e)
    slip = re.search(r"\w+ *= *socket\([^;=]*\) *(==|<|!=|>)", e.source)
    return found and found.call.descriptor in (0, 1) and slip and found


mistake("socket/precedence",
    (("int listening_fd = " + SOCKET + ";\n    if (listening_fd == -1) {",
      "int listening_fd;\n    if (listening_fd = " + SOCKET + " == -1) {"),), precedence,
    "socket returned {made}, and {name} was called with {number}. `if (fd = socket(...) == -1)` makes it "
    "{number}: == binds tighter than =, so fd is the comparison's result.",
    "socket が返したのは {made} ですが、{name} には {number} が渡されています。`if (fd = socket(...) == -1)` と書くと"
    "そうなります。== は = より先に計算されるので、fd には比較の結果が入ります。",
    "two-lines")
mistake("bind/wrong-descriptor", ((BIND, BIND.replace("listening_fd", "listening_fd + 1")),), astray,
    "socket returned {made}, and {name} was called with {number}.",
    "socket が返したのは {made} ですが、{name} には {number} が渡されています。",
    "right-descriptor")


def bad_option(e, *errors):
    """The last setsockopt that failed so, where it ended the program."""
    calls = [c for c in e.calls("setsockopt") if c.error in errors]
    return calls and not e.bound and e.ended_by(calls[-1]) and calls[-1]


mistake("setsockopt/option", None, lambda e: bad_option(e, "ENOPROTOOPT", "EACCES", "EPERM"),
    "setsockopt failed with {error}: SOL_SOCKET has no such option, or not for everybody. The one that "
    "allows a restart is SO_REUSEADDR.",
    "setsockopt が {error} で失敗しました。SOL_SOCKET にこのオプションはないか、使う権限がありません。"
    "再起動できるようにするオプションは SO_REUSEADDR です。",
    "option", read="accept")
mistake("setsockopt/value", None, lambda e: bad_option(e, "EINVAL", "EFAULT"),
    "setsockopt failed with {error}: its last two arguments are the address of an int, and that int's "
    "size, 4 bytes.",
    "setsockopt が {error} で失敗しました。最後の 2 つの引数には、int 型の変数のアドレスと、その大きさ (4 バイト) を"
    "渡します。",
    "option", read="accept")

# --- no bind -------------------------------------------------------------------------------------

mistake("bind/connect", ((BIND, BIND.replace("bind(", "connect(")),),
    lambda e: not e.of_server("bind") and next(iter(e.of_server("connect")), None),
    "connect is what a client calls. A server's socket gets its own address with bind.",
    "connect はクライアントが呼ぶものです。サーバーのソケットには bind で自分のアドレスを割り当てます。",
    "call-bind")


def missing(e):
    if not e.listened or e.of_server("bind"):
        return None
    port, std = kernel.listening_port(e.server.new_socket), "using namespace std" in e.source
    got = f" ({port})" if port else ""
    return facts(e.listened, also=[std and "bind(" in e.source and say("std-bind")], got=got)


mistake("bind/no-bind", ((IF_BIND, ""),), missing,
    "listen without bind: the kernel gave the socket some free port{got}, another at every start.",
    "bind なしで listen が呼ばれました。カーネルが空いているポート{got}を割り当てました。番号は起動のたびに変わります。",
    "call-bind")
