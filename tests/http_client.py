#!/usr/bin/env python3
"""http_client.py WHAT [ARGUMENT...]: clients of a web server on port 8001, good ones and others.

    ask N, burst N     N requests for /, one after the other or all at once
    hold N             N clients that say nothing, until this program is ended
    pieces [beside]    a request byte by byte; another client is served between them
    edges              8,192 and 8,193 bytes, and more, HEAD, and what is no HTTP
    rude               clients that leave, or then break the connection, at every stage
    linger SECONDS     one that does not close, and the next one, who is answered so soon
    file WANTED NAME.. files of beyond/public/: "200 text/html", whole; or 404
    slow NAME [PAUSE]  one that stops reading after its first bytes, and goes on when another has
                       been served beside it; with PAUSE seconds before it reads again
    stay HOW MIN MAX   one that is shown the door in so many seconds: it says nothing, or byte
                       after byte (drip), or does not read the file that it has asked for

Exit  0 all is as expected; 1 it is not: "expected: ..." and "found: ..." are on standard error
"""
import os
import re
import signal
import socket
import struct
import sys
import time
from concurrent.futures import ThreadPoolExecutor

TESTS = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, f"{TESTS}/../tools")
import kernel  # noqa: E402

PORT, PATIENCE = 8001, int(os.environ.get("PATIENCE", 10))  # seconds
GET, HELLO = b"GET / HTTP/1.0\r\n\r\n", "200 hello world"
FIELDS = rb"\AHTTP/1\.[01] (\d{3})", rb"^content-length: *(\d+)", rb"^content-type: *([\w/+-]+)"


def get(path):
    return b"GET /%s HTTP/1.0\r\n\r\n" % path.encode()


def connect(room=0):
    """A connection. room: about how many bytes it takes that are not yet read."""
    client = socket.create_connection(("127.0.0.1", PORT), PATIENCE)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if room:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
    return client


def asked(request=GET, name=None, client=None, pause=0.0):
    """Sends a request, reads until the end of the connection, and says what came: the status, and
    "hello world"; or, where it was to be a file, its type, and whether it is all there."""
    got, wrong = bytearray(), ""
    try:
        with client or connect() as client:
            client.sendall(request)
            while piece := client.recv(1 << 18):
                got += piece
                time.sleep(pause)
    except OSError as error:
        wrong = f", then {error.strerror or f'no more for {PATIENCE} s'}"
    head, _, body = bytes(got).partition(b"\r\n\r\n")
    status, length, kind = (re.search(field, head, re.I | re.M) for field in FIELDS)
    if not status:
        return (f"no HTTP: {head[:40]}" if got else "nothing") + wrong
    if body and length and len(body) != int(length[1]):
        wrong = f", {len(body)} of {int(length[1])} bytes{wrong}"
    if name is None:
        return status[1].decode() + " hello world" * (b"hello world" in body) + wrong
    with open(f"{TESTS}/../beyond/public/{name or 'index.html'}", "rb") as file:
        same = "" if body == file.read() else f", {len(body)} bytes, not the file"
    return f"{status[1].decode()} {kind[1].decode() if kind else 'no type'}{same}{wrong}"


def expect(expected, found, what=""):
    if expected != found:
        sys.exit(f"expected: {what}{expected}\nfound: {what}{found}")


def ask(count):
    for _ in range(int(count)):
        expect(HELLO, asked())


def burst(count):
    clients = [connect() for _ in range(int(count))]
    with ThreadPoolExecutor(len(clients)) as pool:
        answers = list(pool.map(lambda client: asked(client=client), clients))
    expect(int(count), answers.count(HELLO), f"answered of {count} at once: ")


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


def answered_but_open(request):
    """A client that has read its reply to the end, and does not close."""
    client = connect()
    client.sendall(request)
    while client.recv(1 << 16):
        pass
    return client


def edges():
    long = GET[:-2] + b"Padding: " + b"x" * 8163 + b"\r\n\r\n"
    expect(HELLO, asked(long), "8,192 bytes: ")
    client = connect()
    send_piece(client, long[:8000])
    expect("431", asked(b"x" + long[8000:], client=client), "8,193 bytes, in two pieces: ")
    client = answered_but_open(b"x" * 9000)
    for _ in range(3):
        send_piece(client, b"more")  # an error, if the connection is reset
    expect("400", asked(b"HELLO\r\n\r\n"), "HELLO: ")
    expect("200", asked(b"HEAD" + GET[3:]), "HEAD /: ")


def rude():
    for begun in (b"", GET[:7], GET):
        for reset in (0, 1):
            with connect() as client:
                client.sendall(begun)
                client.shutdown(socket.SHUT_WR)
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", reset, 0))


def linger(limit):
    client, begin = answered_but_open(GET), time.monotonic()
    expect(HELLO, asked())
    expect(True, time.monotonic() - begin < float(limit), f"the next waits less than {limit} s: ")
    client.close()


def file(expected, *paths):
    for path in paths:
        name = path if expected != "404" else None
        expect(expected, asked(get(path), name), f"/{path[:40]}: ")


def slow(name, pause="0"):
    client = connect(1 << 17)
    client.sendall(get(name))
    client.recv(1, socket.MSG_PEEK)
    expect(HELLO, asked(), "beside it: ")
    expect("200 text/plain", asked(b"", name, client, float(pause)))


def stay(how, least, most):
    begin = time.monotonic()
    client, passed = connect(), 0.0
    client.sendall(get(how) if "." in how else b"")
    while passed < float(most) and any(
            each.state == kernel.ESTABLISHED for each in kernel.other_end(client, PORT)):
        client.sendall(b"x" * (how == "drip"))
        time.sleep(0.05)  # to ask the kernel takes processor time
        passed = time.monotonic() - begin
    expect(True, float(least) <= passed < float(most), f"shown the door in {least} to {most} s: ")


try:
    globals()[sys.argv[1]](*sys.argv[2:])
except OSError as problem:
    expect("an answer", problem.strerror or f"nothing for {PATIENCE} s")
