"""What differs from run to run or between machines, made constant.

constant(text)  strace's lines: process ids, addresses in memory, random bytes
screen(text)    all that a terminal showed: also the loader, tables of ss, Ctrl-C, times

Both return text.  Read strace(1) ss(8)
"""
import re

PORT, PROMPT = 8001, "$ "
HEAD = "State      Recv-Q Send-Q  Local Address:Port  Peer Address:Port"
STRACE = [  # a pattern, what comes in its place
    (r"si_pid=\d+, si_uid=\d+", "si_pid=4242, si_uid=1000"),
    (r'(?m)^getrandom\("[^"]*"', r'getrandom("\\0\\0\\0\\0\\0\\0\\0\\0"'),
    (r"\b0x5[56][0-9a-f]{10}\b", "0x550000000000"),
    (r"\b0x7[ef][0-9a-f]{10}\b", "0x7f0000000000"),
    (r"ppoll\(NULL, 0, NULL, NULL, 0\)?", "pause("),  # aarch64 has no pause
]
SCREEN = [
    *STRACE,
    (r"\b([Pp]rocess|pid) \d+", r"\1 4242"),
    (r"\bpid=\d+", "pid=4242"),
    (r"(?m)^\[1\] \d+$", "[1] 4242"),  # what bash says of a command in the background
    (r"real\t0m[5-7]\.\d{3}s", "real\t0m5.031s"),  # five clients, a second each
    (r"real\t0m1[012]\.\d{3}s", "real\t0m11.020s"),  # ten seconds, and two more at most
    (r"(user|sys)\t0m0\.\d{3}s", r"\1\t0m0.050s"),
    (r"/dev/pts/\d+", "/dev/pts/1"),
    (r"(l[-rwx]{9}) 1 \S+ +\S+ +64 .{12} (\d+ ->)", r"\1 1 you you 64 Nov 22 12:00 \2"),
    (r"after 0\.0\d+ s", "after 0.001000 s"),  # a longer time stays, and is noticed
    (r"(sendfile\(5, 6, NULL, 9000000\) +)= \d{7}\b", r"\1= 3922432"),  # what a socket takes at once
    (r"after 30\d\d milliseconds", "after 3001 milliseconds"),
    # Each version of curl has its own words, and some print a line's end twice.
    (r"(curl: \(7\) Failed to connect to localhost port \d+)\b.*",
     r"\1 after 0 ms: Couldn't connect to server"),
    (r"(not allowed)\n\n", r"\1\n"),
    (r"(?m)^([A-Z])[N<](\S*)( +a\.out)", r"\1\2 \3"),  # a process under nice
    (r"(?m)^(Z.* a\.out) <defunct>$", r"\1"),  # an older ps
]
# A port that the kernel chooses: 32768 to 60999.
EPHEMERAL = (r"((?:127\.0\.0\.1|\[::1\]|0\.0\.0\.0):|htons\(|\bport )"
             r"((?:3[3-9]|[45]\d|60)\d{3}|32[7-9]\d\d)\b")
INODE = r"(\b(?:socket|TCP|UDP|TCPv6):\[)(\d+)(?=\])"


def constant(text, table=None):
    for pattern, replacement in table or STRACE:
        text = re.sub(pattern, replacement, text)
    return text


def screen(text):
    lines = text.rstrip().split("\n")
    if lines[-1] == PROMPT.rstrip():
        lines.pop()
    lines = tables(without_loader(detached(twice_at_most(lines))))
    text = "\n".join(line.rstrip() for line in lines).rstrip()
    text = numbered(numbered(text, EPHEMERAL, 50000), INODE, 40001)
    return constant(text, SCREEN) + "\n"


def numbered(text, pattern, first):
    """The pattern's second group becomes first, first + 1 ... in the order of appearance."""
    known = {}

    def count(match):
        return match[1] + known.setdefault(match[2], str(first + len(known)))

    return re.sub(pattern, count, text)


def twice_at_most(lines):
    """A server's error that comes again and again is shown twice. Rows of ps stay as they are."""
    def again(i):
        return i > 1 and ": " in lines[i] and lines[i] == lines[i - 1] == lines[i - 2]

    return [line for i, line in enumerate(lines) if not again(i)]


def detached(lines):
    """Ctrl-C reaches strace and the program at the same time. Here strace is always the first."""
    for i, line in enumerate(lines):
        if match := re.match(r"(\w+\(.*?\^C).*\) += \?", line):
            ends = "--- SIGINT", "+++ killed", "strace: "
            rest = [each for each in lines[i + 1 :] if not each.startswith(ends)]
            end = f"{match[1]}strace: Process 4242 detached", " <detached ...>"
            return [*lines[:i], *end, *rest]
    return lines


def without_loader(lines):
    """strace's lines before the program's own first call become one line of dots."""
    result, loading = [], False
    for line in lines:
        loading = line.startswith("execve(") or loading and not line.startswith("socket(")
        if line.startswith("execve("):
            result.append("...")
        if not loading:
            result.append(line)
    return result


def tables(lines):
    """The tables of ss get columns of one width, and their rows an order."""
    result, rows = [], []
    for line in [*lines, ""]:
        if re.match(r"[A-Z-]{5,}[12]? +\d+ +\d+ +\S+:\S+ +\S+:", line):
            rows.append(line.split())
            continue
        rows.sort(key=place)
        result += [row_text(*row) for row in rows]
        rows = []
        result.append(HEAD if line.split()[:3] == HEAD.split()[:3] else line)
    return result[:-1]


def place(row):
    """The order of rows: who listens, then the server's side, then the state."""
    return row[0] != "LISTEN", not row[3].endswith(f":{PORT}"), row[0], row[3:5]


def row_text(state, received, sent, local, peer, *process):
    row = f"{state:<10} {received:>6} {sent:>6}  {local:<18}  {peer:<18}  {' '.join(process)}"
    return row.rstrip()
