"""The second call: bind, and what it gives no address for."""

import socket

import kernel

from ..rule import Book, Facts
from ..texts.phrases import say
from .source import ADDRESS, ANY, BIND, IF_BIND, PORT, SOCKET

book = Book(step=1, symptom="refused")


def failure(e):
    """The last bind call that failed on the server's socket, where that never got an address; once the program has
    ended, on any socket of its. None without any."""
    binds = [b for b in e.calls("bind") if b.socket]
    named, own = {b.socket for b in binds if b.ok}, e.of_server("bind")
    return next((b for b in reversed(binds if e.ended else own) if b.error and b.socket not in named), None)


def failed(e, *errors):
    """The facts of that failure, where it is one of the errors, or None; and whether nobody looked at it."""
    call = failure(e)
    if not call or call.error not in errors:
        return None
    went_on = any(c.ok and e.before(call, c) for c in e.calls("listen", socket=call.socket))
    return Facts(call, also=[went_on and say("went-on-to-listen")], address=call.address, name="bind",
                 found=call.port, error=call.error)


@book.mistake("bind/second-socket", "one-socket", step=2,
    edits=((("    // Without this, bind fails for a minute after this port has served somebody.", "#if 0"),
            (ADDRESS, "#endif\n" + ADDRESS),
            (IF_BIND, "    " + BIND + ";\n    listening_fd = " + SOCKET + ";\n" + IF_BIND)),),
    en="The program itself has bound another socket to this port before.",
    ja="プログラム自身が、すでに別のソケットをこのポートに割り当てています。")
def second_socket(e):
    facts = failed(e, "EADDRINUSE")
    call = facts and facts.call
    return call and any(b.ok and b.port == call.port and b.socket != call.socket for b in e.calls("bind")) and facts


@book.mistake("bind/other-port-taken", "set-port", beside=8000, edits=(((PORT, ".sin_port = htons(8000)"),),),
    en="Another program has port {found}, and it is not the one the clients knock at.",
    ja="ポート {found} は別のプログラムが使っています。クライアントが接続する先は、このポートではありません。")
def other_port_taken(e):
    facts = failed(e, "EADDRINUSE")
    return facts and facts.call.port != e.port and facts


@book.mistake("bind/port-taken", "end-the-other", beside=8001, edits=((),),
    en="Another socket has the port, and does not listen: perhaps a step02 in a forgotten terminal, or a client "
       "whose own port it is.",
    ja="別のソケットがこのポートを使っていて、接続待ちではありません。別のターミナルで動かしたままの step02 か、自分側のポート番号がこれと同じクライアントかもしれません。")
def port_taken(e):
    facts = failed(e, "EADDRINUSE")
    own, sockets = e.program.processes(), kernel.sockets(port=e.port) if facts else ()
    holders = (kernel.holder(each.inode) for each in sockets if each.inode != "0")
    other = next((each for each in holders if each and each[1] not in own), None)
    if other:
        facts.also.append(say("holder", name=other[0], pid=other[1]))
    return facts


@book.mistake("bind/privileged-port", "set-port",
    edits=(((ADDRESS, "    setuid(65534); // an ordinary user\n" + ADDRESS), (PORT, ".sin_port = htons(80)")),),
    en="Ports below {limit} are for root: {found} is one of them.",
    ja="{limit} より小さいポートを使えるのは root だけです。{found} もその 1 つです。")
def privileged_port(e):
    facts = failed(e, "EACCES")
    if facts:
        facts.parameters["limit"] = 1024
    return facts


@book.mistake("bind/no-htonl", "any-address", edits=(((ANY, "INADDR_LOOPBACK"),),),
    en="No network interface of this machine has the address {address}. It is 127.0.0.1 with its bytes the other "
       "way round: htonl is missing.",
    ja="アドレス {address} を持つネットワークインターフェースはこのマシンにありません。127.0.0.1 のバイトを逆に並べたもので、htonl が抜けています。")
def no_htonl(e):
    facts = failed(e, "EADDRNOTAVAIL")
    return facts and facts.call.address == "1.0.0.127" and facts


@book.mistake("bind/port-in-address", "set-port any-address",
    edits=(((PORT + ", // host to network: most significant byte first\n        .sin_addr.s_addr = " + ANY,
             ".sin_addr.s_addr = htons(8001)"),),),
    en="No network interface of this machine has the address {address}. Its bytes are those of {port}, and the "
       "port is 0: the port went into the address.",
    ja="アドレス {address} を持つネットワークインターフェースはこのマシンにありません。バイトの並びは {port} で、ポートは 0 です。ポートの値をアドレスに代入しています。")
def port_in_address(e):
    facts = failed(e, "EADDRNOTAVAIL")
    if not facts or facts.call.port != 0 or ":" in facts.call.address:
        return None
    held = sorted(byte for byte in socket.inet_aton(facts.call.address) if byte)
    return held == sorted(byte for byte in e.port.to_bytes(2, "big") if byte) and facts


@book.mistake("bind/foreign-address", "any-address", edits=(((ANY, 'inet_addr("192.0.2.1")'),),),
    en="No network interface of this machine has the address {address}.",
    ja="アドレス {address} を持つネットワークインターフェースはこのマシンにありません。")
def foreign_address(e):
    return failed(e, "EADDRNOTAVAIL")


@book.mistake("bind/ipv4-for-ipv6", "match-family", edits=(((SOCKET, "socket(AF_INET6, SOCK_STREAM, 0)"),),),
    en="The socket is one for IPv6, and the address one for IPv4: bind wants a struct sockaddr_in6 here.",
    ja="ソケットは IPv6 用で、アドレスは IPv4 用です。この場合、bind に必要なのは struct sockaddr_in6 です。")
def ipv4_for_ipv6(e):
    facts = failed(e, "EINVAL")
    return facts and e.server and "AF_INET6" in e.server.text and facts.call.list[-1] == "16" and facts


@book.mistake("bind/length", "address-size",
    edits=(((BIND, BIND.replace("sizeof address", "sizeof &address")),),
           ((IF_BIND, "    bind(listening_fd, (struct sockaddr *)&address, 4);\n"),)),
    en="The third argument has to be the size of the address structure, in bytes: {right} for struct {kind}, not "
       "{size}.",
    ja="3 番目の引数には、アドレスの構造体の大きさをバイト数で渡します。struct {kind} は {right} で、{size} ではありません。")
def length(e):
    facts = failed(e, "EINVAL")
    if facts:
        kind, right = ("sockaddr_in6", 28) if e.server and "AF_INET6" in e.server.text else ("sockaddr_in", 16)
        facts.parameters.update(kind=kind, right=right, size=facts.call.list[-1])
    return facts


@book.mistake("bind/family", "set-family", edits=(((".sin_family = AF_INET", ".sin_family = AF_INET6"),),),
    en="The second argument is not the address of a struct sockaddr_in whose sin_family is AF_INET.",
    ja="2 番目の引数が、sin_family に AF_INET を設定した struct sockaddr_in のアドレスになっていません。")
def family(e):
    return failed(e, "EAFNOSUPPORT", "EFAULT")
