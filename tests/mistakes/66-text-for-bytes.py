# Mistake  a str where bytes are wanted: the traceback names it
# Reached  4 of 5
# Hint     ended with an error before it wrote anything

import socket

server = socket.create_server(("", 8001))
while True:
    client, _ = server.accept()
    client.send("hello world")
    client.close()
