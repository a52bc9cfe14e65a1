"""The visit: requests whole and in pieces, wrong and too long, beside silent clients; facts, and no words.

It goes on as long as the answers are right: what was not asked stays None.
"""

import contextlib
import os
import re
import select
import socket
import time

import guard
import kernel

from .. import visit

GET = b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n"
PIECES = (b"GE", b"T / HT", b"TP/1.0\r\nHost: local", b"host\r\n\r\n")
WRONG, LONG = b"HELLO\r\n\r\n", b"GET /" + b"x" * 200000
PATIENCE, SILENT, LIMIT = 3, 100, 10  # seconds for an answer, clients, seconds that step09 gives a client
NONBLOCKING = 0o4000


class Answer:
    """What a client got: the bytes, and how it ended: "closed", "reset", "open", or "refused"."""

    def __init__(self, data, end, seconds):
        self.data, self.end, self.seconds = data, end, seconds
        self.head, self.blank, self.body = data.partition(b"\r\n\r\n")
        found = re.match(rb"HTTP/1\.[01] (\d{3})\b", data)
        self.status = int(found[1]) if found else None
        length = re.search(rb"(?im)^content-length: *(\d+)", self.head)
        self.length = int(length[1]) if length else None
        self.complete = self.length is not None and len(self.body) >= self.length  # as far as it says itself

    @property
    def whole(self):
        """Does the client know that this was all?"""
        return self.end == "closed" or self.complete

    def right(self, reply):
        return self.status == 200 and self.whole and self.body == reply and self.length in (None, len(reply))

    @property
    def refusal(self):
        return self.status is not None and 400 <= self.status < 500 and self.whole


class Visit(visit.Visit):
    """What has been seen of one run of the program, for the steps up to LAST."""

    def __init__(self, program, patience, course):
        super().__init__(program, patience, course)
        self.plain = self.pieces = self.early = self.wrong = self.long = self.after = None
        self.beside = self.crowd = self.processes = self.threads = self.blocking = None
        self.zombies = self.left_processes = self.left_threads = self.left_descriptors = None
        self.limit = self.busy = None
        self.endless = False
        self.silent = []

    def make(self, last):
        self.patience.settle(self.listening, idle=10, total=60)
        self.find_intruder()
        if self.listening() and not self.intruded and self.requests() and last >= 7 and self.silence() and last >= 9:
            if self.threads < SILENT / 2 and self.busy < 100 and not self.blocking:
                self.time_limit()
        # A program that is about to end gets a moment to do so before it is judged.
        self.wait(lambda: not self.program.alive(), 0.3)

    # --- one client at a time --------------------------------------------------------------------

    def ask(self, *pieces):
        """Sends the pieces, each when the program has had time for the one before, and takes the answer."""
        begin, got = time.monotonic(), bytearray()
        try:
            with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as client:
                if pieces[1:]:
                    self.early = self.send_slowly(client, pieces[:-1])
                    got += self.early
                end = take_answer(client, pieces[-1], got)
        except ConnectionRefusedError:
            end = "refused"
        except ConnectionError:
            end = "reset"
        except OSError:
            end = "open"  # in time there was no more
        return Answer(bytes(got), end, time.monotonic() - begin)

    def send_slowly(self, client, pieces):
        """Sends the pieces, and returns what comes back although that was not all."""
        for piece in pieces:
            client.sendall(piece)
            self.wait(lambda: self.all_read(client) or select.select([client], [], [], 0)[0], 1)
            time.sleep(0.1)  # more than the program needs to come back for the next
        return client.recv(65536) if select.select([client], [], [], 0)[0] else b""

    def all_read(self, client):
        """Has the program read all that this client has sent?"""
        return not unread(kernel.other_end(client, *client.getpeername()))

    def wait(self, fact, seconds):
        limit = time.monotonic() + seconds
        while not fact() and time.monotonic() < limit:
            self.program.trace.update()
            time.sleep(0.01)
        return fact()

    def requests(self):
        """Step06: whole, in pieces, wrong, too long, and whole again. Were all answers right?"""

        def right(answer):
            return answer.right(self.reply)

        def refused(answer):
            return answer.refusal

        for name, pieces, good in (("plain", (GET,), right), ("pieces", PIECES, right), ("wrong", (WRONG,), refused),
                                   ("long", (LONG,), lambda answer: answer.refusal and answer.end == "closed"),
                                   ("after", (GET,), right)):  # fmt: skip
            setattr(self, name, self.ask(*pieces))
            if not good(getattr(self, name)):
                return False
        return True

    # --- beside silent clients -------------------------------------------------------------------

    def numbers(self):
        """How many processes, zombies, threads and descriptors there are."""
        pids = self.program.processes()
        others = {child for pid in pids for child in guard.children(pid)} - pids
        zombies = sum((guard.stat_fields(pid) or "-")[0] == "Z" for pid in others)
        return len(pids), zombies, entries(pids, "task"), entries(pids, "fd")

    def connect_silent(self, count):
        for _ in range(count):
            self.silent.append(socket.create_connection(("127.0.0.1", self.port), 5))
        # Until all have been taken, or as many as it takes.
        left, since = count, time.monotonic()
        while left and time.monotonic() - since < 2:
            now = unread(kernel.sockets([kernel.LISTEN], self.port))
            since = time.monotonic() if now != left else since
            left = now
            self.program.trace.update()
            time.sleep(0.02)

    def part(self):
        """Takes leave of the silent clients."""
        for client in self.silent:
            client.close()
        self.silent = []

    def silence(self):
        """Step07 and on: beside one silent client, beside a hundred, and when they have gone."""
        before = self.settled()
        self.connect_silent(1)
        self.beside = self.ask(GET)
        if not self.beside.right(self.reply):
            self.part()
            return False
        self.connect_silent(SILENT - 1)
        self.crowd = self.ask(GET)
        among = self.numbers()
        self.processes, self.threads = among[0] - before[0], among[2] - before[2]
        self.blocking = self.blocks()
        self.busy = self.calls_a_second(0.5)
        self.part()
        if not self.crowd.right(self.reply):
            return False
        after = self.settled(before)
        self.zombies = after[1]
        self.left_processes, self.left_threads = after[0] - before[0], after[2] - before[2]
        self.left_descriptors = after[3] - before[3]
        return True

    def settled(self, wanted=None):
        """The numbers, once they are the wanted ones, or stay the same for a while."""
        last, since = self.numbers(), time.monotonic()
        limit, still = since + 30, 3 if wanted else 0.3
        while last != wanted and time.monotonic() < limit and time.monotonic() - since < still:
            time.sleep(max(0.1, min((time.monotonic() - since) / 3, 0.5)))
            self.program.trace.update()
            now = self.numbers()
            if now != last:
                last, since = now, time.monotonic()
        return last

    def blocks(self):
        """Is a connected socket of its one in blocking mode?"""
        peers = {client.getsockname()[1] for client in self.silent}
        inodes = {each.inode for each in kernel.sockets(port=self.port) if each.peer in peers}
        for pid, number, what in kernel.descriptors(self.program.processes()):
            if what[8:-1] in inodes:
                with open(f"/proc/{pid}/fdinfo/{number}", encoding="ascii") as file:
                    return not int(re.search(r"flags:\s*(\d+)", file.read())[1], 8) & NONBLOCKING
        return False

    def calls_a_second(self, seconds):
        """How many system calls it makes while nothing happens."""
        self.program.trace.update()
        before = len(self.program.trace.calls)
        time.sleep(seconds)
        self.program.trace.update()
        return (len(self.program.trace.calls) - before) / seconds

    def time_limit(self):
        """Step09: how many seconds until a client that says nothing, and one that says half, are let go; None for
        more than half as long again."""
        begin = time.monotonic()
        self.connect_silent(2)
        try:
            self.silent[1].sendall(GET[:10])
        except OSError:
            pass
        times = {}  # client: when it was let go
        while len(times) < 2 and time.monotonic() - begin < LIMIT * 1.5:
            gone = select.select([client for client in self.silent if client not in times], [], [], 0.2)[0]
            times.update((client, time.monotonic() - begin) for client in gone)
            self.program.trace.update()
        self.endless = len(times) < 2
        self.limit = None if self.endless else (min(times.values()), max(times.values()))
        self.part()


def take_answer(client, request, got):
    """Sends the request, or the rest of it, and adds what comes to got. Returns how that ended, where it did."""
    end = "closed"
    try:
        client.sendall(request)
    except ConnectionError:
        end = "reset"  # but there may be an answer
    while part := client.recv(65536):
        got += part
        if Answer(bytes(got), "open", 0).complete:
            client.settimeout(0.5)  # it knows that this was all; does the server close?
    return end


def unread(sockets):
    """Their Recv-Q, all together: bytes unread, or connections not yet accepted."""
    return sum(each.queue for each in sockets)


def entries(pids, folder):
    """How many entries these processes' folders in /proc have, all together."""
    count = 0
    for pid in pids:
        with contextlib.suppress(OSError):  # it has ended
            count += len(os.listdir(f"/proc/{pid}/{folder}"))
    return count
