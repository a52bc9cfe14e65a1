# earns: run/error
import socket

server, names = socket.create_server(("", 8001)), ["a", "b", "c"]
for i in range(100):
    client = server.accept()[0]
    try:
        client.sendall(b"hello world")
    except OSError:
        pass
    client.close()
    print(names[i])
