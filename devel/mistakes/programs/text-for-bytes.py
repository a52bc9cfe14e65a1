# earns: run/error
import socket

server = socket.create_server(("", 8001))
while True:
    client, _ = server.accept()
    client.send("hello world")
    client.close()
