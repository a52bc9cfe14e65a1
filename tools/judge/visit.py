"""The visit to a program: it is waited for, and then sent clients, as long as the answers are right."""

import time

import kernel

from .client import Client
from .sockets import Sockets

REQUEST = b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n"


class Visit:
    """What has been seen of one run of the program."""

    def __init__(self, program, patience, course):
        self.program, self.patience, self.port, self.reply = program, patience, course.port, course.reply
        self.sockets = Sockets(program.trace, course.port)
        self.clients = []  # in the order in which they came
        self.request = b""  # what every client sends, once the program has turned out to wait for it
        self.grown = self.children = 0  # descriptors, processes more than before, after how many clients
        self.between = self.rude = 0  # how many those were, and how many more that left abruptly
        self.intruded, self.intruder = False, None  # does somebody else listen by now; kernel.holder's word on whom

    def make(self, last):
        """Watches the program until it is ready for the last call asked about, and sends the clients."""
        settle = self.patience.settle
        settle(lambda: self.sockets.tcp_sockets() or self.listening(), idle=30, total=300)
        settle(lambda: self.ready(last) or self.listening(), idle=10, total=300)
        self.find_intruder()
        if self.intruded or last not in ("socket", "bind") and not self.listening():
            return
        if last in ("accept", "write"):
            self.send(last)
            return
        if last == "listen":
            self.clients.append(Client(self.port))
        settle(lambda: False, idle=0.3, total=2)

    def listening(self):
        return bool(kernel.listeners(self.port))

    def find_intruder(self):
        """Is it another program that listens on the port, and has ours not got it?"""
        if not any(bind.port == self.port and bind.ok for bind in self.sockets.calls("bind")):
            for inode in kernel.listeners(self.port):
                if not self.program.holders(inode):
                    self.intruded, self.intruder = True, kernel.holder(inode)

    def ready(self, last):
        """Has it got as far as a step that nobody connects to?"""
        server = self.sockets.server_call()
        if last == "socket" or not server:
            return last == "socket" and server
        bound = [b for b in self.sockets.calls("bind", socket=server.new_socket) if b.ok]
        return last == "bind" and any(b.port == self.port for b in bound)

    def ask(self, address="127.0.0.1"):
        """Sends one client, and waits for as long as something may come of it."""
        client = Client(self.port, address, self.request)
        self.clients.append(client)
        self.patience.settle(lambda: client.receive() or self.expects_request(client), growing=lambda: len(client.data))
        if self.expects_request(client, 0):
            # From now on every client sends it.
            self.request = REQUEST
            client.ask(REQUEST)
            self.patience.settle(client.receive)
        if client.end:
            self.patience.settle(lambda: not client.held_by_server(), idle=0.1, total=0.2)
            client.leave()
        return client

    def expects_request(self, client, seconds=1.5):
        """Is it, and has it been for a while, waiting for this first client to say something?"""
        if client.over() or client.data or self.request or not self.sockets.reads():
            return False
        return time.monotonic() - client.since > seconds

    def send(self, last):
        """A first client, one from another address, two that leave abruptly, and then some more."""
        first = self.ask()
        if first.end not in (None, "endless"):
            self.send_more(last)
        # A program that is about to end, or to wait, gets a moment to do so before it is judged.
        self.patience.settle(lambda: False, idle=0.2, total=2)

    def send_more(self, last):
        """The clients after the first, and how many descriptors and processes they cost."""
        descriptors, processes = self.program.open_descriptors(), len(self.program.processes())
        self.ask("127.0.0.2")
        if last != "accept" and self.reply in self.clients[-1].data:
            for _ in range(2):
                Client(self.port, request=self.request).leave(abruptly=True)
                self.rude += 1
        for _ in range(3):
            if self.clients[-1].end is None:
                return
            self.ask()
        self.between = len(self.clients) - 1
        self.patience.settle(lambda: self.program.open_descriptors() - descriptors < self.between, idle=1)
        self.grown = self.program.open_descriptors() - descriptors
        self.children = len(self.program.processes()) - processes

    def blocked_by_time_wait(self):
        """The bind call that failed for no other reason than connections that the kernel still remembers."""
        binds = [b for b in self.sockets.calls("bind") if b.port == self.port]
        failed = next((b for b in binds if b.error == "EADDRINUSE"), None)
        kept = failed and not any(b.ok for b in binds) and kernel.in_time_wait(self.port) and not self.listening()
        return failed if kept else None

    def part(self):
        """Takes leave of the clients that still wait. Not before the verdict: it changes what is seen."""
        for client in self.clients:
            client.leave()
