#!/usr/bin/env python3
"""odd_server.py: serves what a client should be ready for, each oddity on a port of its own, until it is killed.

Out   a line "NAME PORT" for each, and then "ready"
"""

import contextlib
import socket
import struct
import threading
import time


def pieces(*parts):
    """Sends the parts, each in a packet of its own, and closes."""

    def serve(connection):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for part in parts:
            connection.sendall(part)
            time.sleep(0.01)
        connection.close()

    return serve


def reset_after(data):
    """Sends data, and once that may have been read ends with RST: a linger time of 0."""

    def serve(connection):
        connection.sendall(data)
        time.sleep(0.1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    return serve


silent_connections = []
ODDITIES = {
    "pieces": pieces(b"hello", b" ", b"world"),
    "lines": pieces(b"hello\nworld\n\n"),
    "binary": pieces(b"\0\xff\xfe\xc3(\0"),
    "megabyte": pieces(b"0" * 1_000_000),
    "nothing": pieces(),
    "silent": silent_connections.append,
    "reset": reset_after(b""),
    "middle": reset_after(b"hello"),
    "four": pieces(b"IPv4"),
    "both": pieces(b"IPv4"),
}
ODDITIES_IPV6 = {"both": pieces(b"IPv6"), "six": pieces(b"IPv6")}


def accept_on(listener, serve):
    """Serves one client after the other; one that is gone again is no reason to stop."""
    while True:
        connection, _ = listener.accept()
        try:
            serve(connection)
        except OSError:
            connection.close()


def listen_on(address, port, family, serve):
    listener = socket.create_server((address, port), family=family)
    threading.Thread(target=accept_on, args=(listener, serve), daemon=True).start()
    return listener.getsockname()[1]


ports = {name: listen_on("127.0.0.1", 0, socket.AF_INET, serve) for name, serve in ODDITIES.items()}
with contextlib.suppress(OSError):  # where there is no IPv6, those ports are left out
    for name, serve in ODDITIES_IPV6.items():
        ports[name] = listen_on("::1", ports.get(name, 0), socket.AF_INET6, serve)
for name, port in ports.items():
    print(name, port)
print("ready", flush=True)
threading.Event().wait()
