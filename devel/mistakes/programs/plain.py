# earns: right
import socket

server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("", 8001))
server.listen()
while True:
    client, _ = server.accept()
    with client:
        try:
            client.sendall(b"hello world")
        except OSError as error:
            print(error)
