# The step05 server in Python, on the standard library's framework for servers.
# Read   https://docs.python.org/3/library/socketserver.html

import socket
import socketserver


class HelloHandler(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.sendall(b"hello world")


class HelloServer(socketserver.TCPServer):
    allow_reuse_address = True
    request_queue_size = socket.SOMAXCONN  # 5 unless told, too few for 64 clients at once


with HelloServer(("0.0.0.0", 8001), HelloHandler) as server:
    server.serve_forever()
