"""What strace saw: its lines as calls, joined, each with the sockets it names. The only reader of
strace's output here.

Lines may start with the id of a process or thread (-f), with a time in seconds (-ttt), with both or
with neither. With -y a descriptor is followed by what it stands for: so a socket is known by its
inode number, whichever process or descriptor it is used through.  See strace(1).
"""

import codecs
import re

# A string, which is copied as it is ("<h1>Step 5</h1>" is no decoration), or a decoration of -y.
PIECE = re.compile(r'("(?:[^"\\]|\\.)*")|'
                   r'(?<=\d)<(?:[\w-]+:\[[^\]]*\]|/[^>"]*|[a-z]+:[^>"]*)>(?:\(deleted\))?')
ARGUMENT = re.compile(r'"(?:[^"\\]|\\.)*"|.', re.S)  # a string, or a character outside of strings
SOCKET = re.compile(r"\d+<(?:socket|TCP|TCPv6|UDP|UDPv6|UNIX)[^>\[]*:\[(\d+)\]")
FRAME = re.compile(r" > (.+?)\((?:[^()]*|.*)\) \[0x([0-9a-f]+)\]$")
CALL = re.compile(r"(\w+)\((.*)\)\s*= (-?\d+|\?|0x[0-9a-f]+)(.*)$", re.S)
LINE = re.compile(r"(?:(\d+) +)?(?:(\d+\.\d+) )?(.*)$", re.S)
BEGUN = re.compile(r"\w+\(")
SPENT = re.compile(r" <(\d+\.\d+)>$")  # with -T
ERROR = re.compile(r" (E[A-Z0-9]+) ")
DESCRIPTOR = re.compile(r"(-?\d+)(?!\w)")
RESULT_DECORATION = re.compile(r"^<[^>]*>")

SAME = dict(fork="clone", vfork="clone", clone3="clone", exit="exit_group", accept4="accept",
            ppoll="poll", select="poll", pselect6="poll", epoll_wait="poll", epoll_pwait="poll",
            epoll_create1="epoll_create", dup2="dup", dup3="dup", clock_nanosleep="nanosleep",
            send="write", sendto="write", sendmsg="write", writev="write", sendfile="write",
            recv="read", recvfrom="read", recvmsg="read", readv="read")


def number(text):
    """A number as strace writes it, or None for none."""
    if text in (None, "?"):
        return None
    # umask answers in octal, with a leading 0 that int's own guessing refuses.
    return int(text, 16 if text.startswith("0x") else 8 if text.startswith("0") else 10)


def group(pattern, text):
    """What the pattern's group holds at the beginning of the text, or None."""
    found = pattern.match(text)
    return found[1] if found else None


class Call:
    """One system call: what was asked, and what the kernel answered (None while it has not)."""

    def __init__(self, task, name, arguments, result=None, tail="", begin=None, end=None):
        self.begin, self.end = begin, end  # seconds since 1970: asked, answered; None without -ttt
        self.frames = []  # with -k: the lines below it, which say where in the program it was made
        self.task, self.name, self.arguments = task, name, arguments
        tail = tail.replace(" (DELAYED)", "").replace(" (INJECTED)", "")
        self.result, self.tail = result, tail
        self.value, self.error = number(result), group(ERROR, tail + " ")
        self.ok = self.value is not None and self.error is None
        self.descriptor = number(group(DESCRIPTOR, arguments))
        self.socket = group(SOCKET, arguments)
        self.new_socket = group(SOCKET, (result or "") + tail)

    @property
    def kind(self):
        """One name for all calls that do the same: accept for accept4, and so on."""
        if self.name in ("poll", "ppoll") and self.arguments.startswith("NULL, 0"):
            return "pause"  # what pause is where the machine has no call of that name
        return SAME.get(self.name, self.name)

    @property
    def stack(self):
        """(file, offset in it) of each frame, the innermost first."""
        found = map(FRAME.match, self.frames)
        return [(frame[1], int(frame[2], 16)) for frame in found if frame]

    @property
    def text(self):
        """The line as the learner's own strace shows it, without the task."""
        answer = "" if self.result is None else f") = {self.result}{plain(self.tail, True)}"
        return f"{self.name}({plain(self.arguments)}{answer}"

    @property
    def list(self):
        """The arguments one by one, as text."""
        parts, depth = [""], 0
        for piece in ARGUMENT.findall(plain(self.arguments)):
            depth += (piece in "([{") - (piece in ")]}")
            if piece == "," and depth == 0:
                parts.append("")
            else:
                parts[-1] += piece
        return [part.strip() for part in parts]

    @property
    def port(self):
        """The port in a socket address among the arguments, in host byte order, or None."""
        found = re.search(r"sin6?_port=htons\((\d+)\)", self.arguments)
        if not found and len(self.raw_address) >= 2:
            return int.from_bytes(self.raw_address[:2], "big")
        return int(found.group(1)) if found else None

    @property
    def address(self):
        found = re.search(r'inet_addr\("([^"]*)"\)|inet_pton\(AF_INET6, "([^"]*)"', self.arguments)
        if not found and len(self.raw_address) >= 6:
            return ".".join(str(byte) for byte in self.raw_address[2:6])
        return (found.group(1) or found.group(2)) if found else None

    @property
    def raw_address(self):
        """The bytes of a socket address behind its family, where strace does not know that."""
        found = re.search(r'sa_data="((?:[^"\\]|\\.)*)"', self.arguments)
        text = found[1] if found else ""
        return codecs.escape_decode(text.encode("latin-1", "replace"))[0]

    @property
    def data(self):
        """The text of the strings that are written, as strace shows them (escapes included)."""
        return "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', self.arguments))


def plain(text, after_number=False):
    """The text without -y's decorations: the line as the learner's own strace shows it."""
    if after_number:
        text = RESULT_DECORATION.sub("", text)
    return PIECE.sub(lambda found: found[1] or "", text)


def split(line):
    """(task, time, body) of a line; task 0 and time None where strace was not asked for them."""
    task, time, body = LINE.match(line).groups()
    return int(task or 0), float(time) if time else None, body


class Trace:
    """The growing output file of strace -f -y."""

    def __init__(self, path):
        self.file = open(path, encoding="utf-8", errors="backslashreplace", newline="\n")
        self.rest = ""
        self.calls = []  # finished, in the order of their ends
        self.framed = None  # the call that the lines of a stack belong to
        self.pending = {}  # task: the Call that it is in
        self.started = {}  # task: (the text before <unfinished ...>, its time)
        self.ends = {}  # task: "exited with 1" or "killed by SIGPIPE"
        self.signals = []  # (task, name)
        self.time = None  # of the last line, with -ttt

    def update(self, most=-1):
        """Reads what is new, at most so many characters. Returns whether anything was."""
        text = self.file.read(most)
        if not text:
            return False
        *lines, self.rest = (self.rest + text).split("\n")
        for line in lines:
            self.take(line)
        task, time, body = split(self.rest)
        if BEGUN.match(body):
            self.pending[task] = self.begun(task, time, body)
        return True

    @staticmethod
    def begun(task, time, body):
        name, _, arguments = body.partition("(")
        return Call(task, name, arguments, begin=time)

    def take(self, line):
        if line.startswith(" > "):
            if self.framed:
                self.framed.frames.append(line)
            return
        task, time, body = split(line)
        if time is not None:
            self.time = time
        if body.startswith("+++ "):
            self.ends[task] = body.strip("+ ")
            self.pending.pop(task, None)
        elif body.startswith("--- "):
            self.signals.append((task, body.split()[1]))
            self.framed = None
        elif body.startswith("<... "):
            self.pending.pop(task, None)
            begin, begun_at = self.started.pop(task, ("", time))
            self.finish(task, begin + body.partition(" resumed>")[2], begun_at, time)
        elif body.endswith("<unfinished ...>"):
            body = body.removesuffix("<unfinished ...>").removesuffix(" ")
            self.started[task] = body, time
            self.pending[task] = self.begun(task, time, body)
        else:
            self.pending.pop(task, None)
            self.finish(task, body, time, None)

    def finish(self, task, body, begin, end):
        spent = SPENT.search(body) if body.endswith(">") else None
        if spent:
            body, end = body[: spent.start()], end or begin and begin + float(spent.group(1))
        found = CALL.match(body)
        if found:
            self.framed = Call(task, *found.groups(), begin, end)
            self.calls.append(self.framed)
