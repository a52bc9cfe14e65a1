"""What is judged: the learner's server.c, built anew; else ./a.out; or any command. It says so, and from when."""

import json
import os
import re
import shlex
import shutil
import subprocess
import time

from .course import Unable
from .rule import Said, Words

SOURCE, BUILT = "server.c", "./a.out"
FLAGS = ["-Wall", "-Wextra", "-g", "-pthread"]
MARK = "build/riddle"  # what make riddle and make break leave: which a.out is theirs

SAYS = {
    "server.c": Words("./server.c, saved {when}, built into ./a.out", "./server.c ({when} に保存)。./a.out にビルドしました"),
    "a.out": Words("./a.out, built {when}; there is no server.c here", "./a.out ({when} にビルド)。ここに server.c はありません"),
    "riddle": Words(
        "./a.out, from make {what}, built {when}. Save server.c, and make check is about that again",
        "./a.out (make {what} が {when} にビルド)。server.c を保存すると、再び server.c が対象になります",
    ),
    "command": Words("{command}", "{command}"),
    "command-file": Words("{command} ({file} saved {when})", "{command} ({file} は {when} に保存)"),
}
COMPLAINTS = {
    "nothing": Words(
        "there is neither a server.c nor an ./a.out here: write a server.c, or build a finished step with make step01",
        "ここには server.c も ./a.out もありません。server.c を書くか、make step01 で完成版のステップをビルドしてください",
    ),
    "not-compiled": Words("server.c does not compile: mend that first, then: {again}",
    "server.c をコンパイルできません。これを直してから {again} を実行してください"),
    "no-compiler": Words("there is no C compiler ({compiler}): make setup",
    "C コンパイラー ({compiler}) がありません。make setup を実行してください"),
    "strace": Words("make check runs strace itself: leave it out of PROGRAM",
    "make check は自分で strace を使います。PROGRAM には含めないでください"),
    "source": Words(
        "{file} is a source file. Build it first, then check: cc {file} && make check PROGRAM=./a.out",
        "{file} はソースファイルです。先にビルドしてから確認してください: cc {file} && make check PROGRAM=./a.out",
    ),
    "no-path": Words(
        "the shell looks for {file} elsewhere: say ./{file}, make check PROGRAM=./{file}",
        "シェルは {file} を別の場所で探します。./ を付けてください: make check PROGRAM=./{file}",
    ),
    "missing": Words("there is no program {file}", "{file} というプログラムはありません"),
    "folder": Words("{file} is a folder, not a program", "{file} はディレクトリで、プログラムではありません"),
    "not-executable": Words(
        "{file} may not be executed: chmod +x {file}, or name its interpreter before it",
        "{file} に実行権限がありません。chmod +x {file} とするか、前にインタープリターの名前を付けてください",
    ),
    "not-readable": Words("{file} cannot be read: {error}", "{file} を読み取れません: {error}"),
}


def unable(name, **facts):
    return Unable(Said(COMPLAINTS[name], **facts))


class Subject:
    """A command to run, as words; what is said of it; what its compiler said; how to check it again."""

    def __init__(self, command, said, again, warnings=(), files=()):
        self.command, self.said, self.again, self.warnings, self.files = command, said, again, warnings, files


class NotCompiled(Exception):
    """The compiler's first complaint, as lines, and what to do."""

    def __init__(self, lines, said):
        super().__init__(lines)
        self.lines, self.said = lines, said


def clock(path):
    """When the file was written: the time of day, with the date where that is not today."""
    when = time.localtime(os.path.getmtime(path))
    return time.strftime("%H:%M:%S" if when[:3] == time.localtime()[:3] else "%Y-%m-%d %H:%M", when)


def find(command, step_wanted):
    """The Subject for what PROGRAM says (None where it says nothing)."""
    suffix = f" STEP={step_wanted}" if step_wanted else ""
    if command is not None:
        return of_command(command, suffix)
    again = "make check" + suffix
    if mark := riddle():
        return Subject([BUILT], Said(SAYS["riddle"], what=mark["what"], when=clock(BUILT)), again, files=[BUILT])
    if os.path.lexists(SOURCE):
        warnings = build(again)
        return Subject([BUILT], Said(SAYS["server.c"], when=clock(SOURCE)), again, warnings, [SOURCE])
    if not os.path.exists(BUILT):
        raise unable("nothing")
    runnable(BUILT)
    return Subject([BUILT], Said(SAYS["a.out"], when=clock(BUILT)), again, files=[BUILT])


def riddle():
    """What make riddle or make break has noted about ./a.out, where that is theirs still and newer than server.c."""
    try:
        with open(MARK, encoding="utf-8") as file:
            mark = json.load(file)
        written = os.stat(BUILT).st_mtime_ns
        later = not os.path.exists(SOURCE) or written >= os.stat(SOURCE).st_mtime_ns
        return mark if mark["built"] == written and later else None
    except (OSError, ValueError, KeyError):
        return None


def note_riddle(what, **more):
    """Notes that ./a.out comes from make WHAT."""
    os.makedirs(os.path.dirname(MARK), exist_ok=True)
    with open(MARK, "w", encoding="utf-8") as file:
        json.dump({"what": what, "built": os.stat(BUILT).st_mtime_ns, **more}, file)


def build(again):
    """Builds server.c into ./a.out; returns the compiler's warnings, each as one line."""
    compiler = os.environ.get("CC") or "cc"
    try:
        done = subprocess.run(
            [*shlex.split(compiler), *FLAGS, "-o", BUILT, SOURCE],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )
    except OSError:  # PermissionError where a folder in PATH may not be searched
        raise unable("no-compiler", compiler=compiler) from None
    lines = done.stdout.decode("utf-8", "backslashreplace").replace(os.getcwd() + "/", "").splitlines()
    if done.returncode != 0:
        raise NotCompiled(first_error(lines), Said(COMPLAINTS["not-compiled"], again=again))
    warnings = (re.match(r"([^:]+:\d+):(?:\d+:)? warning: (.*)", line) for line in lines)
    return [f"{w.group(1)}: {w.group(2)}" for w in warnings if w]


def first_error(lines):
    """The compiler's first error, with the lines of source below it."""
    begin = next((i for i, line in enumerate(lines) if re.search(r"\berror: |undefined reference|fatal", line)), 0)
    end = begin + 1
    while end < len(lines) and end < begin + 3 and re.match(r"\s", lines[end]):
        end += 1
    return lines[begin:end]


def runnable(file):
    """Complains where the file cannot be run."""
    if not os.path.exists(file):
        raise unable("missing", file=file)
    if os.path.isdir(file):
        raise unable("folder", file=file)
    if not os.access(file, os.X_OK):
        raise unable("not-executable", file=file)


def of_command(command, suffix):
    """The Subject for a command of the shell's."""
    first_word = command.split(" ", 1)[0]
    if re.fullmatch(r"[A-Za-z0-9_./+-]+", first_word):  # else something for the shell to expand
        if first_word == "strace":
            raise unable("strace")
        if first_word.endswith((".c", ".cc", ".cpp")):
            raise unable("source", file=first_word)
        if "/" in first_word:
            runnable(first_word)
        elif os.path.isfile(first_word) and not shutil.which(first_word):
            raise unable("no-path" if os.access(first_word, os.X_OK) else "not-executable", file=first_word)
    # One plain program needs no shell, and is there sooner.
    plain = re.fullmatch(r"[A-Za-z0-9_./+-]+", command) and "/" in command
    quoted = shlex.quote(command) if "'" in command or command == "" else f"'{command}'"
    again = f"make check PROGRAM={command if plain else quoted}{suffix}"
    files = named_files(command)
    said = Said(SAYS["command"], command=command)
    if files:
        newest = max(files, key=os.path.getmtime)
        said = Said(SAYS["command-file"], command=command, file=newest, when=clock(newest))
    return Subject([command] if plain else ["bash", "-c", command], said, again, files=files)


def named_files(command):
    """The files that a command names, those of this folder and below it."""
    try:
        words = shlex.split(command)
    except ValueError:
        return []
    here = [word for word in words if os.path.isfile(word) and not word.startswith(("/usr/", "/bin/"))]
    return [word for i, word in enumerate(here) if word not in here[:i]]
