"""The visit to a program: it is waited for, and sent clients, as long as the answers are right."""

import time

import kernel

from .client import Client
from .sockets import Sockets

REQUEST = b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n"
SLOW = 1  # seconds; a server that takes longer for one client is sent fewer


class Visit:
    """What has been seen of one run of the program. gentle: no client breaks off."""

    def __init__(self, program, patience, course, gentle=False):
        self.program, self.patience, self.gentle = program, patience, gentle
        self.port, self.reply = course.port, course.reply
        self.sockets = Sockets(program.trace, course.port)
        self.clients = []  # in the order in which they came
        self.request = b""  # what every client sends, once the program has shown that it waits
        self.lingers = None  # does it keep connections that have come to their end?
        self.counts = None  # what the program had after its first client, and at the end
        self.busy = False  # did it use a processor while there was nothing to do?
        self.threads_begin = False  # is it to be visited again, with threads that begin late?

    def make(self, last):
        """Watches the program until it is ready for the last call asked about; sends clients."""
        settle = self.patience.settle
        settle(lambda: self.sockets.tcp_sockets() or self.listening(), idle=30, total=300)
        got_there = settle(lambda: self.ready(last) or self.listening(), idle=10, total=300)
        if last not in ("socket", "bind") and not got_there:
            return
        if last in ("accept", "write"):
            self.send(last)
        elif last == "listen":
            self.clients.append(Client(self.port))
        # A program that is about to end, or to wait, gets a moment to do so before it is judged.
        began, used = time.monotonic(), kernel.seconds(self.program.processes())
        self.busy = settle(lambda: self.patience.computes(0.5), idle=0.6, total=1)
        used, spent = kernel.seconds(self.program.processes()) - used, time.monotonic() - began
        self.busy = self.busy or spent > 0.5 and used > spent / 2

    def listening(self):
        """Does somebody listen? The kernel is asked only once the program may have got there: its
        table may be long."""
        calls = self.sockets.calls("listen", "io_uring_enter", "io_uring_setup")
        return bool(calls and kernel.listeners(self.port))

    def ready(self, last):
        """Has it got as far as a step that nobody connects to?"""
        server = self.sockets.server_call()
        if last == "socket" or not server:
            return last == "socket" and server
        bound = [b for b in self.sockets.calls("bind", socket=server.new_socket) if b.ok]
        return last == "bind" and any(b.port == self.port for b in bound)

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
        """The clients: one; one to another address; two at once; two that break off; some more; one
        after a pause. Stops at the first that is left waiting."""
        if not self.ask("127.0.0.1"):
            return
        self.program.trace.update()
        self.threads_begin = self.program.on_time and self.sockets.makes_threads()
        before, slow = self.program.counts(), self.clients[0].took > SLOW
        if self.threads_begin or not self.ask("127.0.0.2"):
            return
        if not self.ask("127.0.0.1", "127.0.0.1"):
            return
        rude = last == "write" and self.reply in self.clients[-1].data and not self.gentle
        if rude and not self.break_off():
            return
        if all(self.ask("127.0.0.1") for _ in range(1 if slow else 2)) and self.ask_after_pause():
            self.patience.settle(lambda: not self.more_than(before), idle=1)
            self.counts = before, self.program.counts()

    def break_off(self):
        """Two clients that break off, and one that does not: is that served? Again, where the two
        have been too slow for a write to fail."""
        for _ in range(3):
            self.come(rude=True)
            self.come(rude=True)
            if not self.ask("127.0.0.1"):
                return False
            if any(c.error in ("EPIPE", "ECONNRESET") for c in self.program.trace.calls):
                break
        return True

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

    def blocked_by_time_wait(self):
        """The bind call that failed only since the kernel remembers connections; or None."""
        binds = [b for b in self.sockets.calls("bind") if b.port == self.port]
        failed = next((b for b in binds if b.error == "EADDRINUSE"), None)
        kept = failed and not any(b.ok for b in binds) and kernel.in_time_wait(self.port)
        return failed if kept and not kernel.listeners(self.port) else None

    def part(self):
        """Takes leave of the clients that still wait. That changes what is seen."""
        for client in self.clients:
            client.leave()
