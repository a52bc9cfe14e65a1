"""What a moment of a story consists of."""

import dataclasses


@dataclasses.dataclass
class Process:
    """A process of a program; or a thread, which shares its process's descriptors."""

    fds: dict  # number: the id of a socket, or "terminal"
    thread: bool = False
    waits: str = None  # the call that it waits in
    woken: bool = False  # has the kernel what it waits for?
    line: int = None  # of the source
    end: str = None  # an exit status, or "killed by SIGPIPE"
    ignores: tuple = ()  # signals
    printed: str = ""  # its last two lines

    def shown(self):
        return dict(vars(self), fds=dict(self.fds))


@dataclasses.dataclass
class Moment:
    """Something that happened, and how everything is then.

    who: server, client, server.1 (a child or a thread), client.1, server-kernel, client-kernel.
    key, facts: for its sentence. state: {"processes", "sockets", "wire"}. changes: what is new in
    it, {name: {field: value}}, and None for what has gone. event: the number of its call. free:
    could it also have come before the other side's last call?
    """

    who: str
    key: str
    facts: dict
    state: dict
    changes: dict
    event: int = 0
    free: bool = False


def takes(sock, call):
    """Has this accept taken a connection out of the queue? It fails after that where there is no
    room for the address."""
    lost = call.error in ("EINVAL", "EFAULT") and "NULL, NULL" not in call.arguments
    return call.ok or lost and sock.state == "LISTEN"


def asks_nothing(call):
    """Does this read leave what there is where it is?"""
    return "MSG_PEEK" in call.arguments or call.list[2:3] == ["0"]
