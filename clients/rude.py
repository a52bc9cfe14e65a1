#!/usr/bin/env python3
"""A rude client: says that it has nothing to send (FIN), then breaks the connection (RST), unread.

Run   python3 clients/rude.py [HOST [PORT]]
Read  man 7 socket (SO_LINGER)
"""
import socket
import struct
import sys

host, port = sys.argv[1:] + ["localhost", "8001"][len(sys.argv) - 1 :]
try:
    connection = socket.create_connection((host, port))
    connection.shutdown(socket.SHUT_WR)
    # Linger, for no second: close sends a reset in place of what a well-behaved end would be.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
except OSError as error:
    sys.exit(f"rude: {host}:{port}: {error.strerror}")
