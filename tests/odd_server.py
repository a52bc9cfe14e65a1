#!/usr/bin/env python3
"""odd_server.py: serves what a client should be ready for, each oddity on a port of its own.

Out   a line "NAME PORT" for each, and then "ready"
"""

import contextlib
import socket
import struct
import threading
import time

# What a client gets, a packet for each part, and how the connection ends.
ODDITIES = {
    "pieces": ([b"hello", b" ", b"world"], "close"),
    "binary": ([b"hello\n\0\xff\xfe\xc3(\n\n"], "close"),
    "megabyte": ([b"0" * 1_000_000], "close"),
    "nothing": ([], "close"),
    "silent": ([], "never"),
    "reset": ([], "reset"),
    "middle": ([b"hello"], "reset"),
    "four": ([b"IPv4"], "close"),
    "both": ([b"IPv4"], "close"),
}
silent = []


def unread(port):
    """How many bytes wait in the socket on that port.  (proc(5), /proc/net/tcp, rx_queue)"""
    with open("/proc/net/tcp", encoding="ascii") as table:
        rows = [row.split() for row in table]
    return sum(int(row[4][9:], 16) for row in rows if row[1].endswith(f":{port:04X}"))


def serve(connection, parts, end):
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for part in parts:
        connection.sendall(part)
        time.sleep(0.01)
    if end == "never":
        silent.append(connection)
        return
    if end == "reset":
        while unread(connection.getpeername()[1]):  # which a reset would take away
            time.sleep(0.01)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def listen_on(address, port, parts, end):
    """Serves one client after the other, in a thread. Returns the port, chosen where it is 0."""

    def accept():
        while True:
            with contextlib.suppress(OSError):  # a client that has gone
                serve(listener.accept()[0], parts, end)

    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.create_server((address, port), family=family)
    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()[1]


ports = {name: listen_on("127.0.0.1", 0, *oddity) for name, oddity in ODDITIES.items()}
with contextlib.suppress(OSError):  # where there is no IPv6
    ports["six"] = listen_on("::1", 0, [b"IPv6"], "close")
    listen_on("::1", ports["both"], [b"IPv6"], "close")
for name, port in ports.items():
    print(name, port)
print("ready", flush=True)
threading.Event().wait()
