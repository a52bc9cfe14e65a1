#!/usr/bin/env python3
"""Asks a server COUNT times, INTERVAL seconds apart, and prints what it sends until it closes.

Run   python3 clients/client.py [HOST [PORT [COUNT [INTERVAL]]]]
Exit  0 every request was answered, 1 one failed, 2 wrong arguments
"""
import os
import signal
import socket
import sys
import time


def ask(host, port):
    """The whole reply. create_connection tries each address that the host has."""
    with socket.create_connection((host, port)) as connection:
        return connection.makefile("rb").read()


signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it without a traceback
defaults = ["localhost", "8001", "5", "1"]
try:
    host, port, count, interval = sys.argv[1:] + defaults[len(sys.argv) - 1 :]
    port, count, interval = int(port), int(count), float(interval)
    if host.startswith("-") or not (0 <= port <= 65535 and count >= 0 and 0 <= interval <= 3600):
        raise ValueError
except ValueError:
    print("usage: client [HOST [PORT [COUNT [INTERVAL]]]]  (localhost 8001 5 1)", file=sys.stderr)
    sys.exit(2)

for i in range(count):
    time.sleep(interval if i > 0 else 0)
    try:
        reply = ask(host, port)
        os.write(1, reply + b"\n" if reply else b"")
    except (OSError, UnicodeError) as error:
        sys.exit(f"client: {host}:{port}: {getattr(error, 'strerror', error)}")
    if not reply:
        sys.exit(f"client: {host}:{port}: closed without sending anything")
