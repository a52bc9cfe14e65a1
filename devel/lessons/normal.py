"""Normal form: what differs from run to run or between machines on a screen, made constant."""

import re

PORT = 8001
PROMPT = "$ "
# A port that a kernel chooses: 32768 to 60999. (16671 is 8001 without htons.)
EPHEMERAL = r"((?:127\.0\.0\.1|\[::1\]|0\.0\.0\.0):|htons\()((?:3[3-9]|[45]\d|60)\d{3}|32[7-9]\d\d)\b"
CONSTANT = [  # a pattern, what comes in its place
    (r"\b(Process|pid|process) \d+", r"\1 4242"),
    (r"\bpid=\d+", "pid=4242"),
    (r"si_pid=\d+, si_uid=\d+", "si_pid=4242, si_uid=1000"),
    (r"sa_restorer=0x[0-9a-f]+", "sa_restorer=0x7f0000000000"),
    (r"read\(3, 0x[0-9a-f]+", "read(3, 0x550000000000"),
    (r"\b0x7ff[0-9a-f]{9}\)", "0x7ffc00000000)"),
    (r"real\t0m[5-7]\.\d{3}s", "real\t0m5.031s"),  # five clients, a second each; the rest is the machine's
    (r"(user|sys)\t0m0\.\d{3}s", r"\1\t0m0.050s"),
    (r"/dev/pts/\d+", "/dev/pts/1"),
    (r"listen\((\d+)(<[^>]*>)?, (?:4096|128)\) *", r"listen(\1\2, 4096)                         "),
    (r"ppoll\(NULL, 0, NULL, NULL, 0\)?", "pause("),
    (r"(l[-rwx]{9}) 1 \S+ +\S+ +64 .{12} (\d+ ->)", r"\1 1 you you 64 Nov 22 12:00 \2"),
    (r"after 0\.0[0-4]\d{4} s", "after 0.001000 s"),  # what takes longer stays as it is, and is noticed
    (r"after 30\d\d milliseconds", "after 3001 milliseconds"),
    (r"(not allowed)\n\n", r"\1\n"),  # an older curl ends its line twice
    (r"(?m)^([A-Z])[N<](\S*)( +a\.out)", r"\1\2 \3"),  # under nice
    (r"(?m)^(Z.* a\.out) <defunct>$", r"\1"),  # which an older ps adds
    # Each version of curl has words of its own, and some count milliseconds.
    (r"(curl: \(7\) Failed to connect to localhost port \d+)\b.*",
     r"\1 after 0 ms: Couldn't connect to server"),
    (r"real\t0m1[012]\.\d{3}s", "real\t0m11.020s"),  # ten seconds, and up to two more until it is noticed
]


def normal(screen):
    """What a terminal showed, as the pages show it."""
    lines = screen.rstrip().split("\n")
    if lines[-1] == PROMPT.rstrip():
        lines.pop()
    lines = tables(without_loader(detached(twice_at_most(lines))))
    while lines and not lines[-1].strip():
        lines.pop()
    text = numbered("\n".join(line.rstrip() for line in lines), EPHEMERAL, 50000)
    text = numbered(text, r"(\b(?:socket|TCP|UDP|TCPv6):\[)(\d+)", 40001)
    for pattern, constant in CONSTANT:
        text = re.sub(pattern, constant, text)
    return text + "\n"


def numbered(text, pattern, first):
    """What the pattern's second group finds, counted from FIRST in the order in which it appears."""
    known = {}

    def constant(match):
        return match[1] + known.setdefault(match[2], str(first + len(known)))

    return re.sub(pattern, constant, text)


def twice_at_most(lines):
    """What a server says again and again, until Ctrl-C, it says twice."""
    return [line for i, line in enumerate(lines) if i < 2 or not line or not line == lines[i - 1] == lines[i - 2]]


def detached(lines):
    """Ctrl-C reaches strace and the program at the same time. Which of the two is first shows; here
    it is strace, always."""
    for number, line in enumerate(lines):
        if match := re.match(r"(\w+\([^)]*?\^C)\) +=", line):
            rest = [each for each in lines[number + 1 :] if not each.startswith(("--- SIGINT", "+++ killed", "strace: "))]
            return [*lines[:number], f"{match[1]}strace: Process 4242 detached", " <detached ...>", *rest]
    return lines


def without_loader(lines):
    """Of strace's lines, those before the program's own first call become one."""
    result, loading = [], False
    for line in lines:
        if line.startswith("execve("):
            loading = True
            result.append("...")
        if line.startswith("socket("):
            loading = False
        if not loading:
            result.append(line)
    return result


def tables(lines):
    """The tables of ss get columns of one width, and their rows an order."""
    result, rows = [], []
    for line in [*lines, ""]:
        columns = line.split()
        if columns[:3] == ["State", "Recv-Q", "Send-Q"]:
            result.append("State      Recv-Q Send-Q  Local Address:Port  Peer Address:Port")
        elif re.match(r"[A-Z-]{5,}[12]? +\d+ +\d+ +\S+:\S+ +\S+:", line):
            rows.append(columns)
        else:
            rows.sort(key=lambda row: (row[0] != "LISTEN", not row[3].endswith(f":{PORT}"), row[0], row[3:5]))
            result += [row_text(*row) for row in rows]
            rows = []
            result.append(line)
    return result[:-1]


def row_text(state, received, sent, local, peer, *process):
    if state == "LISTEN" and sent == "128":  # SOMAXCONN of an older kernel
        sent = "4096"
    return f"{state:<10} {received:>6} {sent:>6}  {local:<18}  {peer:<18}  {' '.join(process)}".rstrip()
