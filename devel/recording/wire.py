"""A network in which no packet moves unless it is told to: a tun device whose other end is this program.

What the kernel sends to 10.0.0.2 comes back to it as from 10.0.0.2, so that a client and a server on one machine
talk through here. Needs a network of its own and the right to make the device. tun(4), RFC 9293.
"""

import fcntl
import os
import select
import struct
import subprocess

HERE, THERE = "10.0.0.1", "10.0.0.2"


class Wire:
    """held: the packets that are on their way, as (what, who sent it: client or server, the packet)."""

    def __init__(self):
        self.device = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(self.device, 0x400454CA, struct.pack("16sH22x", b"story", 0x1001))  # TUNSETIFF: tun, no header
        commands = f"link set lo up\naddress add {HERE}/24 dev story\nlink set story up\n"
        subprocess.run(["ip", "-batch", "-"], input=commands, universal_newlines=True, check=True)
        self.held, self.known = [], set()

    def look(self):
        """Takes in what the kernel has sent. A second copy of a packet is forgotten."""
        while select.select([self.device], [], [], 0)[0]:
            packet = os.read(self.device, 4096)
            if packet[0] >> 4 != 4 or packet[9] != 6:
                continue  # no TCP over IPv4
            tcp = packet[(packet[0] & 15) * 4:]
            ports, flags = struct.unpack("!HH", tcp[:4]), tcp[13]
            size = struct.unpack("!H", packet[2:4])[0] - (packet[0] & 15) * 4 - (tcp[12] >> 4) * 4
            name = self.name(flags, size)
            mark = (ports, name, tcp[4:12] if name == "ACK" else tcp[4:8])
            if mark not in self.known:
                self.known.add(mark)
                self.held.append((name, "server" if ports[0] == 8001 else "client", packet))

    @staticmethod
    def name(flags, size):
        if flags & 4:
            return "RST"
        if flags & 2:
            return "SYN+ACK" if flags & 16 else "SYN"
        return "FIN" if flags & 1 else "DATA" if size else "ACK"

    def deliver(self, packet):
        """Sender and receiver change places, which leaves the checksums right."""
        self.held.remove(packet)
        data = packet[2]
        os.write(self.device, data[:12] + data[16:20] + data[12:16] + data[20:])
