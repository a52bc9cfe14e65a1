"""make break: a finished step with one thing changed, in ./a.out. make riddle: a mistake to be found."""

import os
import random

from command import ROOT, Unable
from words import Said, Words

import subject

from judge.course import Course
from judge.mistakes import MISTAKES

from . import edits
from .experiments import EXPERIMENTS

LAST = "step05"  # whose server.c the mistakes are made in

NO_EXPERIMENT = Words("There is no experiment '{name}'. There are: {all}", "'{name}' という実験はありません。あるのは {all} です")
CHOOSE = Words("make break NAME=..., one of these:", "make break NAME=... で選べる実験:")
BUILT = Words("That is in ./a.out now: run that as it is, without cc. Try: {what}",
              "これを ./a.out にビルドしました。cc はせずに、そのまま実行します。試すこと: {what}")
NOT_BUILT = Words("it does not compile", "コンパイルできません")
NO_RIDDLE = Words("There is no riddle '{name}': there are 1 to {count}", "'{name}' という問題はありません。1 から {count} までです")
RIDDLE = Words(
    "Riddle {number} is in ./a.out, a server with one mistake. {symptom}\n"
    "Find it with strace and ss, for example: strace ./a.out\nThen end it with Ctrl-C; make check tells. The "
    "same again: make riddle NAME={number}",
    "問題 {number} を ./a.out にビルドしました。間違いが 1 つあるサーバーです。{symptom}\n"
    "strace と ss で見つけてください。たとえば: strace ./a.out\nわかったら Ctrl-C で終了し、make check で答えを確認します。"
    "同じ問題は make riddle NAME={number} で作れます",
)
SYMPTOMS = {
    "refused": Words("Every client is refused.", "どのクライアントも接続を拒否されます。"),
    "local": Words("Only clients on this machine are served.", "このマシンのクライアントにしか応答しません。"),
    "family": Words("Whoever calls 127.0.0.1 is refused.", "127.0.0.1 への接続は拒否されます。"),
    "waits": Words("Clients connect, or try to, and then wait.", "クライアントは接続できても、待ったままになります。"),
    "nothing": Words("Clients are let in, and get nothing.", "クライアントは接続できますが、何も受け取れません。"),
    "garbled": Words("Clients get something else than hello world.", "クライアントが受け取るものは hello world と違います。"),
    "stays": Words("Clients get hello world, and do not end.", "クライアントは hello world を受け取りますが、終了しません。"),
    "once": Words("The first client is served, a later one is not.", "最初のクライアントには応答しますが、あとのクライアントには応答しません。"),
    "rude": Words("All is well, until a client goes away too early.", "クライアントが途中でいなくなるまでは、正しく動きます。"),
    "dies": Words("One client, and the server is gone.", "クライアントが 1 つ来ると、サーバーが終了します。"),
    "later": Words("Everybody is served. For how long?", "どのクライアントにも応答します。いつまで続くでしょう。"),
    "reset": Words("Clients get an error in place of the end.", "クライアントは、接続の終わりではなくエラーを受け取ります。"),
    "unlikely": Words("Clients one by one are served, of several at once not all.",
    "1 つずつなら応答しますが、同時に来ると応答できないことがあります。"),
}


def source_of(step, port):
    """(its name, its text) for the source of a finished step."""
    name = f"{Course(ROOT, port).step(step)}/server.c"
    with open(os.path.join(ROOT, name), encoding="utf-8") as file:
        return name, file.read()


def build(text, what, *flags):
    """Compiles the text into ./a.out, as make WHAT; it leaves no other file, and no name in it."""
    if subject.compile_c([*flags, "-w", "-x", "c", "-o", subject.BUILT, "-"], text)[0] != 0:
        raise Unable(NOT_BUILT)
    subject.note_riddle(what)


def break_step(name, port, paper):
    """make break NAME=...: shows the change, and builds it; without a name, lists them."""
    if not name:
        paper.print(CHOOSE)
        for each, experiment in EXPERIMENTS.items():
            paper.print(experiment.words, f"  {each:18} {experiment.step}  ")
        return 0
    if name not in EXPERIMENTS:
        raise Unable(Said(NO_EXPERIMENT, name=name, all=" ".join(EXPERIMENTS)), 2)
    chosen = EXPERIMENTS[name]
    file, text = source_of(chosen.step, port)
    changed = edits.apply(text, chosen.edit)
    paper.out.write("\n".join(edits.diff(text, changed, file)) + "\n\n")
    paper.out.flush()
    build(changed, f"break NAME={name}", "-g")
    paper.print(Said(BUILT, what=Said(chosen.words)))
    return 0


def riddles():
    """The mistakes that are one: by numbers that say nothing about them."""
    names = sorted(
        entry.name for entry in MISTAKES.values()
        if entry.edits and isinstance(entry.edits[0], tuple) and not entry.beside and not entry.asked
    )
    random.Random(15).shuffle(names)
    return names


def riddle(wanted, port, paper):
    """make riddle: a mistake in ./a.out, and what a client sees of it."""
    names = riddles()
    number = wanted or str(random.randint(1, len(names)))
    if not number.isdecimal() or not 1 <= int(number) <= len(names):
        raise Unable(Said(NO_RIDDLE, name=wanted, count=len(names)), 2)
    entry = MISTAKES[names[int(number) - 1]]
    build(edits.apply(source_of(LAST, port)[1], entry.edits[0]), f"riddle NAME={number}", "-s")
    paper.print(Said(RIDDLE, number=number, symptom=Said(SYMPTOMS[entry.symptom])))
    return 0
