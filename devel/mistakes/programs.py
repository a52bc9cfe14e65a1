"""The programs that provoke the mistakes of the rule books, and the servers that are right: how each is run."""

import glob
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tools"))
from games import edits  # noqa: E402
from judge.beyond import rules  # noqa: E402
from judge.mistakes import MISTAKES  # noqa: E402
import right  # noqa: E402

PORT = int(os.environ.get("PORT", "8001"))
OWN = ("main", "reply_to", "serve", "client", "clients", "LONGEST", "CLIENTS", "SECONDS")  # what is in many programs
ALWAYS = ("#include <stdlib.h>", "#include <string.h>")
RUN = {"py": "python3", "rb": "ruby", "pl": "perl", "js": "node", "go": "go run"}


class Case:
    """A program to be judged, and what has to come of it.

    command  its words
    reached  the number of steps that it reaches
    entry    the Mistake that is recognised then (None: none)
    asked    the last step asked about ("": the fifth)
    shown    what a page shows of it, the change or the program; None where a page shows none of it
    limit    seconds that its verdict may take
    """

    def __init__(self, label, command, reached=5, entry=None, asked="", shown=None, limit=20):
        self.label, self.command, self.reached, self.entry = label, command, reached, entry
        self.asked, self.shown, self.limit = asked, shown, limit


def source(folder):
    """The server.c that is changed: of step05-write, or of beyond/step06-read and on, in any way that glob knows."""
    with open(glob.glob(os.path.join(glob.escape(ROOT), folder, "server.c"))[0], encoding="utf-8") as file:
        return file.read().replace("8001", str(PORT))


def change(old, new):
    """The change as a page shows it, without the comments behind the code."""
    lines = edits.diff(old, new, "server.c")[2:]
    return "\n".join(re.sub(r" +// .*$", "", line) for line in lines if not line.startswith("@@"))


def compiled(texts, folder, *tries):
    """One executable for many C programs, FOLDER/all: its argument says which it is. Each keeps its line numbers.
    tries: flags for the compiler, those that will do last."""
    includes, bodies = set(), []
    for i, text in enumerate(texts):
        includes |= set(re.findall(r"^#include .*$", text, re.M))
        body = re.sub(r"^#(include|define) .*$", "", text, flags=re.M)
        body = re.sub(r"\}\s*\Z", "return 0; }\n", body)  # which only a main does of itself
        own = "".join(f"#define {name} {name}_{i}\n" for name in OWN)
        bodies.append(f'{own}#line 1 "server.c"\n{body}')
    table = ", ".join(f"main_{i}" for i in range(len(texts)))
    choice = f"""#undef main
int main(int n, char **v)
{{
    int (*all[])(void) = {{{table}}};
#ifdef __x86_64__
    asm(".cfi_undefined rip"); // for strace -k, for which each frame of a stack takes its time: none further out
#endif
    return all[atoi(v[n - 1])]();
}}"""
    with open(os.path.join(folder, "server.c"), "w", encoding="utf-8") as file:
        file.write("\n".join(["#define _GNU_SOURCE", *ALWAYS, *sorted(includes), *bodies, choice]))
    for flags in tries:
        quiet = subprocess.DEVNULL if flags is not tries[-1] else None
        if subprocess.run(["cc", "-w", *flags, "-o", "all", "server.c"], cwd=folder, stderr=quiet).returncode == 0:
            break
    return os.path.join(folder, "all")


def ports_are_guarded():
    """May a program that runs here become an ordinary user, whom the kernel refuses port 80? Not where its root is the
    only user there is (a namespace of its own), nor where all ports are everybody's (Docker)."""
    pid = os.fork()
    if pid == 0:
        try:
            os.setuid(65534)
            os._exit(0)
        except OSError:
            os._exit(1)
    with open("/proc/sys/net/ipv4/ip_unprivileged_port_start", encoding="ascii") as file:
        return os.waitpid(pid, 0)[1] == 0 and int(file.read()) > 80


def ways(entries):
    """(entry, number, edit) of each way to provoke these; pages show those with the number 0."""
    return [(entry, number, edit) for entry in entries for number, edit in enumerate(entry.edits)]


def provoking(names, folder):
    """The cases for the mistakes of these names, for all without any: one for each way to provoke it."""
    wanted = [entry for name, entry in MISTAKES.items() if not names or name in names]
    if not ports_are_guarded():
        wanted = [entry for entry in wanted if entry.name != "bind/privileged-port"]
    old, cases, texts = source("step05-write"), [], []
    for entry, number, edit in ways(wanted):
        if isinstance(edit, str):
            command, shown = ["python3", edit], sibling(edit, folder)
        else:
            texts.append(edits.apply(old, [tuple(text.replace("8001", str(PORT)) for text in pair) for pair in edit]))
            command = [os.path.join(folder, "bare" if number else "all"), str(len(texts) - 1)]
            shown = change(old, texts[-1])
        asked = str(entry.asked or "")
        label = f"{entry.name} {number}"
        cases.append(Case(label, command, entry.step, entry, asked, None if number else shown))
    # strace -k would read the loader's stack too, which costs as much as all that follows.
    program = compiled(texts, folder, ["-g", "-static", "-Wl,--eh-frame-hdr"], ["-g"])
    # Nor is any stack of use where no page shows the line: what says nothing of lines is run without -k.
    subprocess.run(["strip", "-o", os.path.join(folder, "bare"), program], check=True)
    return cases


def sibling(name, folder):
    """Copies a program of its own, for our port, into the folder; returns its text."""
    with open(os.path.join(ROOT, "tools", "judge", "provoke", name), encoding="utf-8") as file:
        text = file.read().replace("8001", str(PORT))
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(text)
    return text.rstrip()


def beyond(names, folder):
    """The cases for the mistakes of steps 06 to 09, in the first way that each entry says, those named in every way.
    Without names, also for right servers. Those of the last steps, who take longest, come first."""
    program, cases, texts = os.path.join(folder, "all"), [], []

    def add(label, step, reached, entry=None, command=()):
        command = command or [program, str(len(texts) - 1)]
        cases.append(Case(label, command, reached, entry, f"0{step}", limit=60))

    for entry, number, (base, edit) in ways(rules.MISTAKES.values()):
        if entry.name in names or not names and not number:
            texts.append(edits.apply(source(f"beyond/step0{base}-*"), edit))
            add(f"{entry.name} {number}", entry.step, entry.step - 6, entry)
    for step in (7, 8, 9) if not names else ():
        texts.append(source(f"beyond/step0{step}-*"))
        add(f"step0{step}", step, step - 5)
    for path in glob.glob(os.path.join(glob.escape(HERE), "correct-beyond/*.py")) if not names else ():
        step = int(os.path.basename(path)[:2])
        add(path, step, step - 5, command=["python3", path])
    compiled(texts, folder, ["-pthread"])
    return sorted(cases, key=lambda case: case.asked, reverse=True)


def correct(names, folder):
    """The cases for servers that are right: those of right.py, and those in correct/ for which this machine has the
    means; Node and Go are no part of the workshop. Or only those named."""
    in_c = {name: edits.apply(source("step05-write"), edit) for name, edit in right.SERVERS.items()}
    cases = []
    for path in sorted(glob.glob(os.path.join(glob.escape(HERE), "correct", "*"))):
        name = os.path.basename(path)
        kind = name.rpartition(".")[2]
        if kind == "c":
            with open(path, encoding="utf-8") as file:
                in_c[name] = file.read()
        elif shutil.which(RUN[kind].split()[0]):
            cases.append(Case(name, [*RUN[kind].split(), path]))
    program = compiled(list(in_c.values()), folder, ["-pthread"])
    cases += (Case(name, [program, str(i)]) for i, name in enumerate(in_c))
    return [case for case in cases if not names or case.label in names]
