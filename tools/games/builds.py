"""make break: a finished step with one thing changed, in ./a.out: an experiment, or a mistake."""

import os
import re

import comments
import subject
from command import ROOT, Unable
from judge.course import up_to
from judge.mistakes import MISTAKES
from words import Said, Words

# Experiments: the step, and the change, as a mistake has it.
EXPERIMENTS = {
    "no-pause": ("01", (("    pause(); // stay...\n", ""),)),
    "backlog": ("03", (("SOMAXCONN", "1"),)),
    "no-reuseaddr": ("04", (("    // Without this, bind...return 1;\n    }\n\n", ""),)),
    "slow": ("05", (("        if (write", "        sleep(1);\n        if (write"),)),
}
LAST = "05"

NO_EXPERIMENT = Words("There is no experiment '{name}'. There are: {all}",
                      "'{name}' という実験はありません。あるのは {all} です")
CHOOSE = Words("make break NAME=..., one of these:", "make break NAME=... で選べる実験:")
CHANGED = Words("{file}, changed", "{file} (変更後)")
BUILT = Words("That is in ./a.out now: run that as it is, without cc. For example:\n"
              "strace ./a.out, and in another terminal python3 clients/client.py.\nThen make check",
              "./a.out にビルドしました。cc でビルドし直さずに実行してください。たとえば:\n"
              "strace ./a.out、別のターミナルで python3 clients/client.py。\nそのあと make check")
NOT_BUILT = Words("it does not compile", "コンパイルできません")


def apply(text, edit):
    """The text with every pair of old and new carried out; "..." in an old one stands for as little
    as may lie between. ValueError where an old text is not there exactly once."""
    for old, new in edit:
        pattern = re.compile(".*?".join(map(re.escape, old.split("..."))), re.S)
        if len(pattern.findall(text)) != 1:
            raise ValueError(old)
        text = pattern.sub(lambda _, new=new: new, text)
    return text


def source_of(step):
    """(its name, its text) for the source of a finished step."""
    name = f"{up_to(step)[-1]}/server.c"
    with open(os.path.join(ROOT, name), encoding="utf-8") as file:
        return name, file.read()


def build(text, what, *flags):
    """Compiles the text into ./a.out, as make WHAT; it leaves no other file, and no name in it."""
    arguments = [*flags, "-w", "-pthread", "-x", "c", "-o", subject.BUILT, "-"]
    status, lines = subject.compile_c(arguments, text)
    if status != 0:
        raise Unable(NOT_BUILT, lines=lines[:3])
    subject.note_riddle(what)


def changed(name):
    """(the step's file, its text, its text with the change) for an experiment of this name, or a
    mistake of this name, or of this last part."""
    made = {each.name: each.edit for each in MISTAKES.values() if each.edit}
    by_part = {each.split("/")[1]: edit for each, edit in made.items()}
    if name in EXPERIMENTS:
        step, edit = EXPERIMENTS[name]
    elif name in made or name in by_part:
        step, edit = "04", made.get(name) or by_part[name]
    else:
        raise Unable(Said(NO_EXPERIMENT, name=name, all=" ".join([*EXPERIMENTS, *made])), 2)
    file, text = source_of(step)
    try:
        return file, text, apply(text, edit)
    except ValueError:  # that step does not have those lines yet
        file, text = source_of(LAST)
        return file, text, apply(text, edit)


def break_step(name, port, paper):
    """make break NAME=...: shows the change, and builds it; without a name, lists them."""
    if not name:
        paper.print(CHOOSE)
        paper.print(" ".join(EXPERIMENTS), "  ")
        paper.print(" ".join(each.name for each in MISTAKES.values() if each.edit), "  ")
        return 0
    import difflib  # which takes time, and is needed here only
    file, text, new = changed(name)
    texts = [comments.in_japanese(each) if paper.language == "ja" else each for each in (text, new)]
    lines, after = (each.splitlines() for each in texts), paper.text(Said(CHANGED, file=file))
    paper.out.write("\n".join(difflib.unified_diff(*lines, file, after, "", "", 1, "")) + "\n\n")
    paper.out.flush()
    build(new, f"break NAME={name}", "-g")
    paper.print(BUILT)
    return 0
