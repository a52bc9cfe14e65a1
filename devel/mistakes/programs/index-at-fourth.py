# earns: run/error
import socket
s = socket.create_server(("", 8001))
names = ["a", "b", "c"]
i = 0
while True:
    c, a = s.accept()
    try:
        c.sendall(b"hello world")
    except OSError:
        pass
    c.close()
    print(names[i])
    i += 1
