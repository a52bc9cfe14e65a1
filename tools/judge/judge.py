"""Judges a program by what it asked of the kernel and by what its clients got: which steps it has
reached and, for the first that it has not, what is wrong.

A rule says what the trace means (which socket is the listening one, which call failed with what, what
the client got), never how a program is written. Where no rule fits, it shows expected and seen only.
"""

import re
import socket

from . import client as net
from .client import PORT, Client, show

REPLY = b"hello world"
SWAPPED = (PORT & 0xFF) << 8 | PORT >> 8  # what becomes of the port without htons
WRITES = ("write", "writev", "sendto", "sendmsg", "sendmmsg", "send", "sendfile", "pwrite64")
READS = ("read", "readv", "recvfrom", "recvmsg", "recv")
ACCEPTS = ("accept", "accept4")
WATCHES = ("poll", "ppoll", "select", "_newselect", "pselect6", "epoll_ctl")
WILDCARDS = ("0.0.0.0", "::", "::ffff:0.0.0.0")
CRASHES = dict.fromkeys(("SIGSEGV", "SIGBUS"), "it used memory that is not its own")
CRASHES |= {"SIGABRT": "it gave up on purpose, or the C library found its memory damaged"}
CRASHES |= {"SIGILL": "it came to an instruction that does not exist", "SIGFPE": "a division by zero, say"}
SOCKET_CALLS = ("socket", "bind", "listen", "connect") + ACCEPTS


class Problem:
    """Why a step is not reached. mistake and attempt are empty where nothing is certain."""

    def __init__(self, expected, seen, mistake="", attempt="", read=None):
        self.expected, self.seen, self.mistake, self.attempt = expected, seen, mistake, attempt
        self.read = read  # the step whose lesson helps, where it is not the step that failed


class Judge:
    def __init__(self, program):
        self.program, self.trace = program, program.trace
        self.clients = []  # in the order in which they came
        self.grown = 0  # descriptors more than before, after how many clients
        self.children = 0  # processes more than before, likewise
        self.between = 0
        self.rude = 0  # clients that left abruptly, whose end nobody asks about

    # --- finding the socket that matters ---------------------------------------------------------

    def calls(self, *names, socket=None):
        return [c for c in self.trace.calls if c.name in names and (socket is None or c.socket == socket)]

    def tcp_sockets(self):
        """The socket calls that made a TCP socket."""
        return [
            c
            for c in self.calls("socket")
            if c.new_socket and c.list[0] in ("AF_INET", "AF_INET6") and "SOCK_STREAM" in c.list[1]
        ]

    def server_socket(self):
        """The socket call of the socket that serves, or is meant to. None without any."""
        best = None
        for call in self.tcp_sockets():
            binds = self.calls("bind", socket=call.new_socket)
            listens = self.calls("listen", socket=call.new_socket)
            rank = (
                any(b.ok and b.port == PORT for b in binds) + any(l.ok for l in listens),
                any(b.port == PORT for b in binds),
                any(l.ok for l in listens),
                # Runtimes try out what the kernel can do on sockets of their own, with port 0.
                any(b.port != 0 for b in binds),
                not self.calls("connect", socket=call.new_socket),
                len(listens),
            )
            if best is None or rank >= best[0]:
                best = (rank, call)
        return best[1] if best else None

    def listeners(self):
        """The socket calls of all that listened on the port: there may be one for each family, or
        thread, or one after the other. The server's own is among them."""
        server = self.server_socket()
        return [
            call
            for call in self.tcp_sockets()
            if call is server
            or any(b.ok and b.port == PORT for b in self.calls("bind", socket=call.new_socket))
            and any(c.ok for c in self.calls("listen", socket=call.new_socket))
        ]

    def accepted(self):
        """The accept calls on a listening socket that gave a connected one."""
        sockets = {call.new_socket for call in self.listeners()}
        return [c for c in self.calls(*ACCEPTS) if c.socket in sockets and c.new_socket]

    # --- what happened to the program ------------------------------------------------------------

    def fate(self):
        """(how it ended in words, the signal that killed it or "") or None while it lives."""
        if self.program.alive():
            return None
        self.trace.update()
        signals = [end.split()[-1] for end in self.trace.ends.values() if end.startswith("killed by ")]
        signals += [end.split()[2] for end in self.trace.ends.values() if "core dumped" in end]
        crash = next((s for s in signals if s.startswith("SIG") and s != "SIGKILL"), "")
        end = self.last_end()
        return f"the program {'was ' if end.startswith('killed') else ''}{end}", crash

    def last_end(self):
        return list(self.trace.ends.values())[-1] if self.trace.ends else "ended"

    def cannot_run(self):
        """The shell's complaint where the command could not be run at all, or None."""
        if self.fate() and self.last_end() in ("exited with 127", "exited with 126") and not self.tcp_sockets():
            return (self.program.output().strip().splitlines() or ["the program cannot be run"])[-1]
        return None

    def doing(self):
        """The line that shows best what the program does now, or did last."""
        fate = self.fate()
        if fate:
            said = self.complaint()
            last = [c for c in self.trace.calls if c.socket or c.new_socket or c.name in SOCKET_CALLS]
            lines = [f"{last[-1].text}" if last else "", fate[0] + (f", saying: {said}" if said else "")]
            return "; then ".join(line for line in lines if line)
        spin = self.program.spins_on()
        if spin:
            return f"{spin.text}, again and again"
        if self.trace.signals and self.trace.signals[-1][1] == "stopped":
            return "it is stopped, as by Ctrl-Z"
        waiting = [c for c in self.trace.pending.values() if not c.name.startswith(("wait", "futex"))]
        waiting = waiting or list(self.trace.pending.values())
        if not waiting:
            return "it computes, and calls nothing"
        return self.begun(waiting[-1]) + " (it waits in this call)"

    @staticmethod
    def begun(call):
        """The text of a call, which may not be over: what the kernel fills in shows only then."""
        text = call.text.rstrip()
        return text if call.value is not None else text + (" ...)" if text.endswith(",") else ")")

    def complaint(self):
        """The line of its output that says best why the program ended: where a runtime prints a
        traceback, the line that names the error; else the last."""
        said = [line.strip() for line in self.program.output().splitlines() if line.strip()]
        named = [line for line in said if re.search(r"\b[A-Z]\w*(Error|Exception)\b|Errno::|^panic: ", line)]
        line = (named or said or [""])[-1]
        line = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)
        return line if len(line) <= 200 else line[:200] + "..."

    def ended_with_error(self):
        """(mistake, attempt) where the program has ended by itself and says why, or None."""
        if not self.fate() or not self.last_end().startswith("exited with") or self.last_end() == "exited with 0":
            return None
        said = self.complaint()
        if not said:
            return None
        if name := self.taken_for_failure():
            why = "No call had failed: the program took a good result for a bad one."
            return why, f'Only -1 means failure: if ({name}(...) == -1) {{ perror("{name}"); return 1; }}'
        return "The program ended with an error of its own.", "Read what it says at its end."

    def taken_for_failure(self):
        """The name before the last ": Success" that it printed: what perror says where nothing failed."""
        found = re.findall(r"^(socket|setsockopt|bind|listen|accept|write|send|close): (?:Success|Undefined error: 0|No error information|No error)$", self.program.output(), re.M)
        return found[-1] if found else None

    def success_problem(self, expected, seen):
        """The problem of a server that takes what accept returns for a failure, or None."""
        if self.taken_for_failure() != "accept" or not self.accepted():
            return None
        why = f"accept returned {self.accepted()[0].value}, a success, and the program took it for a failure: it says \"accept: Success\"."
        return Problem(expected, seen, why, "Only -1 means failure: if (connected_fd == -1)")

    def precedence(self, number):
        """What may have made a descriptor 0 or 1, where accept returned another one; else nothing."""
        if number not in (0, 1) or number in {a.value for a in self.accepted()}:
            return ""
        written = "`fd = accept(...) < 0` (or == -1)" if number == 0 else "`fd = accept(...) >= 0` (or != -1)"
        return f" {written} without brackets would make it {number}: = binds last, so fd is the comparison's result."

    def crash_problem(self, expected, read=None):
        """The problem of a program that a signal has killed or that an unhandled error has ended."""
        fate = self.fate()
        if not fate or not fate[1]:
            return None
        signal = fate[1]
        if signal in CRASHES:
            return Problem(
                expected,
                self.doing(),
                f"The program crashed ({signal}): {CRASHES[signal]}.",
                "Build with `cc -g -fsanitize=address server.c` and run it by itself: it names the line.",
                read,
            )
        if signal != "SIGPIPE" and self.last_end() == f"killed by {signal}":
            why = f"{signal} ended the program: it came, and the program neither handles nor ignores it."
            return Problem(expected, self.doing(), why, "", read)
        return None

    # --- the steps -------------------------------------------------------------------------------

    def socket(self):
        server = self.server_socket()
        if server:
            return server.text
        if net.listening():
            return "(strace shows no socket call, but the program listens: io_uring?)"
        expected = "socket(AF_INET, SOCK_STREAM, 0) gives a descriptor: a TCP socket exists"
        # The C library asks name services through sockets of its own, and connects them.
        asking = {c.socket for c in self.calls("connect")}
        made = [c for c in self.calls("socket") if c.list[0] != "AF_NETLINK" and (c.error or c.new_socket not in asking)]
        if not made:
            why = "The program never asked the kernel for a socket." if self.is_quiet() else ""
            tried = self.calls("bind", "listen", *ACCEPTS)
            if self.fate() and self.last_end() != "exited with 0" and self.program.output().strip() and not tried:
                why = "The program ended with an error before it asked the kernel for a socket."
            attempt = "Call socket(AF_INET, SOCK_STREAM, 0) and keep the descriptor that it returns."
            return self.crash_problem(expected) or Problem(expected, self.doing(), why, attempt)
        call = next((c for c in made if c.error), made[-1])
        return self.wrong_socket(expected, call)

    def wrong_socket(self, expected, call):
        domain, kind = call.list[0], call.list[1]
        if domain in ("AF_UNIX", "AF_LOCAL") and "SOCK_DGRAM" in kind:
            why = "AF_INET and SOCK_STREAM have changed places: as numbers, they mean a Unix datagram socket then."
            return Problem(expected, call.text, why, "The address family comes first: socket(AF_INET, SOCK_STREAM, 0).")
        if "SOCK_DGRAM" in kind and not call.error:
            why = "SOCK_DGRAM makes a UDP socket: it has no connections, so there is nothing to listen for or to accept."
            return Problem(expected, call.text, why, "Ask for a stream: SOCK_STREAM.")
        if call.error:
            why = f"socket failed with {call.error}: the kernel knows no such combination of family, type and protocol, or forbids it."
            return Problem(expected, call.text, why, "socket(AF_INET, SOCK_STREAM, 0): the third argument 0 means the usual protocol, TCP.")
        return Problem(expected, call.text, f"This is not a TCP socket: {domain}, {kind}.", "socket(AF_INET, SOCK_STREAM, 0)")

    def is_quiet(self):
        """Is it certain that the program will do no more than it has done?"""
        return bool(self.fate() or self.program.waits_for_good() or self.program.spins_on())

    def pauses(self):
        """Does the program wait in pause? Where there is no such system call, libc has ppoll do it."""
        return any(c.name == "pause" or c.text.startswith("ppoll(NULL, 0, NULL") for c in self.program.trace.pending.values())

    def bind(self):
        server = self.server_socket()
        if not server:
            return "(not visible to strace)"
        binds = self.calls("bind", socket=server.new_socket)
        done = next((b for b in binds if b.ok), None)
        if done and done.port == PORT and done.address in WILDCARDS:
            return done.text
        expected = f"bind gives the socket the address 0.0.0.0, port {PORT}"
        if done:
            return self.wrong_address(expected, done)
        if binds:
            return self.failed_bind(expected, binds[-1])
        return self.no_bind(expected, server)

    def wrong_address(self, expected, call):
        listens = [c for c in self.calls("listen", socket=call.socket) if c.ok]
        if listens and self.trace.calls.index(listens[0]) < self.trace.calls.index(call):
            return self.too_late(expected, call)
        if call.port == SWAPPED:
            why = (
                f"The port went in without htons: {PORT} is 0x{PORT:04x}, and its two bytes the other way round, "
                f"0x{SWAPPED:04x}, are {SWAPPED}. The network wants the most significant byte first."
            )
            return Problem(expected, call.text, why, f".sin_port = htons({PORT})")
        if call.port == 0 and "AF_UNSPEC" in call.text:
            why = "The structure holds zeroes only, no family and no port: it was never filled, or cleared after that."
            return Problem(expected, call.text, why, "First clear the structure, then set its family, port and address, then call bind.")
        if call.port == 0:
            why = "Port 0 means: any free port. The kernel picked one, another at every start."
            return Problem(expected, call.text, why, f".sin_port = htons({PORT}), with s: cut to 16 bits, htonl({PORT}) is 0.")
        if call.port is not None and call.port != PORT:
            why = f"The socket is bound to port {call.port}, and the clients knock at {PORT}."
            return Problem(expected, call.text, why, f".sin_port = htons({PORT})")
        if call.address in ("127.0.0.1", "::1", "::ffff:127.0.0.1"):
            why = f"Bound to {call.address}, only this machine itself can reach the server."
            return Problem(expected, call.text, why, self.any_address(call))
        if call.address == "255.255.255.255":
            why = "255.255.255.255 is no address of this machine. It is INADDR_NONE, what inet_addr returns for a text that is not an IPv4 address."
            return Problem(expected, call.text, why, ".sin_addr.s_addr = htonl(INADDR_ANY), that is 0.0.0.0")
        if call.address:
            why = f"Bound to {call.address}, the server hears only clients that call this one address."
            return Problem(expected, call.text, why, self.any_address(call))
        return Problem(expected, call.text)

    @staticmethod
    def any_address(call):
        if "AF_INET6" in call.text:
            return ".sin6_addr = in6addr_any, that is ::"
        return ".sin_addr.s_addr = htonl(INADDR_ANY), that is 0.0.0.0"

    def too_late(self, expected, call):
        why = "listen came before bind: a socket without an address gets a port from the kernel there, and bind comes too late."
        return Problem(expected, call.text, why, "The order is socket, bind, listen.")

    def failed_bind(self, expected, call):
        attempt, read = "", None
        server = call.socket
        listened = [c for c in self.calls("listen", socket=server) if c.ok]
        if call.error == "EADDRINUSE":
            why, attempt = self.address_in_use(call)
        elif call.error == "EACCES":
            why = f"Ports below 1024 are for root: {call.port} is one of them."
            attempt = f".sin_port = htons({PORT})"
        elif call.error == "EADDRNOTAVAIL":
            why = f"No network interface of this machine has the address {call.address}."
            if call.address == "1.0.0.127":
                why += " It is 127.0.0.1 with its bytes the other way round: htonl is missing."
            elif call.port == 0 and bytes(sorted(socket.inet_aton(call.address))).strip(b"\0") == bytes(sorted(PORT.to_bytes(2, "big"))):
                why += f" Its bytes are those of {PORT}, and the port is 0: the port went into the address."
            attempt = f".sin_port = htons({PORT}), .sin_addr.s_addr = htonl(INADDR_ANY), and zeroes in all the rest"
        elif call.error == "EINVAL" and listened and self.before(listened[0], call):
            return self.too_late(expected, call)
        elif call.error == "EINVAL" and any(b.ok for b in self.calls("bind", socket=server)):
            why, attempt = "The socket has an address already: bind works once for each socket.", "Call bind once."
        elif call.error == "EINVAL":
            size, made = call.list[-1], self.server_socket()
            kind, right = ("sockaddr_in6", "28") if made and "AF_INET6" in made.text else ("sockaddr_in", "16")
            why = f"The third argument has to be the size of the address structure, in bytes: {right} for struct {kind}, not {size}."
            if right == "28" and size == "16":
                why = "The socket is one for IPv6, and the address one for IPv4: bind wants a struct sockaddr_in6 here."
            attempt = "bind(fd, (struct sockaddr *)&address, sizeof address)"
        elif call.error in ("EAFNOSUPPORT", "EFAULT"):
            why = "The second argument is not the address of a struct sockaddr_in whose sin_family is AF_INET."
            attempt = "Set .sin_family = AF_INET, and pass (struct sockaddr *)&address."
        else:
            why = ""
        if listened:
            why += " The program took no notice and went on to listen, so the kernel gave the socket some free port."
            attempt = (attempt.rstrip(".") + ". " if attempt else "") + "And check every result: if bind returns -1, perror(\"bind\") and stop."
        return Problem(expected, call.text, why.strip(), attempt.strip(), read)

    def address_in_use(self, call):
        bound = [b for b in self.calls("bind") if b.ok and b.port == call.port and b.socket != call.socket]
        if bound:
            return ("The program itself has bound another socket to this port before.", "One socket, one bind.")
        if call.port != PORT:
            return (f"Another program has port {call.port}, and it is not the one the clients knock at.", f".sin_port = htons({PORT})")
        return (
            "Another socket has the port, and does not listen: perhaps a step02 in a forgotten terminal. ss does not show it.",
            "End that program. With SO_REUSEADDR set on both, bind would have worked.",
        )

    def blocked_by_time_wait(self):
        """Did bind fail for no other reason than closed connections that the kernel still remembers?"""
        failed = [b for b in self.calls("bind") if b.error == "EADDRINUSE" and b.port == PORT]
        bound = [b for b in self.calls("bind") if b.ok and b.port == PORT]
        return bool(failed) and not bound and net.in_time_wait() > 0 and not net.listening()

    def reuses_address(self):
        """Does it set SO_REUSEADDR on a socket that could not be bound?"""
        failed = {b.socket for b in self.calls("bind") if b.error == "EADDRINUSE"}
        return any(c.ok and c.socket in failed and re.search(r"SO_REUSEADDR, \[[1-9]", c.text) for c in self.calls("setsockopt"))

    def before(self, one, other):
        return self.trace.calls.index(one) < self.trace.calls.index(other)

    def no_bind(self, expected, server):
        wrong = [b for b in self.calls("bind") if b.error in ("ENOTSOCK", "EBADF")]
        if wrong:
            number = wrong[-1].descriptor
            opened = f"socket returned {server.value}, and bind was called with {number}."
            if number in (0, 1):
                opened += f" `if (fd = socket(...) == -1)` would make it {number}: == binds tighter than =, so fd is the comparison's result."
                return Problem(expected, wrong[-1].text, opened, "Two lines: fd = socket(...); and then if (fd == -1). Or brackets: (fd = socket(...)) == -1.")
            return Problem(expected, wrong[-1].text, opened, "Pass bind the descriptor that socket returned.")
        connects = self.calls("connect", socket=server.new_socket)
        if connects:
            why = "connect is what a client calls. A server's socket gets its own address with bind."
            return Problem(expected, connects[-1].text, why, "bind(fd, (struct sockaddr *)&address, sizeof address)")
        for call in self.calls("listen", socket=server.new_socket):
            port = net.listening_port(server.new_socket)
            got = f" (here {port})" if port else ""
            if call.ok:
                why = f"listen without bind: the kernel gave the socket some free port{got}, another at every start."
                return Problem(expected, call.text, why, f"Call bind with port {PORT} between socket and listen.")
        crash = self.crash_problem(expected)
        if crash:
            return crash
        ended = "It ended before it called bind." if self.fate() else "It never called bind."
        why, attempt = self.ended_with_error() or (ended if self.is_quiet() else "", "Call bind after socket, with a struct sockaddr_in that holds the port.")
        return Problem(expected, self.doing(), why, attempt)

    def listen(self):
        server = self.server_socket()
        listens = self.calls("listen", socket=server.new_socket) if server else []
        done = next((c for c in listens if c.ok), None)
        first = self.clients[0] if self.clients else None
        # A server that has ended by now may still have listened when the first client came.
        if (net.listening() or (first and not first.error)) and (done or not server or not listens):
            if first is None or not first.error:
                return done.text if done else "(strace shows no listen call, but the port answers: io_uring?)"
        expected = f"listen makes port {PORT} a listening socket, and it stays one"
        if done is None:
            return self.no_listen(expected, listens, server)
        closed = self.calls("close", socket=server.new_socket)
        fate = self.fate()
        if fate and self.calls(*ACCEPTS, socket=server.new_socket):
            return done.text
        if fate:
            why, attempt = self.ended_with_error() or (
                "The program ended right after listen: with its end the kernel closes the socket, and clients are refused."
                + (" It waited for input, and here its standard input is empty." if self.input_was_empty() else ""),
                "Keep it alive: pause() at this step, a loop around accept from step04 on.",
            )
            said = f", saying: {self.complaint()}" if self.ended_with_error() else ""
            return self.crash_problem(expected) or Problem(expected, f"{done.text}; then {fate[0]}{said}", why, attempt)
        if closed:
            return Problem(expected, closed[-1].text, "The listening socket was closed: nobody listens any more.", "Leave it open for as long as the server runs.")
        if first and first.error:
            return self.unreachable(expected, first)
        return Problem(expected, self.doing())

    def input_was_empty(self):
        return any(c.descriptor == 0 and not c.socket and c.value == 0 for c in self.calls("read"))

    def unreachable(self, expected, first):
        only6 = [c for c in self.calls("setsockopt") if "IPV6_V6ONLY" in c.text and "[1]" in c.text]
        if only6:
            why = "IPV6_V6ONLY is set: the socket takes IPv6 clients only, and 127.0.0.1 is IPv4."
            return Problem(expected, first.seen(), why, "Set IPV6_V6ONLY to 0, or use AF_INET.")
        return Problem(expected, first.seen())

    def no_listen(self, expected, listens, server):
        failed = listens or [c for c in self.calls("listen") if c.error]
        if failed:
            call = failed[-1]
            if call.error in ("EBADF", "ENOTSOCK") and call.list[1] == str(server.value):
                why = f"The arguments have changed places: {server.value}, the second, is the socket."
                return Problem(expected, call.text, why, "The descriptor comes first: listen(fd, SOMAXCONN)")
            if call.error in ("EBADF", "ENOTSOCK"):
                why = f"listen was called with descriptor {call.descriptor}, which is no socket; socket returned {server.value}."
                return Problem(expected, call.text, why, "Pass listen the descriptor that socket returned and bind got.")
            if call.error == "EADDRINUSE":
                return Problem(expected, call.text, "Another socket listens on the port already.", f"ss -ltnp 'sport = :{PORT}'")
            return Problem(expected, call.text, f"listen failed with {call.error}.", "Check every result, and stop where a call fails.")
        other = [c for c in self.calls("listen") if c.ok and c.socket != server.new_socket]
        if other and self.calls("bind", socket=server.new_socket):
            why = f"listen was called on descriptor {other[-1].descriptor}, another socket than the one that was bound."
            return Problem(expected, other[-1].text, why, "Pass listen the descriptor that bind got.")
        accepts = [c for c in self.calls(*ACCEPTS, socket=server.new_socket) if c.error == "EINVAL"]
        if accepts:
            why = "accept was called on a socket that does not listen: that is what EINVAL means here."
            return Problem(expected, accepts[-1].text, why, "Call listen(fd, SOMAXCONN) between bind and accept.")
        crash = self.crash_problem(expected)
        if crash:
            return crash
        if self.fate():
            failed = [b for b in self.calls("bind") if b.error]
            if failed:
                return self.failed_bind(expected, failed[-1])
            wrong = self.ended_with_error()
            if wrong:
                return Problem(expected, self.doing(), *wrong)
            why = "The program ended before it called listen."
        else:
            why = ""
            if self.program.sleeps():
                why = "The program waits before it calls listen: until then clients are refused."
            elif self.is_quiet():
                why = "It never called listen: without that, clients are refused."
        return Problem(expected, self.doing(), why, "Call listen(fd, SOMAXCONN) right after bind, with nothing to wait for in between.")

    def accept(self):
        first = self.clients[0] if self.clients else None
        accepted = self.accepted()
        if accepted:
            return accepted[0].text
        tried = [c for c in (*self.trace.calls, *self.trace.pending.values()) if c.name in ACCEPTS]
        if first and (first.data or first.end == "closed") and not self.fate() and not tried:
            return "(strace shows no accept, but clients are served: io_uring?)"
        return self.no_accept("accept takes every client from the queue, one after the other", first)

    def no_more(self, expected):
        """The first client was served, a later one was not."""
        number = next(i for i, c in enumerate(self.clients) if not (c.data or c.end))
        last = self.clients[number]
        closed = self.listener_closed()
        if closed:
            return self.closed_listener(expected, closed)
        bad = [c for c in self.calls(*ACCEPTS) if c.error and c.error not in ("EAGAIN", "EINTR")]
        if bad:
            return self.failing_accept(expected, bad[-1])
        crash = self.crash_problem(expected)
        if crash:
            return crash
        spin = self.program.spins_on()
        if spin and spin.name in WRITES:
            why = f"write fails with {spin.error}, and the loop around it never ends: no other client is served."
            return Problem(expected, self.doing(), why, "Leave that loop where write returns -1.")
        fate = self.fate()
        accepted = len(self.accepted())
        if fate:
            why = f"The program ended after {self.count(number)}: a server goes back to accept and waits for the next one."
        else:
            why = f"accept was called {self.times(accepted)}, and never again: client number {number + 1} waits in the queue." if self.is_quiet() else ""
        return Problem(expected, f"client {number + 1}: {last.seen()}; {self.doing()}", why, "Put accept and what follows it into for (;;) { ... }.")

    @staticmethod
    def count(number):
        return "its first client" if number == 1 else f"{number} clients"

    @staticmethod
    def times(number):
        return "once" if number == 1 else f"{number} times"

    def listener_closed(self):
        # A forked child closes its copy, which is right; the one that accepts must not.
        accepting = {(c.task, c.socket) for c in self.accepted()}
        closes = [c for c in self.calls("close", "shutdown") if c.ok]
        found = next((c for c in closes if (c.task, c.socket) in accepting), None)
        # At its end a program may tidy up: that is not what ended it.
        if found and self.fate() and not any(self.before(found, a) for a in self.calls(*ACCEPTS)):
            return None
        return found

    def made_anew(self, closed):
        """Did it make another listening socket after it had closed that one?"""
        return any(c.task == closed.task and self.before(closed, c) for c in self.listeners())

    def closed_listener(self, expected, call):
        if self.made_anew(call):
            why = f"{call.name}({call.descriptor}) closes the listening socket, and a new one is made for the next client: whoever comes in between is refused, or reset."
            return Problem(expected, call.text, why, "socket, bind and listen once, before the loop; only accept, write and close in it.", "accept")
        why = f"{call.name}({call.descriptor}) closes the listening socket. The connected one is the descriptor that accept returned."
        return Problem(expected, call.text, why, "close what accept returned, and leave the listening socket open.", "accept")

    def failing_accept(self, expected, call):
        server = self.server_socket()
        again = ", again and again" if self.program.spins_on() else ""
        if call.error == "EBADF" and self.closed_by_child(call):
            why = "A forked child has closed the listening socket, as it should, and then goes on to accept."
            attempt = "End the child after its one client: _exit(0)."
        elif call.error in ("EBADF", "ENOTSOCK"):
            why = f"accept was called with descriptor {call.descriptor}, and the listening socket is {server.value if server else '?'}."
            attempt = "Pass accept the listening socket."
        elif call.error == "EINVAL" and call.socket and not any(c.ok for c in self.calls("listen", socket=call.socket)):
            why, attempt = "accept was called on a socket that does not listen.", "The listening socket is the one that listen got."
        elif call.error in ("EFAULT", "EINVAL"):
            why = "The third argument points to the size of the buffer in the second, as socklen_t: it must be set before every call."
            attempt = "socklen_t length = sizeof peer; or pass NULL for both, where the client's address does not matter."
        elif call.error in ("EMFILE", "ENFILE"):
            why, attempt = "No descriptor is left: connected sockets are not closed.", "close the connected socket after the reply."
        elif call.error == "EAGAIN":
            why = "The listening socket is non-blocking: EAGAIN only says that no client waits just now."
            attempt = "Wait with poll or epoll before accept, or leave the socket blocking."
        else:
            why, attempt = f"accept failed with {call.error}.", "Check accept's result, and stop or wait where it fails."
        if again:
            why += " The error is not looked at, and the loop runs on as fast as it can."
        return Problem(expected, call.text + again, why, attempt)

    def closed_by_child(self, call):
        """Was it a forked child, and not the listening socket's maker, that closed what it accepts on?"""
        makers = {c.task for c in self.listeners()}
        closers = {c.task for made in self.listeners() for c in self.calls("close", socket=made.new_socket)}
        return bool(closers) and call.task not in makers and not closers & makers

    def no_accept(self, expected, first):
        failed = [c for c in self.calls(*ACCEPTS) if c.error and c.error not in ("EINTR",)]
        real = [c for c in failed if c.error != "EAGAIN"]
        crash = self.crash_problem(expected)
        if crash:
            return crash
        if real:
            return self.failing_accept(expected, real[-1])
        if failed and self.fate():
            return self.failing_accept(expected, failed[-1])
        fate = self.fate()
        if fate:
            why, attempt = self.ended_with_error() or (
                "The program ended, and with it its listening socket, before it accepted anybody.",
                "Call accept in a loop: it waits for the next client.",
            )
            return Problem(expected, self.doing(), why, attempt)
        if self.pauses():
            return Problem(
                expected,
                f"{first.seen() + '; ' if first else ''}server: {self.doing()}",
                "The program waits in pause(), and does not get as far as accept.",
                "Take the pause() out, and call accept(listening_fd, NULL, NULL) in a loop: it waits for the clients.",
            )
        why = "Nobody accepts: the kernel finished the handshake, and the connection waits in the listening socket's queue." if self.is_quiet() or not failed else ""
        seen = f"client: {first.seen()}; " if first else ""
        return Problem(expected, f"{seen}server: {self.doing()}", why, "Call accept(listening_fd, NULL, NULL) in a loop.")

    def accept_alone(self):
        """What is wrong where only step04 is asked for, or None: every client has to be taken, and
        not kept waiting (the reply is asked for in step05)."""
        expected = "accept takes every client from the queue, one after the other, and close ends the connection"
        if not self.clients:
            return self.no_accept(expected, None)
        first = self.clients[0]
        if not first.end:
            wrong = [c for c in self.calls("close") if self.accepted() and self.before(self.accepted()[0], c) and self.precedence(c.descriptor)]
            if wrong:
                why = f"close was called with {wrong[0].descriptor}, and accept returned {self.accepted()[0].value}." + self.precedence(wrong[0].descriptor)
                return Problem(expected, wrong[0].text, why, "Close what accept returned: if ((connected_fd = accept(...)) == -1)")
            if problem := self.success_problem(expected, f"client: {first.seen()}; server: {self.doing()}"):
                return problem
            why = "The connected socket was accepted and never closed." if self.is_quiet() else ""
            seen = f"client: {first.seen()}; server: {self.doing()}"
            return Problem(expected, seen, why, "close(connected_fd) at the end of the loop's body.")
        for i, c in enumerate(self.clients):
            if c.error:
                return self.refused_later(expected, i, c)
            if not (c.data or c.end):
                return self.no_more(expected)
            if not c.end:
                return self.still_open(expected, f"client {i + 1}: {c.seen()}")
        return None

    def write(self):
        expected = 'every client gets the 11 bytes "hello world", then the end'
        if not self.clients:
            return Problem(expected, self.doing())
        for i, c in enumerate(self.clients):
            problem = self.one_reply(expected, i, c)
            if problem:
                return problem
        if self.between and self.children >= self.between:
            return Problem(
                "no more processes after a client than before it",
                f"{self.children} more processes after {self.between + self.rude} clients",
                "A forked child lives on after its client.",
                "_exit(0) at the end of what the child does, so that it does not go round the loop.",
            )
        closed = self.listener_closed()
        if closed and self.made_anew(closed):
            return self.closed_listener(expected, closed)
        if self.between and self.grown >= self.between:
            return Problem(
                "no more descriptors open after a client than before it",
                f"{self.grown} more descriptors after {self.between + self.rude} clients",
                "A descriptor is left open for every client: after about a thousand clients accept fails with EMFILE.",
                "close everything that was opened for a client. ls -l /proc/PID/fd shows what stays open.",
                "accept",
            )
        crash = self.crash_problem(expected)
        if crash:
            return crash
        if self.fate():
            return self.ended_after_clients(expected)
        return self.proof()

    def proof(self):
        connected = {c.new_socket for c in self.accepted()}
        for call in self.trace.calls:
            if call.name in WRITES and call.socket in connected and call.ok and call.value > 0:
                return call.text
        return f"{len(self.clients)} clients got {show(REPLY)} (by a call that strace does not show)"

    def one_reply(self, expected, i, c):
        """What is wrong with the answer that client number i got, or None."""
        if c.data == REPLY and c.end == "closed":
            return None
        if i > 0 and (c.error or not (c.data or c.end)):
            return self.killed(expected) or self.no_more(expected) if not c.error else self.refused_later(expected, i, c)
        seen = f"client {i + 1}: {c.seen()}"
        if c.data == REPLY and c.end is None:
            return self.still_open(expected, seen)
        if c.end == "reset" and self.listener_closed():
            return self.closed_listener(expected, self.listener_closed())
        if c.end == "reset" and (c.data == REPLY or self.lingering()):
            return self.reset_problem(expected, seen)
        if c.data:
            return self.wrong_text(expected, seen, c.data)
        return self.killed(expected) or self.no_text(expected, seen, c)

    def lingering(self):
        """The call that makes close send a reset, or None."""
        # What accept returns has the listening socket's options.
        sockets = {each for a in self.accepted() for each in (a.new_socket, a.socket)}
        for call in self.calls("setsockopt"):
            if call.socket in sockets and "SO_LINGER" in call.text and re.search(r"l_onoff=[1-9]\d*, l_linger=0", call.text):
                return call
        return None

    def reset_problem(self, expected, seen):
        """A reset came in place of the end."""
        call = self.lingering()
        if not call:
            return Problem(expected, seen)
        why = "SO_LINGER with 0 seconds turns close into a reset: a slower client would lose the text, too."
        return Problem(expected, call.text, why, "Leave SO_LINGER out: close sends what is left, and then the end.")

    def refused_later(self, expected, i, c):
        closed = self.listener_closed()
        failed = [a for a in self.calls(*ACCEPTS) if a.error == "EBADF"]
        if closed and (failed or not self.fate()):
            return self.closed_listener(expected, closed)
        return self.killed(expected) or self.crash_problem(expected) or self.ended_after_clients(expected, i, c)

    def killed(self, expected):
        """The program died of writing to a connection, or of an error that it did not expect there."""
        if not self.fate():
            return None
        server = self.server_socket()
        for call in reversed(self.trace.calls):
            if call.name in ACCEPTS and call.new_socket:
                return None  # it went on to the next client: it was not this
            if call.name in WRITES and call.error in ("EPIPE", "ECONNRESET", "ENOTCONN"):
                if server and call.socket == server.new_socket:
                    return self.wrote_to_listener(expected, call)
                seen = f"{call.text}; then {self.fate()[0]}"
                if self.last_end() == "exited with 0":
                    return Problem(
                        expected,
                        seen,
                        f"The program ended after {self.count(len(self.accepted()))}, the last of which had reset the connection, so that the write failed. Neither is a reason to end.",
                        "Go back to accept after every client: for (;;) { ... }, and treat a failed write as this client's affair.",
                    )
                served = "a client that goes away early does no harm: the next one is served"
                if self.fate()[1] == "SIGPIPE":
                    why = "The client had reset the connection. Writing to it raised SIGPIPE, which ends a program that does not ignore it."
                    return Problem(served, seen, why, "signal(SIGPIPE, SIG_IGN) before the loop. Then the write fails, which concerns this one client only.")
                why = f"The client had reset the connection, so that the write failed with {call.error}, and the program ended because of that."
                return Problem(served, seen, why, "Report it, close this connection, and go on with the loop.")
        return None

    def wrote_to_listener(self, expected, call):
        why = f"The text was written to descriptor {call.descriptor}, the listening socket. It has no peer; accept returned another descriptor, for this client."
        return Problem(expected, call.text, why, "write(connected_fd, ...) with what accept returned.")

    def interrupted(self, expected, seen):
        """The program took an accept that a signal had interrupted for the end, or None."""
        last = next(reversed(self.calls(*ACCEPTS)), None)
        if not last or last.error not in ("ERESTARTSYS", "EINTR") or self.last_end() == "exited with 0":
            return None
        signal = next((name for task, name in reversed(self.trace.signals) if task == last.task), "a signal")
        why = f"{signal} interrupted accept, which fails with EINTR then. The listening socket is as good as before."
        attempt = "Go on with the loop where errno is EINTR, or set the handler with sigaction and SA_RESTART."
        return Problem(expected, seen, why, attempt, "accept")

    def ended_after_clients(self, expected, i=None, c=None):
        number = len(self.accepted()) or sum(1 for c in self.clients if c.data or c.end)
        seen = f"client {i + 1}: {c.seen()}; {self.doing()}" if c else self.doing()
        taken = [b for b in self.calls("bind") if b.error in ("EADDRINUSE", "EINVAL") and b.port == PORT]
        if taken and self.accepted() and self.before(self.accepted()[0], taken[-1]):
            why = "After its first client the program goes back to socket and bind: the port is taken, by its own first socket."
            if taken[-1].error == "EINVAL":
                why = "After its first client the program goes back to bind: its socket has an address already."
            return Problem(expected, seen, why, "socket, bind and listen once, before the loop; only accept, write and close in it.", "accept")
        interrupted = self.interrupted(expected, seen)
        if interrupted:
            return interrupted
        why, attempt = self.ended_with_error() or (
            f"The program ended after {self.count(number)}: a server goes back to accept and waits for the next one.",
            "Put accept and what follows it into for (;;) { ... }.",
        )
        return Problem(expected, seen, why, attempt)

    def still_open(self, expected, seen):
        closed = self.listener_closed()
        if closed:
            return self.closed_listener(expected, closed)
        left = [c for c in self.accepted()]
        holders = self.program.holders(left[0].new_socket) if left else []
        closed = [c for c in self.calls("close", socket=left[0].new_socket) if c.ok] if left else []
        if closed and holders:
            pid, number = holders[0]
            if pid in {c.task for c in closed}:
                why = f"Descriptor {closed[0].descriptor} was closed, but descriptor {number} stands for the same connection (dup does that), and is still open."
                return Problem(expected, seen, why, f"close({number}) as well.", "accept")
            why = f"One process has closed its copy, but process {pid} still holds the connection open, as descriptor {number}: after fork both have it."
            return Problem(expected, seen, why, "Close the connected socket in the parent as well as in the child.", "accept")
        why = "The connection is never closed, so the client waits for more." if self.is_quiet() or holders else ""
        return Problem(expected, seen, why, "close(connected_fd) after the write.", "accept")

    def wrong_text(self, expected, seen, data):
        why, attempt = "", 'write(connected_fd, "hello world", 11)'
        if data == REPLY + b"\0":
            why = "One byte too many: the \\0 that ends a C string was sent too. That is strlen + 1, or sizeof the array."
            attempt = "write(connected_fd, reply, strlen(reply))"
        elif data in (REPLY + b"\n", REPLY + b"\r\n"):
            why = f"A line end was added: {len(data)} bytes in place of 11. Clients print one themselves."
        elif data.startswith(REPLY + b"\0"):
            why = f"{len(data)} bytes were sent: the text, and memory behind it. The length has to be the text's, not the buffer's."
            attempt = "write(connected_fd, reply, strlen(reply))"
        elif data.strip(b"\0\r\n").lower() == REPLY:
            why = "The letters differ in case." if data.strip(b"\0\r\n") != REPLY else "There are extra bytes around the text."
        elif data == REPLY[: len(data)]:
            why = f"Only the first {len(data)} bytes were sent."
            if len(data) in (4, 8):
                why += " That is the size of a pointer: sizeof a char * measures the pointer, not the text."
            attempt = "write(connected_fd, reply, strlen(reply))"
        elif data.strip(b"\xff\xfe").replace(b"\0", b"") == REPLY and len(data) >= 2 * len(REPLY):
            why = "Every character takes two bytes or more: UTF-16, or an array of wchar_t. The 11 bytes are ASCII, one for each."
        elif data.startswith(b"HTTP/"):
            why = "This is an HTTP response; the clients of this workshop speak no HTTP and expect the bare text."
        elif data == REPLY * (len(data) // len(REPLY)):
            why = f"The text was sent {len(data) // len(REPLY)} times to one client."
        elif REPLY in data:
            why = "There is more than the text."
        return Problem(expected, seen, why, attempt)

    def no_text(self, expected, seen, c):
        """The first client got nothing: where did the text go?"""
        server, connected = self.server_socket(), {a.new_socket for a in self.accepted()}
        # What a runtime quotes in a traceback on standard error is no reply.
        writes = [w for w in self.calls(*WRITES) if "hello" in w.data.lower() and not (w.descriptor == 2 and self.fate())]
        for call in writes:
            if server and call.socket == server.new_socket:
                return self.wrote_to_listener(expected, call)
            if call.error == "EBADF":
                why = f"Descriptor {call.descriptor} was not open at that moment: it was closed before the write, or it is not the one that accept returned."
                return Problem(expected, call.text, why, "First write, then close, both with what accept returned.")
            if call.error in ("EPIPE", "ENOTCONN", "EDESTADDRREQ"):
                shut = [s for s in self.calls("shutdown", socket=call.socket) if s.ok and self.before(s, call)]
                why = "shutdown came before the write: after it nothing can be sent." if shut else ""
                return Problem(expected, call.text, why, "First write, then shutdown or close." if shut else "")
            if call.ok and call.socket not in connected:
                why = f"The text went to descriptor {call.descriptor}, which is not the connection."
                why += self.precedence(call.descriptor)
                return Problem(expected, call.text, why, "write(connected_fd, ...) with what accept returned.")
        failed = [w for w in self.calls(*WRITES) if w.error and self.accepted() and self.before(self.accepted()[0], w)]
        failed = [w for w in failed if w.socket in connected or w.error == "EBADF"]
        if failed and failed[-1].error not in ("EPIPE", "ECONNRESET", "EAGAIN"):
            why = {"EBADF": "The first argument is no open descriptor.", "EFAULT": "The bytes cannot be read from there: the address or the number of bytes is wrong."}
            attempt = 'write(connected_fd, "hello world", 11): where to, from where, how many bytes.'
            return Problem(expected, failed[-1].text, why.get(failed[-1].error, f"write failed with {failed[-1].error}."), attempt)
        empty = [w for w in self.calls(*WRITES) if w.socket in connected and w.value == 0]
        if empty:
            return Problem(expected, empty[-1].text, "The call asks to send 0 bytes.", 'write(connected_fd, "hello world", 11)')
        reading = [p for p in self.trace.pending.values() if p.name in READS and p.socket in connected]
        tried = [r for r in self.calls(*READS) if r.socket in connected]
        if reading or tried and c.end is None:
            call = self.begun((reading or tried)[-1])
            why = "The server waits for a request before it replies. The clients of this workshop send nothing: both sides would wait for ever."
            return Problem(expected, call, why, "Write right after accept; there is nothing to read.")
        if self.program.spins_on() and self.program.spins_on().name in ACCEPTS:
            return self.failing_accept(expected, self.program.spins_on())
        watching = self.watches(connected)
        if watching and c.end is None:
            why = "Nothing was written. The server waits until the client sends something, and the clients of this workshop send nothing: both sides would wait for ever."
            return Problem(expected, f"{seen}; server: {watching[-1].text}", why, "Write as soon as the connection is there.")
        if c.end is None and (problem := self.success_problem(expected, f"{seen}; server: {self.doing()}")):
            return problem
        if c.end is None and self.forgotten():
            first = self.accepted()[0]
            why = f"accept returned {first.value}, the connection to this client. Nothing was done with it: the program called accept again."
            return Problem(expected, f"{seen}; server: {self.doing()}", why, "One accept for each turn of the loop, and what it returns kept in a variable.")
        crash = self.crash_problem(expected)
        if crash:
            return crash
        interrupted = self.fate() and self.interrupted(expected, f"{seen}; {self.doing()}")
        if interrupted:
            return interrupted
        if self.fate() and self.last_end() != "exited with 0":
            return Problem(expected, f"{seen}; {self.doing()}", "The program ended with an error before it wrote anything to the client.", "Read what it says at its end.")
        if self.fate():
            return Problem(expected, f"{seen}; {self.doing()}", "The program ended before it wrote anything to the client.", 'write(connected_fd, "hello world", 11) between accept and close.')
        why = "Nothing was written to the connection." if c.end or self.is_quiet() else ""
        return Problem(expected, f"{seen}; server: {self.doing()}" if not c.end else seen, why, 'write(connected_fd, "hello world", 11) between accept and close.')

    def watches(self, connected):
        """The calls in which the program asks to be told of a connection's input."""
        calls = [c for c in (*self.trace.calls, *self.trace.pending.values()) if c.name in WATCHES]
        return [c for c in calls if ("IN" in c.text or "select" in c.name) and any(f":[{inode}]" in c.arguments for inode in connected)]

    def forgotten(self):
        """Did the one thread there is accept a client, and then again, without using the first?"""
        if not self.accepted() or len(list(self.program.tasks())) != 1:
            return False
        first = self.accepted()[0]
        later = [*self.trace.calls[self.trace.calls.index(first) + 1 :], *self.trace.pending.values()]
        used = any(f":[{first.new_socket}]" in c.arguments for c in later)
        return not used and any(c.name in ACCEPTS and c.socket == first.socket for c in later)

    # --- remarks that fail nobody ----------------------------------------------------------------

    def notes(self):
        server = self.server_socket()
        bound = server and [b for b in self.calls("bind", socket=server.new_socket) if b.ok]
        if not bound:
            return []
        notes = []
        if "AF_UNSPEC" in bound[0].text:
            notes.append("The address has no family. Linux takes that for AF_INET in bind, other systems refuse it: .sin_family = AF_INET")
        if self.input_was_empty():
            notes.append("It reads from standard input, where this check has nothing for it. At a terminal it would wait for you.")
        if name := self.taken_for_failure():
            notes.append(f'It says "{name}: Success": a good result is taken for a bad one. Only -1 means failure.')
        if self.program.spins_on():
            notes.append(f"{self.doing()}: nobody is served by that, and it keeps a processor busy. Look at the result, and wait.")
        names = ("SO_REUSEADDR", "SO_REUSEPORT")
        options = [c for c in self.calls("setsockopt", socket=server.new_socket) if any(name in c.text for name in names) and "[0]" not in c.text]
        if any(self.before(c, bound[0]) for c in options):
            return notes
        return notes + [
            "Without SO_REUSEADDR, set before bind, a restart within a minute of serving somebody fails "
            "with EADDRINUSE: see step02-bind."
        ]

    # --- asking ----------------------------------------------------------------------------------

    def ask(self, address="127.0.0.1"):
        client = Client(address)
        self.clients.append(client)
        self.program.settle(client.receive)
        if client.end:
            self.program.settle(lambda: not client.held_by_server(), idle=0.1, total=0.2)
            client.leave()
        return client

    def visit(self, last_step):
        """Sends clients, as long as the answers are right: a first one, one from another address, one
        that leaves abruptly, and then some more."""
        first = self.ask()
        try:
            if not first.end or last_step == "listen":
                return
            before = self.program.open_descriptors()
            processes = len(self.program.processes())
            self.ask("127.0.0.2")
            if last_step == "write" and self.clients[-1].data == REPLY:
                for _ in range(2):
                    Client().leave(abruptly=True)
                    self.rude += 1
            for _ in range(3):
                if self.clients[-1].end is None:
                    return
                self.ask()
            self.between = len(self.clients) - 1
            self.program.settle(lambda: self.program.open_descriptors() - before < self.between, idle=1)
            self.grown = self.program.open_descriptors() - before
            self.children = len(self.program.processes()) - processes
        finally:
            # A program that is about to end, or to wait, gets a moment to do so before it is judged.
            self.program.settle(lambda: False, idle=0.2, total=2)

    def part(self):
        """Takes leave of the clients that still wait. Not before the verdict: it changes what is seen."""
        for client in self.clients:
            client.leave()
