"""What differs from run to run or between machines, made constant.

constant(text)  strace's lines: process ids, addresses in memory, random bytes
screen(text)    all that a terminal showed: also the loader, tables of ss, Ctrl-C, times

Both return text.  Read strace(1) ss(8)
"""
import re

PROMPT = "$ "
HEAD = "State      Recv-Q Send-Q  Local Address:Port  Peer Address:Port"
STRACE = [  # a pattern, what comes in its place
    (r"si_pid=\d+, si_uid=\d+", "si_pid=4242, si_uid=1000"),
    (r'(?m)^getrandom\("[^"]*"', r'getrandom("\\0\\0\\0\\0\\0\\0\\0\\0"'),
    (r"\b0x5[56][0-9a-f]{10}\b", "0x550000000000"),
    (r"\b0x7[ef][0-9a-f]{10}\b", "0x7f0000000000"),
    (r"ppoll\(NULL, 0, NULL, NULL, 0\)?", "pause("),  # aarch64 has no pause
]
SCREEN = [
    (r"^\$ \Z", ""),
    (r"[ \r]+$", ""),
    # The program's calls begin with socket; those before it load the program.
    (r"(?s)^execve\(.*?(?=^socket\(|\Z)", "...\n"),
    # Ctrl-C reaches strace and the program at the same time. Here strace is always the first.
    (r"^(\w+\(.*\^C).*\) += \?.*\n((--- SIGINT|\+\+\+ killed|strace: ).*\n)*",
     r"\1strace: Process 4242 detached\n <detached ...>\n"),
    (r"^(.+: .+\n)\1\1+", r"\1\1"),  # a server's error that comes again and again
    *STRACE,
    (r"\bProcess \d+", "Process 4242"),
    (r"/dev/pts/\d+", "/dev/pts/1"),
    (r"real\t0m1[012]\.\d{3}s", "real\t0m11.020s"),  # ten seconds, and two more at most
    (r"(user|sys)\t0m0\.\d{3}s", r"\1\t0m0.050s"),
    (r"(l[-rwx]{9}) 1 \S+ +\S+ +64 .{12} (\d+ ->)", r"\1 1 you you 64 Nov 22 12:00 \2"),
    (r"after 0\.0\d+ s", "after 0.001000 s"),  # a longer time stays, and is noticed
    (r"(sendfile\(5, 6, NULL, 9000000\) +)= \d{7}\b", r"\1= 3922432"),  # what fits
    (r"after 30\d\d milliseconds", "after 3001 milliseconds"),
    (r"(curl: \(7\) Failed .*) after \d+ ms", r"\1 after 0 ms"),
    (r"^([A-Z])[N<](\S*)( +a\.out)", r"\1\2 \3"),  # a process under nice
    (r"^State +Recv-Q .*", HEAD),
]
ROWS = r"(^[A-Z-]{5,}[12]? +\d+ +\d+ +\S+:\S+ +\S+:.*\n)+"  # of ss
# A port that the kernel chooses: 32768 to 60999.
EPHEMERAL = r"(127\.0\.0\.1:|htons\(|\bport )((?:3[3-9]|[45]\d|60)\d{3}|32[7-9]\d\d)\b"
INODE = r"(\b(?:socket|TCP):\[)(\d+)(?=\])"


def constant(text, table=STRACE):
    for pattern, replacement in table:
        text = re.sub(pattern, replacement, text, flags=re.M)
    return text


def screen(text):
    text = constant(text, SCREEN).rstrip() + "\n"
    text = re.sub(ROWS, in_columns, text, flags=re.M)
    return numbered(numbered(text, EPHEMERAL, 50000), INODE, 40001)


def numbered(text, pattern, first):
    """The pattern's second group becomes first, first + 1 ... in the order of appearance."""
    known = {}

    def count(match):
        return match[1] + known.setdefault(match[2], str(first + len(known)))

    return re.sub(pattern, count, text)


def in_columns(rows):
    """Rows of ss get columns of one width, and an order."""
    # Who listens, then the server's side, then the state.
    lines = sorted(map(str.split, rows[0].splitlines()), key=lambda row: (
        row[0] != "LISTEN", not row[3].endswith(":8001"), row[0], row[3:5]))
    return "".join("{:<10} {:>6} {:>6}  {:<18}  {:<18}".format(*line).rstrip()
                   + "".join("  " + process for process in line[5:]) + "\n" for line in lines)
