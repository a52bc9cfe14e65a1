"""make break: a finished step with one thing changed, in ./a.out: an experiment, or a mistake."""

import collections
import difflib
import os
import re

from command import ROOT, Unable
from words import Said, Words

import subject
from judge.course import Course
from judge.mistakes import MISTAKES

Experiment = collections.namedtuple("Experiment", "step edit words")
EXPERIMENTS = {
    "no-pause": Experiment("01", (("    pause(); // stay...\n", ""),), Words(
        "strace ./a.out: who closes the socket?",
        "strace ./a.out を実行します。ソケットを閉じるのは、プログラムとカーネルのどちらでしょう。")),
    "protocol": Experiment("01", (("SOCK_STREAM, 0", "SOCK_STREAM, 17"),), Words(
        "./a.out: 17 is UDP. What does the kernel say?",
        "./a.out を実行します。17 は UDP です。カーネルは何を返すでしょう。")),
    "backlog": Experiment("03", (("SOMAXCONN", "1"),), Words(
        "./a.out, then five clients at once, and ss -tan: where do they wait?",
        "./a.out を実行してクライアントを同時に 5 つ動かし、ss -tan を見ます。どこで待っているでしょう。")),
    "no-reuseaddr": Experiment("04", (("    // Without this, bind...return 1;\n    }\n\n", ""),), Words(
        "./a.out, one client, Ctrl-C, and ./a.out again: what does bind say, and ss -tan?",
        "./a.out にクライアントから接続し、Ctrl-C のあと、もう一度 ./a.out を実行します。bind の結果は?")),
    "slow": Experiment("05", (("        if (write", "        sleep(1);\n        if (write"),), Words(
        "./a.out, then five clients at once: how long does the last one wait?",
        "./a.out を実行し、クライアントを同時に 5 つ動かします。最後のクライアントが待つ時間は?")),
    "big": Experiment("05", (('const char reply[] = "hello world";', "static char reply[20000001];\n"
                              "        memset(reply, 'x', sizeof reply - 1);"),), Words(
        "strace ./a.out, and clients/client localhost 8001 1 | wc -c: what does one write take?",
        "strace ./a.out と clients/client localhost 8001 1 | wc -c を実行します。write 1 回の量は?")),
}
# The step in which a mistake of these calls is made, where that has the lines; else in the last.
STEPS, LAST = {"socket": "02", "bind": "03", "listen": "04", "accept": "04", "close": "04"}, "05"

NO_EXPERIMENT = Words("There is no experiment '{name}'. There are: {all}",
                      "'{name}' という実験はありません。あるのは {all} です")
CHOOSE = Words("make break NAME=..., one of these:", "make break NAME=... で選べる実験:")
BUILT = Words("That is in ./a.out now: run that as it is, without cc. Try: {what}",
              "これを ./a.out にビルドしました。cc でビルドし直さずに実行してください。試すこと: {what}")
TRY = Words("strace ./a.out, then python3 clients/client.py in another terminal; make check",
            "strace ./a.out を実行し、別のターミナルで python3 clients/client.py。答えは make check で")
NOT_BUILT = Words("it does not compile", "コンパイルできません")


def apply(text, edit):
    """The text with every pair of old and new carried out; "..." in an old one stands for as little as
    may lie between. ValueError where an old text is not there exactly once."""
    for old, new in edit:
        pattern = re.compile(".*?".join(map(re.escape, old.split("..."))), re.S)
        if len(pattern.findall(text)) != 1:
            raise ValueError(old)
        text = pattern.sub(lambda _, new=new: new, text)
    return text


def source_of(step, port):
    """(its name, its text) for the source of a finished step."""
    name = f"{Course(ROOT, port).step(step)}/server.c"
    with open(os.path.join(ROOT, name), encoding="utf-8") as file:
        return name, file.read()


def build(text, what, *flags):
    """Compiles the text into ./a.out, as make WHAT; it leaves no other file, and no name in it."""
    arguments = [*flags, "-w", "-pthread", "-x", "c", "-o", subject.BUILT, "-"]
    status, lines = subject.compile_c(arguments, text)
    if status != 0:
        raise Unable(NOT_BUILT, lines=lines[:3])
    subject.note_riddle(what)


def find(name):
    """The Experiment of this name; or one for the mistake of this name, or of this last part."""
    made = {each.name: each.edit for each in MISTAKES.values() if each.edit}
    if name in EXPERIMENTS:
        return EXPERIMENTS[name]
    for mistake, edit in made.items():
        call, _, last = mistake.partition("/")
        if name in (mistake, last):
            return Experiment(STEPS.get(call, LAST), edit, TRY)
    raise Unable(Said(NO_EXPERIMENT, name=name, all=" ".join([*EXPERIMENTS, *made])), 2)


def changed(chosen, port):
    """(the step's file, its text, its text with the change)."""
    file, text = source_of(chosen.step, port)
    try:
        return file, text, apply(text, chosen.edit)
    except ValueError:  # this step does not have those lines yet
        file, text = source_of(LAST, port)
        return file, text, apply(text, chosen.edit)


def break_step(name, port, paper):
    """make break NAME=...: shows the change, and builds it; without a name, lists them."""
    if not name:
        paper.print(CHOOSE)
        for each, experiment in EXPERIMENTS.items():
            paper.print(experiment.words, f"  {each:14} step{experiment.step}  ")
        paper.print(" ".join(each.name for each in MISTAKES.values() if each.edit), "  ")
        return 0
    chosen = find(name)
    file, text, new = changed(chosen, port)
    lines = text.splitlines(), new.splitlines()
    diff = difflib.unified_diff(*lines, file, f"{file}, changed", "", "", 1, "")
    paper.out.write("\n".join(diff) + "\n\n")
    paper.out.flush()
    build(new, f"break NAME={name}", "-g")
    paper.print(Said(BUILT, what=chosen.words))
    return 0
