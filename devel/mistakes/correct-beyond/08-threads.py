"""A server of step08 as a Python programmer would write it: it answers HTTP, a thread for each client."""

import socket
import threading


def answer(connection):
    """What the request is told; None if the client has gone before its end."""
    request = b""
    while b"\r\n\r\n" not in request:
        if len(request) > 8192:
            return b"HTTP/1.0 431 Request Header Fields Too Large\r\n\r\n"
        part = connection.recv(4096)
        if not part:
            return None
        request += part
    if not request.startswith(b"GET /"):
        return b"HTTP/1.0 400 Bad Request\r\n\r\n"
    return b"HTTP/1.0 200 OK\r\nContent-Length: 11\r\n\r\nhello world"


def serve(connection):
    with connection:
        try:
            reply = answer(connection)
            if reply:
                connection.sendall(reply)
                connection.shutdown(socket.SHUT_WR)
                connection.settimeout(1)
                while connection.recv(4096):
                    pass
        except OSError:
            pass


with socket.create_server(("", 8001), backlog=128) as server:
    while True:
        threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
