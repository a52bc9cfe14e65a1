# earns: right
import socket

server = socket.create_server(("", 8001))
while True:
    with server.accept()[0] as client:
        try:
            client.sendall(b"hello world")
        except OSError as error:
            print(error)
