#!/usr/bin/env python3
"""Asks a server COUNT times, INTERVAL seconds apart, and prints what it sends until it closes.

Run   python3 clients/client.py [HOST [PORT [COUNT [INTERVAL]]]]
Exit  0 every request was answered, 1 one failed, 2 wrong arguments
"""
import os
import re
import signal
import socket
import sys
import time


def ask(host, port):
    """The whole reply. create_connection tries each address that the host has."""
    with socket.create_connection((host, port)) as connection:
        return connection.makefile("rb").read()


for number in (signal.SIGINT, signal.SIGPIPE):
    signal.signal(number, signal.SIG_DFL)  # it ends as other programs do, without a traceback
host, *numbers = sys.argv[1:] + ["localhost", "8001", "5", "1"][len(sys.argv) - 1 :]
valid = re.fullmatch(r"[0-9]+ [0-9]+ [0-9]+(\.[0-9]*)?", " ".join(numbers))
port, count, interval = map(float, numbers if valid else [-1] * 3)
if not (0 <= port <= 65535 and count <= 1e6 and interval <= 3600) or host[:1] in ("", "-"):
    print("usage: client [HOST [PORT [COUNT [INTERVAL]]]]  (localhost 8001 5 1)", file=sys.stderr)
    sys.exit(2)

for i in range(int(count)):
    time.sleep(interval if i > 0 else 0)
    where = f"{host}:{port:.0f}"
    try:
        reply = ask(host, int(port))
        if not reply:
            sys.exit(f"client: {where}: closed without sending anything")
        where = "standard output"
        os.write(1, reply + b"\n")
    except (OSError, UnicodeError, MemoryError) as error:
        sys.exit(f"client: {where}: {str(getattr(error, 'strerror', error)) or 'out of memory'}")
