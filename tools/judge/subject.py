"""What is judged: the learner's server.c, built anew; else ./a.out; or any command. It says so, and from when."""

import collections
import os
import re
import shlex
import subprocess
import time

from command import Unable

from .texts.phrases import say

SOURCE, BUILT = "server.c", "./a.out"
FLAGS = ["-Wall", "-Wextra", "-g", "-pthread"]
MARK = "build/riddle"  # what make riddle and make break leave: which a.out is theirs
PLAIN = r"[A-Za-z0-9_./+-]+"  # nothing for the shell to expand


# A command to run, as words; what is said of it; how to check it again; what its compiler said.
Subject = collections.namedtuple("Subject", "command said again warnings", defaults=((),))


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
    if what := riddle():
        return Subject([BUILT], say("riddle", what=what, when=clock(BUILT)), again)
    if os.path.lexists(SOURCE):
        warnings = build(again)
        return Subject([BUILT], say("server.c", when=clock(SOURCE)), again, warnings)
    if not os.path.exists(BUILT):
        raise Unable(say("nothing"))
    require_runnable(BUILT)
    return Subject([BUILT], say("a.out", when=clock(BUILT)), again)


def riddle():
    """What make riddle or make break has noted about ./a.out, where that is theirs still and newer than server.c."""
    try:
        with open(MARK, encoding="utf-8") as file:
            noted, what = file.read().split(" ", 1)
        written = os.stat(BUILT).st_mtime_ns
        later = not os.path.exists(SOURCE) or written >= os.stat(SOURCE).st_mtime_ns
        return what if int(noted) == written and later else None
    except (OSError, ValueError):
        return None


def note_riddle(what):
    """Notes that ./a.out comes from make WHAT."""
    os.makedirs(os.path.dirname(MARK), exist_ok=True)
    with open(MARK, "w", encoding="utf-8") as file:
        file.write(f"{os.stat(BUILT).st_mtime_ns} {what}")


def compile_c(arguments, **how):
    """Runs the C compiler: what subprocess.run gives."""
    compiler = os.environ.get("CC") or "cc"
    try:
        return subprocess.run([*shlex.split(compiler), *arguments], check=False, **how)
    except OSError:  # PermissionError where a folder in PATH may not be searched
        raise Unable(say("no-compiler", compiler=compiler)) from None


def build(again):
    """Builds server.c into ./a.out; returns the compiler's warnings, each as one line."""
    done = compile_c([*FLAGS, "-o", BUILT, SOURCE], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                     stderr=subprocess.STDOUT)
    lines = done.stdout.decode("utf-8", "backslashreplace").replace(os.getcwd() + "/", "").splitlines()
    if done.returncode != 0:
        raise Unable(say("not-compiled", again=again), lines=first_error(lines))
    warnings = (re.match(r"([^:]+:\d+):(?:\d+:)? warning: (.*)", line) for line in lines)
    return [f"{found[1]}: {found[2]}" for found in warnings if found]


def first_error(lines):
    """The compiler's first error, with the lines of source below it."""
    begin = next((i for i, line in enumerate(lines) if re.search(r"\berror: |undefined reference|fatal", line)), 0)
    end = begin + 1
    while end < len(lines) and end < begin + 3 and re.match(r"\s", lines[end]):
        end += 1
    return lines[begin:end]


def require_runnable(file):
    """Complains where the file cannot be run."""
    if not os.path.exists(file):
        raise Unable(say("missing", file=file))
    if os.path.isdir(file):
        raise Unable(say("folder", file=file))
    if not os.access(file, os.X_OK):
        raise Unable(say("not-executable", file=file))


def require_program(word):
    """Complains where the first word of a command will not do."""
    if word == "strace":
        raise Unable(say("strace"))
    if word.endswith((".c", ".cc", ".cpp")):
        raise Unable(say("source", file=word))
    if "/" in word:
        require_runnable(word)
    elif os.path.isfile(word) and not any(os.access(os.path.join(each, word), os.X_OK) for each in os.get_exec_path()):
        raise Unable(say("no-path" if os.access(word, os.X_OK) else "not-executable", file=word))


def of_command(command, suffix):
    """The Subject for a command of the shell's."""
    first_word = command.split(" ", 1)[0]
    if re.fullmatch(PLAIN, first_word):
        require_program(first_word)
    # One plain program needs no shell, and is there sooner.
    plain = re.fullmatch(PLAIN, command) and "/" in command
    quoted = shlex.quote(command) if "'" in command or command == "" else f"'{command}'"
    again = f"make check PROGRAM={command if plain else quoted}{suffix}"
    newest = max(named_files(command), key=os.path.getmtime, default=None)
    said = say("command-file", command=command, file=newest, when=clock(newest)) if newest else command
    return Subject([command] if plain else ["bash", "-c", command], said, again)


def named_files(command):
    """The files that a command names, those of this folder and below it."""
    try:
        words = shlex.split(command)
    except ValueError:
        return []
    here = [word for word in words if os.path.isfile(word) and not word.startswith(("/usr/", "/bin/"))]
    return list(dict.fromkeys(here))
