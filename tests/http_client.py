#!/usr/bin/env python3
"""http_client.py WHAT [ARGUMENT...]: clients of a web server on port 8001, good ones and others.

    ask N, burst N     N requests for /, one after the other or all at once
    hold N             N clients that say nothing, until this program is ended
    pieces [beside]    a request byte by byte; another client is served between them
    edges              8,192 and 8,193 bytes, a megabyte, HEAD, and what is no HTTP
    rude               clients that leave, or then break the connection, at every stage
    linger SECONDS     one that does not close, and the next one, who is answered so soon
    file NAME TYPE     a file of beyond/public/, whole; missing PATH...: what is not there
    slow NAME          one that stops reading after its first bytes, and another beside it
    steady NAME        one that reads a little every tenth of a second
    stay HOW MIN MAX   one that is shown the door in so many seconds: it says nothing, or a byte
                       now and then (drip), or does not read the file that it has asked for

Exit  0 all is as expected; 1 it is not: "expected: ..." and "found: ..." are on standard error
"""
import os
import re
import signal
import socket
import struct
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)) + "/../tools")
import kernel  # noqa: E402

PORT, PATIENCE = 8001, int(os.environ.get("PATIENCE", 10))  # seconds
PUBLIC = os.path.dirname(os.path.abspath(__file__)) + "/../beyond/public/"
GET, HELLO = b"GET / HTTP/1.0\r\n\r\n", "200 hello world"


def get(path):
    return b"GET /%s HTTP/1.0\r\n\r\n" % path.encode()


def content(name):
    with open(PUBLIC + (name or "index.html"), "rb") as file:
        return file.read()


def connect(room=1 << 17):
    """A connection. room: about how many bytes it takes that are not yet read."""
    client = socket.socket()
    client.settimeout(PATIENCE)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
    client.connect(("127.0.0.1", PORT))
    return client


def described(got, body, wrong):
    """A reply in words: its status, and "hello world", or its type and whether it is all there."""
    head, _, rest = got.partition(b"\r\n\r\n")
    status, length, kind = (re.search(pattern, head, re.I | re.M) for pattern in (
        rb"\AHTTP/1\.[01] (\d{3})", rb"^content-length: *(\d+)", rb"^content-type: *([\w/+-]+)"))
    if not status:
        return (f"no HTTP: {bytes(got[:40])}" if got else "nothing") + wrong
    if rest and length and len(rest) != int(length[1]):
        wrong = f", {len(rest)} of {int(length[1])} bytes{wrong}"
    if body is None:
        return status[1].decode() + " hello world" * (b"hello world" in rest) + wrong
    same = "the file" if rest == body else f"{len(rest)} bytes, not the file"
    return f"{status[1].decode()} {kind[1].decode() if kind else 'no type'}, {same}{wrong}"


def asked(request=GET, body=None, client=None, pause=0.0, begun=b""):
    """Sends a request, reads until the end of the connection, and describes what came."""
    got, wrong = bytearray(begun), ""
    try:
        with client or connect() as client:
            client.sendall(request)
            while piece := client.recv(30000 if pause else 1 << 20):
                got += piece
                time.sleep(pause)
    except OSError as error:
        wrong = f", then {error.strerror or f'no more for {PATIENCE} s'}"
    return described(bytes(got), body, wrong)


def expect(expected, found, what=""):
    if expected != found:
        sys.exit(f"expected: {what}{expected}\nfound: {what}{found}")


def ask(count):
    for _ in range(int(count)):
        expect(HELLO, asked())


def burst(count):
    clients = [connect() for _ in range(int(count))]
    for client in clients:
        client.sendall(GET)
    end, answered = time.monotonic() + PATIENCE, 0
    for client in clients:
        client.settimeout(max(0.1, end - time.monotonic()))
        answered += asked(b"", client=client) == HELLO
    expect(int(count), answered, f"answered of {count} at once: ")


def hold(count):
    clients = [connect() for _ in range(int(count))]
    print("holding", flush=True)
    while clients:
        signal.pause()


def send_piece(client, piece):
    """Sends, and waits until the server has read it."""
    client.sendall(piece)
    end = time.monotonic() + PATIENCE
    while any(each.queue for each in kernel.other_end(client, PORT)):
        expect(True, time.monotonic() < end, "each piece is read when it comes: ")
        time.sleep(0.001)


def pieces(beside=""):
    client = connect()
    for byte in GET[:-1]:
        send_piece(client, bytes([byte]))
        if beside:
            expect(HELLO, asked(), "beside it: ")
    expect(HELLO, asked(GET[-1:], client=client))


def edges():
    long = GET[:-2] + b"Padding: " + b"x" * 8163 + b"\r\n\r\n"
    expect(HELLO, asked(long), "8,192 bytes: ")
    long = long[:-4] + b"x" + long[-4:]
    expect("431", asked(long), "8,193 bytes: ")
    client = connect()
    send_piece(client, long[:8000])
    expect("431", asked(long[8000:], client=client), "8,193 bytes in two pieces: ")
    client = connect()
    client.sendall(b"x" * 9000)
    while client.recv(1 << 16):
        pass
    for _ in range(3):
        send_piece(client, b"more")  # an error, if the connection is reset
    expect("431", asked(b"x" * 1000000), "a megabyte: ")
    expect("400", asked(b"HELLO\r\n\r\n"), "HELLO: ")
    expect("200", asked(b"HEAD" + GET[3:]), "HEAD /: ")


def rude():
    for begun in (b"", GET[:7], GET):
        for reset in (False, True):
            with connect() as client:
                client.sendall(begun)
                client.shutdown(socket.SHUT_WR)
                if reset:
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def linger(limit):
    client = connect()
    client.sendall(GET)
    while client.recv(1 << 16):
        pass
    begin = time.monotonic()
    expect(HELLO, asked())
    expect(True, time.monotonic() - begin < float(limit), f"the next waits less than {limit} s: ")


def file(name, kind):
    expect(f"200 {kind}, the file", asked(get(name), content(name)), f"/{name}: ")


def missing(*paths):
    for path in paths:
        expect("404", asked(get(path)), f"/{path[:40]}: ")


def slow(name):
    client = connect(1 << 16)
    client.sendall(get(name))
    begun = client.recv(1)
    expect(HELLO, asked(), "beside it: ")
    expect("200 text/plain, the file", asked(b"", content(name), client, 0.0, begun))


def steady(name):
    expect("200 text/plain, the file", asked(get(name), content(name), connect(30000), 0.1))


def stay(how, least, most):
    begin = last = time.monotonic()
    client = connect(4096)
    client.sendall(get(how) if "." in how else b"")
    while any(each.state == kernel.ESTABLISHED for each in kernel.other_end(client, PORT)):
        expect(True, time.monotonic() - begin < float(most), f"shown the door within {most} s: ")
        if how == "drip" and time.monotonic() - last > float(least) / 4:
            client.send(b"x")
            last = time.monotonic()
        time.sleep(0.01)
    expect(True, time.monotonic() - begin >= float(least), f"there for {least} s at least: ")


try:
    globals()[sys.argv[1]](*sys.argv[2:])
except OSError as problem:
    expect("an answer", problem.strerror or f"nothing for {PATIENCE} s")
