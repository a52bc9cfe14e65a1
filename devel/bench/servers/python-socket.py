# The step05 server in Python, on the socket module: the system calls by their own names.
# Read   https://docs.python.org/3/library/socket.html

import socket
import sys

with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("0.0.0.0", 8001))
    listening.listen(socket.SOMAXCONN)
    while True:
        connected, _ = listening.accept()
        with connected:
            try:
                connected.sendall(b"hello world")
            except OSError as error:
                print(error, file=sys.stderr)
