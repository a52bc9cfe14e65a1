# earns: right
import socketserver


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.sendall(b"hello world")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True


Server(("", 8001), Handler).serve_forever()
