"""Which program is the reader's: what make riddle or make break has built; server.c, built anew;
./a.out; or any command (PROGRAM). It says which, and from when. Nothing else decides this."""

import collections
import os
import re
import shlex
import time

from command import Unable
from run import Run, memory
from words import Said, Words, printable

SOURCE, BUILT = "server.c", "./a.out"
FLAGS = ["-Wall", "-Wextra", "-g", "-pthread"]
COMPILING, COMPLAINING = 20, 1 << 20  # seconds and bytes that the compiler may take
MARK = "build/riddle"  # what make riddle and make break leave: which a.out is theirs
PLAIN = r"[A-Za-z0-9_./+-]+"  # nothing for the shell to expand

# command: what to run, as words. said: what is judged. again: how to do the same once more. source:
# the C file that command was built from, or "". files: the files that a change of shows in.
# warnings: what the compiler said, a line each.
Subject = collections.namedtuple("Subject", "command said again source files warnings")

SAYS = {
    "server.c": Words("./server.c, saved {when}, built into ./a.out",
                      "./server.c ({when} に保存)。./a.out にビルドしました"),
    "a.out": Words("./a.out, built {when}; there is no server.c here",
                   "./a.out ({when} にビルド)。ここに server.c はありません"),
    "riddle": Words("./a.out, from make {what}, built {when}. Save server.c to go back to that",
                    "./a.out (make {what} が {when} にビルド)。server.c を保存すると、再び server.c が対象になります"),
    "command-file": Words("{command} ({file} saved {when})", "{command} ({file} は {when} に保存)"),
    "nothing": Words("there is neither a server.c nor an ./a.out here: write a server.c, or build "
                     "a finished step with make step01, or say PROGRAM='python3 mine.py'",
                     "ここには server.c も ./a.out もありません。server.c を書くか、make step01 で完成版のステップを"
                     "ビルドするか、PROGRAM='python3 mine.py' のように指定してください"),
    "unreadable": Words("server.c is not a file that can be read: see ls -l server.c",
                        "server.c は読み取れるファイルではありません。ls -l server.c で確かめてください"),
    "not-compiled": Words("server.c does not compile: mend that first, then: {again}",
                          "server.c をコンパイルできません。これを直してから {again} を実行してください"),
    "blank": Words("server.c:{line} still has a blank: fill in the ____ (the lesson's tables above "
                   "that line say what goes there), then: {again}",
                   "server.c の {line} 行目に空欄 ____ が残っています。レッスンでその行の上にある表を見て埋めてから、"
                   "{again} を実行してください"),
    "wide": Words("server.c:{line} has full-width characters ({what}), which C does not know: type "
                  "them anew in half width, then: {again}",
                  "server.c の {line} 行目に、C では使えない全角文字 ({what}) があります。半角で入力し直してから "
                  "{again} を実行してください"),
    "wide-space": Words("a full-width space", "全角スペース"),
    "endless": Words("server.c takes more than {seconds} s to compile, or the compiler complains "
                     "without end: stopped. Does it include itself?",
                     "server.c のコンパイルが {seconds} 秒以内に終わらないか、エラーが際限なく出るため、"
                     "中止しました。自分自身を include していませんか"),
    "no-compiler": Words("there is no C compiler ({compiler}): make setup",
                         "C コンパイラー ({compiler}) がありません。make setup を実行してください"),
    "strace": Words("{tool} runs strace itself: leave it out of PROGRAM",
                    "{tool} は自分で strace を使います。PROGRAM には含めないでください"),
    "source": Words("{file} is a source file. Build it first: cc {file} && {tool} PROGRAM=./a.out",
                    "{file} はソースファイルです。先にビルドしてください: cc {file} && {tool} PROGRAM=./a.out"),
    "no-path": Words("the shell looks for {file} elsewhere: say ./{file}, {tool} PROGRAM=./{file}",
                     "シェルは {file} を別の場所で探します。./ を付けてください: {tool} PROGRAM=./{file}"),
    "missing": Words("there is no program {file}", "{file} というプログラムはありません"),
    "folder": Words("{file} is a folder, not a program: move it out of the way",
                    "{file} はディレクトリで、プログラムではありません。別の場所に移してください"),
    "not-executable": Words("{file} may not be executed: chmod +x {file}, or name its interpreter "
                            "before it",
                            "{file} に実行権限がありません。chmod +x {file} とするか、前にインタープリターの"
                            "名前を付けてください"),
}


def unable(key, lines=(), /, **facts):
    """The Unable that says this."""
    return Unable(Said(SAYS[key], **facts), lines=lines)


def clock(path):
    """When the file was written: the time of day, with the date where that is not today."""
    when = time.localtime(os.path.getmtime(path))
    today = when[:3] == time.localtime()[:3]
    return time.strftime("%H:%M:%S" if today else "%Y-%m-%d %H:%M", when)


def find(command, tool, suffix=""):
    """The Subject. command: what PROGRAM says, or None. tool: "make check", suffix: " STEP=03", to
    say what to type again. Unable where there is no such program, or it does not compile."""
    if command is not None:
        return of_command(command, tool, suffix)
    again = tool + suffix
    if what := riddle():
        return built("riddle", again, what=what)
    if os.path.lexists(SOURCE):
        warnings = build(again)
        return built("server.c", again, SOURCE, warnings)
    if not os.path.exists(BUILT):
        raise unable("nothing")
    require_runnable(BUILT)
    return built("a.out", again)


def built(key, again, source="", warnings=(), **facts):
    """The Subject for ./a.out, which came about in this way."""
    file = source or BUILT
    said = Said(SAYS[key], when=clock(file), **facts)
    return Subject([BUILT], said, again, source, [file], warnings)


def riddle():
    """What make riddle or make break has noted about ./a.out, where that is theirs still, and newer
    than server.c; or None."""
    try:
        with open(MARK, encoding="utf-8") as file:
            noted, what = file.read().split(" ", 1)
        written = os.stat(BUILT).st_mtime_ns
        later = not os.path.exists(SOURCE) or written >= os.stat(SOURCE).st_mtime_ns
        return what if int(noted) == written and later else None
    except (OSError, ValueError):
        return None


def note_riddle(what):
    """Notes that ./a.out comes from make WHAT. A link in its place is replaced, not followed."""
    os.makedirs(os.path.dirname(MARK), exist_ok=True)
    with open(MARK + ".new", "w", encoding="utf-8") as file:
        file.write(f"{os.stat(BUILT).st_mtime_ns} {what}")
    os.replace(MARK + ".new", MARK)


def compile_c(arguments, source=""):
    """Runs the C compiler ($CC), for so long at most; source is what it reads from standard input.
    Returns its exit status and its words, as lines that no terminal obeys, without the path of
    this folder."""
    compiler = os.environ.get("CC") or "cc"
    try:
        text, _ = memory("source", source.encode())
        run = Run([*shlex.split(compiler), *arguments], traced=False, stdin=text)
    except (OSError, ValueError):  # no such program, or a quote that is open
        raise unable("no-compiler", compiler=compiler) from None
    limit = time.monotonic() + COMPILING
    while run.command.poll() is None and time.monotonic() < limit and run.size()[0] < COMPLAINING:
        time.sleep(0.003)
    ended = run.command.returncode
    run.end()
    if ended is None:
        raise unable("endless", seconds=COMPILING)
    lines = run.output().replace(os.getcwd() + "/", "").split("\n")
    return ended, [printable(line) for line in lines if line]


def build(again):
    """Builds server.c into ./a.out; returns the compiler's warnings, each as one line."""
    if not (os.path.isfile(SOURCE) and os.access(SOURCE, os.R_OK)):
        raise unable("unreadable")
    with open(SOURCE, encoding="utf-8", errors="replace") as file:
        blank = next((i for i, line in enumerate(file, 1) if re.search(r"\b____\b", line)), 0)
    if blank:
        raise unable("blank", line=blank, again=again)
    status, lines = compile_c([*FLAGS, "-o", BUILT, SOURCE])
    if status != 0:
        lines = first_error(lines)
        require_half_width(lines[0], again)
        raise unable("not-compiled", lines, again=again)
    warnings = (re.match(r"([^:]+:\d+):(?:\d+:)? warning: (.*)", line) for line in lines)
    return [f"{found[1]}: {found[2]}" for found in warnings if found]


def first_error(lines):
    """The compiler's first error, with the lines of source below it."""
    error = re.compile(r"\berror: |undefined reference|fatal|No space left")
    begin = next((i for i, line in enumerate(lines) if error.search(line)), 0)
    end = begin + 1
    while end < min(len(lines), begin + 3) and re.match(r"\s", lines[end]):
        end += 1
    return lines[begin:end]


def require_half_width(error, again):
    """Unable where the line of this error has full-width characters in its code, as a Japanese
    keyboard types them."""
    found = re.match(re.escape(SOURCE) + r":(\d+):", error)
    with open(SOURCE, encoding="utf-8", errors="replace") as file:
        text = file.read().split("\n")[int(found[1]) - 1] if found else ""
    code = re.sub(r'"[^"]*"|//.*|/\*.*?\*/', "", text)
    wide = "".join(dict.fromkeys(re.findall("[\u3000\uff01-\uff5e\u201c\u201d]", code)))
    if wide:
        what = SAYS["wide-space"] if wide == "\u3000" else wide.replace("\u3000", "")
        raise unable("wide", line=found[1], what=what, again=again)


def require_runnable(file):
    """Unable where the file cannot be run."""
    if not os.path.exists(file):
        raise unable("missing", file=file)
    if os.path.isdir(file):
        raise unable("folder", file=file)
    if not os.access(file, os.X_OK):
        raise unable("not-executable", file=file)


def require_program(word, tool):
    """Unable where the first word of a command will not do."""
    if word == "strace":
        raise unable("strace", tool=tool)
    if word.endswith((".c", ".cc", ".cpp")):
        raise unable("source", file=word, tool=tool)
    if "/" in word:
        require_runnable(word)
    elif os.path.isfile(word) and not in_path(word):
        executable = os.access(word, os.X_OK)
        raise unable("no-path" if executable else "not-executable", file=word, tool=tool)


def in_path(word):
    """Does the shell find a program of this name?"""
    return any(os.access(os.path.join(each, word), os.X_OK) for each in os.get_exec_path())


def of_command(command, tool, suffix):
    """The Subject for a command of the shell's."""
    first_word = command.split(" ", 1)[0]
    if re.fullmatch(PLAIN, first_word):
        require_program(first_word, tool)
    # One plain program needs no shell, and is there sooner.
    plain = re.fullmatch(PLAIN, command) and "/" in command
    quoted = shlex.quote(command) if "'" in command or command == "" else f"'{command}'"
    again = f"{tool} PROGRAM={command if plain else quoted}{suffix}"
    files = named_files(command)
    newest = max(files, key=os.path.getmtime, default=None)
    said = printable(command)
    if newest:
        said = Said(SAYS["command-file"], command=said, file=printable(newest), when=clock(newest))
    return Subject([command] if plain else ["bash", "-c", command], said, again, "", files, ())


def named_files(command):
    """The files that a command names, of this folder and below it; not what it builds (-o)."""
    try:
        words = shlex.split(command)
    except ValueError:
        return []
    product = {words[i + 1] for i, word in enumerate(words[:-1]) if word == "-o"}
    product |= {os.path.join(".", each) for each in product}
    here = [word for word in dict.fromkeys(words) if os.path.isfile(word) and word not in product]
    return [word for word in here if not word.startswith(("/usr/", "/bin/"))]
