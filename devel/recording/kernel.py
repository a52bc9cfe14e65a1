#!/usr/bin/env python3
"""kernel.py SECONDS STEP...: plays the steps' recordings with the programs themselves, to judge the model. From the
repository's top, where build/ and clients/ hold the programs; with the right to make networks.

Each program is stopped between its calls, each packet between the kernels. After every moment of the story, what
the model says is compared with the kernel: /proc/PID/fd, /proc/net/tcp, what the sockets say of themselves, the
packets on their way, the call in which a program sleeps: within SECONDS. Prints the moments and how many things were
compared.

Exit  0 all is as the model says, 1 a moment is not, and what differs
"""
import ctypes
import os
import re
import socket
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "tools"))
from puppet import NUMBERS, Puppet, libc  # noqa: E402
from story import model, recording  # noqa: E402
from story.run import until  # noqa: E402
from wire import HERE, THERE, Wire  # noqa: E402

STATES = dict(enumerate("ESTABLISHED SYN-SENT SYN-RECV FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT CLOSED CLOSE-WAIT LAST-ACK "
                        "LISTEN CLOSING SYN-RECV".split(), 1))
PIDFD_GETFD, CLONE_NEWNET = 438, 0x40000000


class Run:
    """The two programs and the wire; shown: what the kernel holds, in the model's words."""

    def __init__(self, server, client, patience):
        self.puppets = {}
        self.commands = {"server": [server], "client": [client, THERE, "8001", "1"]}
        self.wire = Wire()
        self.compared = self.unacknowledged = 0
        self.patience = patience  # seconds for the kernel's packets to come to rest
        self.port = None  # the client's
        self.read_since = False  # the end counts as a byte in Recv-Q, until a read has emptied the buffer

    def act(self, event):
        """The program's part of an event."""
        who, name = event.who, event.call.name
        if who not in self.puppets:
            self.puppets[who] = Puppet(self.commands[who])
        puppet = self.puppets[who]
        if event.phase != "gets":
            puppet.begin(name)
        if event.phase != "asks":
            value = puppet.finish()
            if event.call.ok and value != event.call.value and event.call.descriptor != 2:  # its text names the host
                raise AssertionError(f"{name} returned {value}")

    def hold(self, state):
        """A program whose call would at once take what has come (accept, read) is kept from it, to see it come."""
        for who, process in state["processes"].items():
            if process["woken"] and process["waits"] != "connect" and not self.puppets[who].held:
                self.puppets[who].hold()

    def pump(self, before, moment):
        """Delivers what was on the wire, and the bare acknowledgements that the model leaves out."""
        self.wire.look()
        kept = {(w["what"], self.sender(w)) for w in moment["state"]["wire"]}
        for packet in list(self.wire.held):
            if packet[:2] in before and packet[:2] not in kept or packet[0] == "ACK" and packet[:2] not in kept:
                self.wire.deliver(packet)

    @staticmethod
    def sender(packet):
        return "client" if packet["from"] and re.match(r"C\d+$", packet["from"]) else "server"

    def address(self, text):
        """As the model writes it: one machine, one name for the client's port."""
        text = text.replace(HERE, "127.0.0.1").replace(THERE, "127.0.0.1")
        host, _, port = text.rpartition(":")
        if int(port) > 30000:
            self.port = self.port or port
            port = str(model.CLIENT_PORT) if port == self.port else port
        return f"{host}:{port}" if host != "0.0.0.0" or port != "0" else ""

    def end(self, text):
        """The same from /proc/net/tcp."""
        host, port = (int(each, 16) for each in text.split(":"))
        return self.address(f"{socket.inet_ntoa(struct.pack('=I', host))}:{port}")

    def rows(self):
        """All connections and listening sockets: [state, Recv-Q, Send-Q, local, peer], in the model's words. proc(5)"""
        found, self.unacknowledged = [], 0
        with open("/proc/net/tcp", encoding="ascii") as file:
            for row in list(file)[1:]:
                local, peer, state, queues, timer = row.split()[1:6]
                sent, received = (int(each, 16) for each in queues.split(":"))
                found.append([STATES[int(state, 16)], received, sent, self.end(local), self.end(peer)])
                self.unacknowledged += timer.startswith("01")
        return sorted(found)

    def descriptors(self, who):
        """{number: "socket" or "terminal"}, {} for a program that has ended."""
        folder = f"/proc/{self.puppets[who].pid}/fd" if who in self.puppets else ""
        try:
            links = {number: os.readlink(f"{folder}/{number}") for number in os.listdir(folder)}
        except FileNotFoundError:
            return {}
        return {n: "socket" if link.startswith("socket") else "terminal" for n, link in links.items()}

    def own_view(self, who, number):
        """What a socket says of itself: its address, its options, and how many may wait in its queue. pidfd_getfd(2)"""
        pidfd = os.pidfd_open(self.puppets[who].pid)
        copy = libc.syscall(PIDFD_GETFD, pidfd, int(number), 0)
        os.close(pidfd)
        with socket.socket(fileno=copy) as sock:
            reuse = sock.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR)
            state, backlog = struct.unpack("B27xI", sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 32))
            host, port = sock.getsockname()
            if host == "0.0.0.0" and str(port) == self.port:
                port = 0  # what a refused connection leaves: the kernel has taken the port back
            own = self.address(f"{host}:{port}"), ["SO_REUSEADDR"] if reuse else []
            return (*own, backlog if STATES[state] == "LISTEN" else None)

    def shown(self):
        """Everything that can be compared, as the kernel has it."""
        self.wire.look()
        found = {"sockets": self.rows(), "wire": sorted(packet[:2] for packet in self.wire.held)}
        for who in self.puppets:
            found[who + " descriptors"] = fds = self.descriptors(who)
            found[who + " waits"] = self.puppets[who].asleep_in() if fds else None
            for number, kind in fds.items():
                if kind == "socket":
                    found[f"{who} {number}"] = self.own_view(who, number)
        return found

    def promised(self, state):
        """The same, as the model has it."""
        rows = []
        for sock in state["sockets"].values():
            if sock["state"] != "CLOSED":
                ended = sock["eof"] and not self.read_since
                received = len(sock["queue"]) if sock["state"] == "LISTEN" else sock["bytes"] + ended
                rows.append([sock["state"], received, self.unanswered(sock, state), sock["local"], sock["peer"]])
        found = {"sockets": sorted(rows), "wire": sorted((w["what"], self.sender(w)) for w in state["wire"])}
        for who in self.puppets:
            process = state["processes"][who]
            fds = process["fds"]
            found[who + " descriptors"] = {n: "socket" if t != "terminal" else t for n, t in fds.items()}
            found[who + " waits"] = NUMBERS[process["waits"]] if process["waits"] and not process["woken"] else None
            for number, target in fds.items():
                if target != "terminal":
                    sock = state["sockets"][target]
                    most = sock["backlog"] if sock["state"] == "LISTEN" else None
                    found[f"{who} {number}"] = sock["local"], sock["options"], most
        return found

    @staticmethod
    def unanswered(sock, state):
        """Send-Q: what was sent and is not acknowledged. SYN and FIN count as one byte, like the end in Recv-Q."""
        mine = [w for w in state["wire"] if w["from"] == sock["id"]]
        if sock["state"] in ("SYN-SENT", "FIN-WAIT-1", "LAST-ACK"):
            return 1
        return sum(w.get("bytes", 0) for w in mine)

    def check(self, moment, before):
        """Is the kernel, once its packets have come to rest, where the model says that it is?"""
        state, found, promised = moment["state"], {}, self.promised(moment["state"])

        def equal():
            self.pump(before, moment)
            found.clear()
            found.update(self.shown())
            # Where nothing is on its way, no kernel may still wait for an acknowledgement.
            return found == promised and (state["wire"] or not self.unacknowledged)

        until(equal, self.patience)
        if not equal():
            lines = [f"{name}: the model says {promised.get(name)}, the kernel {found.get(name)}"
                     for name in promised if promised.get(name) != found.get(name)]
            raise AssertionError("\n".join(lines))
        self.compared += len(promised)


def play(step, patience):
    """One step's recording, in a network of its own."""
    if libc.unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    run = Run(f"build/{os.path.basename(step)}", "clients/client", patience)
    events, before, last, count, moment = recording.read(f"{step}/request.events"), set(), None, 0, None
    try:
        for moment in recording.play(events):
            if moment["event"] != last:
                last = moment["event"]
                if moment["key"] not in ("connect-asks", "waits") and before:
                    run.pump(before, moment)
                run.act(events[last])
            run.read_since = run.read_since or moment["key"] in ("read", "read-end")
            run.hold(moment["state"])
            run.check(moment, before)
            before = {(w["what"], run.sender(w)) for w in moment["state"]["wire"]}
            count += 1
    except AssertionError as difference:
        sys.exit(f"{step}, moment {count + 1}, {moment['who']} {moment['key']}: {difference}")
    finally:
        for puppet in run.puppets.values():
            puppet.end()
    print(f"{step}: {count} moments, {run.compared} comparisons")


if __name__ == "__main__":
    for each in sys.argv[2:]:
        play(each, float(sys.argv[1]))
