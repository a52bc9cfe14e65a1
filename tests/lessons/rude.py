#!/usr/bin/env python3
# A rude client: connects, says that it has nothing to send (FIN), then breaks the connection (RST)
# without reading. Experiments of step05 use it.
#
# Run    python3 tests/lessons/rude.py [PORT]
# Read   socket(7), about SO_LINGER

import socket
import struct
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 8001
try:
    connection = socket.create_connection(("127.0.0.1", port))
except OSError as error:
    sys.exit(f"rude.py: 127.0.0.1:{port}: {error.strerror}")
connection.shutdown(socket.SHUT_WR)
at_once = struct.pack("ii", 1, 0)  # linger, for no second: close sends a reset
connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
connection.close()
