"""The visit to a program: it is waited for, and sent clients, as long as the answers are right."""

import time

import kernel

from .client import Client
from .sockets import Sockets

REQUEST = b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n"


class Visit:
    """What has been seen of one run of the program."""

    def __init__(self, program, patience, port, reply):
        self.program, self.patience = program, patience
        self.port, self.reply = port, reply
        self.sockets = Sockets(program.trace, port)
        self.clients = []  # in the order in which they came
        self.request = b""  # what every client sends, once the program has shown that it waits
        self.lingers = None  # does it keep connections that have come to their end?
        self.counts = None  # what the program had after its first client, and at the end
        self.busy = False  # did it use a processor while there was nothing to do?
        self.threads_begin = False  # is it to be visited again, with threads that begin late?

    def make(self, last):
        """Watches the program until it is ready for the last call asked about; sends clients."""
        settle = self.patience.settle
        got_there = settle(lambda: self.ready(last), idle=30, total=300)
        if last in ("accept", "write") and got_there:
            self.send(last)
        elif last == "listen" and got_there:
            self.clients.append(Client(self.port))
        # A program that is about to end, or to wait, gets a moment to do so before it is judged.
        began, used = time.monotonic(), kernel.seconds(self.program.processes())
        self.busy = settle(lambda: self.patience.computes(0.5), idle=0.6, total=3)
        used, spent = kernel.seconds(self.program.processes()) - used, time.monotonic() - began
        self.busy = self.busy or spent > 0.5 and used > spent / 2

    def ready(self, last):
        """Has it got as far as this step: to a socket that has the port, and listens?"""
        server = self.sockets.server_call()
        least = {"socket": 0, "bind": 1}.get(last, 2)
        return server and self.sockets.rank(server)[0] >= least

    def come(self, address="127.0.0.1", rude=False):
        """Sends one client, and does not wait for it."""
        self.clients.append(Client(self.port, address, self.request, rude))
        return self.clients[-1]

    def ask(self, *addresses):
        """Sends a client to each of these addresses, all at once, and waits for as long as
        something may come of it. Have all of them come to their end?"""
        clients, settle = [self.come(each) for each in addresses], self.patience.settle
        settle(lambda: all([c.receive() for c in clients]) or self.expects_request(clients[0]),
               growing=lambda: sum(len(c.data) for c in clients))
        if self.expects_request(clients[0], 0):
            # From now on every client sends it.
            self.request = REQUEST
            clients[0].ask(REQUEST)
            settle(clients[0].receive)
        if self.lingers is None and clients[0].end:
            self.lingers = not settle(lambda: not clients[0].held(), idle=0.1, total=0.2)
        for client in clients:
            if client.end:
                client.leave(self.lingers)
        return all(client.end not in (None, "endless") for client in clients)

    def expects_request(self, client, seconds=1.5):
        """Is it, and has it been for a while, waiting for this first client to say something?"""
        if client.end or client.error or client.data or self.request:
            return False
        return bool(self.sockets.reads()) and time.monotonic() - client.since > seconds

    def send(self, last):
        """The clients: one; one to another address; two at once; one more; one after a pause; two
        that break off, and one. Stops at the first that is left waiting."""
        if not self.ask("127.0.0.1"):
            return
        self.program.trace.update()
        self.threads_begin = not self.program.threads_late and self.sockets.makes_threads()
        before, polite = self.program.counts(), [["127.0.0.2"], ["127.0.0.1"] * 2, ["127.0.0.1"]]
        if self.threads_begin or not all(self.ask(*each) for each in polite):
            return
        if self.ask_after_pause() and self.break_off(last):
            self.patience.settle(lambda: not self.more_than(before), idle=1)
            self.counts = before, self.program.counts()

    def break_off(self, last):
        """Two clients that break off before any call of the program's returns, so that its write
        fails; and one that does not: is that served? Where nobody writes yet, that one alone."""
        if last == "write" and self.reply in self.clients[-1].data:
            self.program.hold()
            self.come(rude=True)
            self.come(rude=True)
            self.program.go_on()
        return self.ask("127.0.0.1")

    def more_than(self, before):
        """Has the program more of anything than it had then?"""
        now = self.program.counts()
        return any(now[what] > before[what] for what in now)

    def ask_after_pause(self):
        """One more client, where it waits with a time limit: after that has once run out."""
        if not self.patience.watches():
            return True
        now = len(self.program.trace.calls)
        self.patience.settle(lambda: any(call.value == 0 for call in self.patience.watches(now)),
                             idle=6, total=6)
        return self.ask("127.0.0.1")

    def part(self):
        """Takes leave of the clients that still wait. That changes what is seen."""
        for client in self.clients:
            client.leave()
