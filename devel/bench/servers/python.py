"""step05's server in Python, on its socket module."""
import socket

with socket.create_server(("0.0.0.0", 8001), backlog=4096) as listening:
    while True:
        client, _ = listening.accept()
        with client:
            client.sendall(b"hello world")
