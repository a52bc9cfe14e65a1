"""The first calls: socket, setsockopt and bind; and wrong descriptors up to accept."""

import re

import kernel

from ..rule import facts, mistake
from ..sockets import NO_FILE, WRITES
from .source import ACCEPT, ANY, BIND, CAST, IF_BIND, SOCKET

NO_ADDRESS = "255.255.255.255"  # what inet_addr gives where it cannot read an address


def odd(e):
    """The socket call that matters: one that failed, else the last. The C library asks name
    services through sockets of its own, and connects them: not those."""
    asking = {c.socket for c in e.calls("connect")}
    calls = [c for c in e.calls("socket") if c.list[0] != "AF_NETLINK"]
    calls = [c for c in calls if c.error or c.new_socket not in asking]
    call = next((c for c in calls if c.error), calls[-1] if calls else None)
    return call and facts(call, asked=", ".join(call.list))


def no_htons(e):
    swapped = (e.port & 0xFF) << 8 | e.port >> 8
    return e.bound and e.bound.port == swapped and facts(e.bound, other=swapped)


def failed(e, *errors):
    """The facts of the last bind that failed, with one of these errors, on the server's socket,
    where that never got an address; once the program has ended, on any socket. None without."""
    binds = [b for b in e.calls("bind") if b.socket]
    named, own = {b.socket for b in binds if b.ok}, e.of_server("bind")
    calls = [b for b in (binds if e.ended else own) if b.error and b.socket not in named]
    if not calls or calls[-1].error not in errors:
        return None
    six = e.server and e.server.list[0] == "AF_INET6"
    return facts(calls[-1], size=calls[-1].list[-1], right="28" if six else "16")


def after_listen(e):
    found = failed(e, "EINVAL")
    return found and e.listened and found.call in e.since(e.listened) and found


def length(e):
    found = failed(e, "EINVAL")
    return found and found.known["size"] not in (found.known["right"], "16") and found


def family(e):
    """The facts, where the address is of another family than the socket, or is none."""
    other = (found := failed(e, "EINVAL")) and found.known == {"size": "16", "right": "28"}
    return found if other else failed(e, "EAFNOSUPPORT", "EFAULT")


def astray(e, *names):
    """The facts of the last of these calls on a descriptor that is no socket, where none of them
    succeeded; or None."""
    calls = [c for c in e.calls(*names) if c.error in NO_FILE] if e.server else []
    matters = calls and not any(c.ok for c in e.of_server(names[-1]))
    return facts(calls[-1], made=e.server.value, giver="socket") if matters else None


def precedence(e, giver):
    """A 0 or 1 in place of what socket or accept gave, and a source that shows how that came."""
    made, names = [e.server], ("setsockopt", "bind")
    if giver == "accept":
        made, names = e.victim and e.takers[:1], (*WRITES, "close")
    calls = [c for c in e.since(made[0]) if c.name in names] if made and made[0] else ()
    call = next((c for c in calls if c.descriptor in (0, 1)), None)
    slip = re.search(rf"\w+ *= *{giver}\([^;=]*\) *(==|<|!=|>)", e.source_text)
    return call and slip and facts(call, made=made[0].value, giver=giver)


def bad_option(e):
    """The last setsockopt that failed, where it ended the program."""
    calls = [c for c in e.calls("setsockopt") if c.error]
    return calls and e.ended_by(calls[-1]) and calls[-1]


def no_bind(e):
    if not e.listened or e.of_server("bind"):
        return None
    port = kernel.listening_port(e.server.new_socket)
    return facts(e.listened, got=f" ({port})" if port else "")


mistake("socket/not-tcp", "call-socket", ((SOCKET, "socket(AF_INET, SOCK_STREAM, 17)"),), odd,
        "This is no TCP socket: {asked}. TCP is AF_INET, SOCK_STREAM, 0, in this order; SOCK_DGRAM "
        "is UDP, which has no connections.",
        "これは TCP ソケットではありません ({asked})。TCP では AF_INET、SOCK_STREAM、0 の順に渡します。"
        "SOCK_DGRAM は UDP で、UDP に接続という概念はありません。")

# --- bind worked, and gave another address than the one that the clients call -------------------

mistake("bind/no-htons", "set-port", (("htons(8001)", "8001"),), no_htons,
        "The port went in without htons: {port} is 0x{port:04x}; its bytes swapped, 0x{other:04x}, "
        "are {other}.",
        "ポート番号を htons で変換していません。{port} は 0x{port:04x} で、バイトを入れ替えた 0x{other:04x} は "
        "{other} です。")
mistake("bind/htonl", "set-port", (("htons(8001)", "htonl(8001)"),),
        lambda e: e.bound and e.bound.port == 0 and f"htonl({e.port})" in e.source_text and e.bound,
        "htonl is for 32 bits, and a port has 16: htons. What is left of its result is 0, which "
        "means any free port.",
        "htonl は 32 ビット用です。ポート番号は 16 ビットなので、htons を使います。htonl の結果の下位 16 ビットは 0 で、"
        "「空いているポートならどれでもよい」という意味になります。")
mistake("bind/port-zero", "set-port", (("htons(8001)", "0"),),
        lambda e: e.bound and e.bound.port == 0 and e.bound,
        "Port 0 means: any free port. The kernel picked one, another at every start.",
        "ポート 0 は「空いているポートならどれでもよい」という意味です。起動のたびに変わります。")
mistake("bind/other-port", "set-port", (("htons(8001)", "htons(8000)"),),
        lambda e: e.bound and e.bound.port not in (None, e.port) and e.bound,
        "The socket is bound to port {found}, and the clients knock at {port}.",
        "ソケットはポート {found} にバインドされていますが、クライアントが接続する先は {port} です。")
mistake("bind/loopback-only", "any-address", ((ANY, "htonl(INADDR_LOOPBACK)"),),
        lambda e: (b := e.bound) and re.match(r"127\.|::1$|::ffff:127\.", b.address or "") and b,
        "Bound to {address}, only this machine itself can reach the server: safe in a network "
        "that you share. This course wants 0.0.0.0.",
        "{address} にバインドしたので、このマシンの中からしか接続できません。共有のネットワークでは安全な選択ですが、"
        "この教材では 0.0.0.0 を使います。")

# --- bind failed ---------------------------------------------------------------------------------

mistake("bind/port-taken", "end-the-other", (), lambda e: failed(e, "EADDRINUSE"),
        "Another socket has port {found}, and does not listen.",
        "ポート {found} は、待ち受けていない別のソケットが使っています。")
mistake("bind/foreign-address", "any-address", ((ANY, "INADDR_LOOPBACK"),),
        lambda e: failed(e, "EADDRNOTAVAIL") or (b := e.bound) and b.address == NO_ADDRESS and b,
        "No network interface of this machine has the address {address}. (1.0.0.127 is 127.0.0.1, "
        "its bytes swapped: without htonl.)",
        "アドレス {address} を持つネットワークインターフェースはこのマシンにありません。(1.0.0.127 は、"
        "127.0.0.1 のバイトを逆に並べたもので、htonl が抜けています。)")
mistake("bind/after-listen", "bind-then-listen",
        ((CAST, "    listen(listening_fd, SOMAXCONN);\n" + CAST),), after_listen,
        "listen was called before bind. listen gave the socket a free port, so bind failed with "
        "EINVAL.",
        "listen が bind より先に呼ばれています。listen が空いているポートを割り当てたので、bind が EINVAL で"
        "失敗しました。")
mistake("bind/length", "call-bind", ((BIND, BIND.replace("sizeof address", "sizeof &address")),),
        length, "The third argument is the size of the address structure: {right}, not {size}.",
        "第 3 引数には、アドレスの構造体の大きさを渡します。正しくは {right} で、{size} ではありません。")
mistake("bind/family", "family", ((".sin_family = AF_INET", ".sin_family = AF_INET6"),),
        family,
        "The socket's family and that of the address in the second argument, sin_family, must both "
        "be AF_INET.",
        "ソケットのファミリーと、第 2 引数のアドレスの sin_family は、どちらも AF_INET にします。")

# --- the descriptor, the option, no bind --------------------------------------------------------

for call, code in (("socket", SOCKET), ("accept", ACCEPT)):
    name = "listening_fd" if call == "socket" else "connected_fd"
    edit = (f"int {name} = {code};...({name} == -1)", f"int {name}; if ({name} = {code} == -1)")
    mistake(f"{call}/precedence", "two-lines", (edit,), lambda e, c=call: precedence(e, c),
            "{giver} returned {made}, {name} got {number}. In fd = {giver}(...) == -1 (or < 0) the "
            "comparison is done before the =.",
            "{giver} が返したのは {made} ですが、{name} には {number} が渡されています。"
            "fd = {giver}(...) == -1 (または < 0) では、= より先に比較が計算されます。",
            "bind" if call == "socket" else "")
for call, calls, steps, edit in (
        ("bind", ("setsockopt", "bind"), "", None), ("listen", ("listen",), "", None),
        ("accept", ("accept4", "accept"), "accept closes",
         ((ACCEPT, "accept(listening_fd + 1, NULL, NULL)"),))):
    mistake(f"{call}/wrong-descriptor", "right-descriptor", edit, lambda e, c=calls: astray(e, *c),
            "{name} was called with {number}, and socket returned {made}.",
            "{name} に渡されたディスクリプターは {number} ですが、socket が返したのは {made} です。", steps)
mistake("setsockopt/arguments", "option", None, bad_option,
        "setsockopt failed with {error}. Its last three arguments are SO_REUSEADDR, the address of "
        "an int, and that int's size, 4 bytes.",
        "setsockopt が {error} で失敗しました。後ろの 3 つの引数は SO_REUSEADDR、int 型の変数のアドレス、"
        "その大きさ (4 バイト) です。", "bind listen accept")
mistake("bind/no-bind", "call-bind", ((IF_BIND, ""),), no_bind,
        "listen without bind: the kernel gave the socket some free port{got}. (In C++, bind may "
        "be std::bind: write ::bind.)",
        "bind なしで listen が呼ばれたので、カーネルが空いているポートを割り当てました{got}。(C++ では bind が "
        "std::bind になることがあります。::bind と書きます。)")
