"""The programs that are judged, each with what it earns: fillings of the lessons' gaps, changes of
step05's server.c, and the files in programs/, whose first line says it.

earns: a mistake's name; "right", with no note; "note KEY", right but for that; "next", where the
next step is not begun; "none", no known mistake.
"""

import glob
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tools"))
from games.builds import apply, source_of  # noqa: E402
from judge.mistakes import MISTAKES  # noqa: E402
from judge.mistakes.source import REPLY  # noqa: E402
from changes import CHANGES  # noqa: E402

RUN = {"py": sys.executable, "rb": "ruby", "js": "node", "go": "go", "sh": "busybox sh"}
ALWAYS = ["#define _GNU_SOURCE", "#include <stdlib.h>", "#include <string.h>",
          "#include <arpa/inet.h>"]


class Case:
    """A program. text: of one in C, compiled with all others; command: of any other. asked: the
    last step asked about, "" for the fifth."""

    def __init__(self, label, earns, text="", command=(), files=(), asked=""):
        self.label, self.earns, self.text, self.command = label, earns, text, list(command)
        self.asked, self.files = asked, list(files)


def page_of(step):
    """The lesson's English page, and its server.c; "5+": with the lines for at home."""
    name, text = source_of(step[0], 8001)
    with open(os.path.join(ROOT, os.path.dirname(name), "README.md"), encoding="utf-8") as file:
        page = file.read()
    home = re.search(r"<!-- new: peer05 -->\n```c\n(.*?)```", page, re.S)
    return page, text.replace(REPLY, home[1] + REPLY) if step.endswith("+") else text


def blanks(step):
    """Where the blanks of a lesson's gaps are in its server.c: (begin, end) of each, in the order
    of the page. A line of a gap may stand further down than right below the one before it."""
    page, text = page_of(step)
    gaps, found = re.findall(r"<!-- gap: .*? -->\n```c\n(.*?)```", page, re.S), []
    for gap in gaps:
        lines = [re.escape(line) for line in gap.splitlines() if line != "..."]
        lines = [line.replace("____", r"([^\n]+?)") for line in lines]
        place = re.search(r"(?s:.*)^" + r"\n(?:.*\n)*?".join(lines) + "$", text, re.M)
        found += place.regs[1:] if place else []
    return found


def fillings():
    """The cases of fillings.tsv."""
    with open(os.path.join(HERE, "fillings.tsv"), encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file if not line.startswith("#")]
    for step, which, earns, *all_fillings in rows:
        places = [blanks(step)[int(number) - 1] for number in which.split()]
        for filling in all_fillings:
            text = page_of(step)[1]
            for (begin, end), part in sorted(zip(places, filling.split(" | ")), reverse=True):
                text = text[:begin] + part + text[end:]
            yield Case(f"step0{step}, blank {which}: {filling}", earns, text, asked=step[0])


def changed():
    """The cases that are changes of step05's server.c, those of the mistakes' entries first."""
    base = source_of("5", 8001)[1]
    made = [(each.name, each.name, each.edit) for each in MISTAKES.values()]
    for earns, label, edit in [*made, *CHANGES]:
        if edit is not None:
            yield Case(label, earns, apply(base, edit))


def files(folder):
    """The cases in programs/, for which this machine has the means."""
    for path in sorted(glob.glob(os.path.join(glob.escape(HERE), "programs", "*"))):
        with open(path, encoding="utf-8") as file:
            earns = re.search(r"earns: (.+)", file.readline())[1]
        name, (program, *options) = os.path.basename(path), RUN[path.rpartition(".")[2]].split()
        program = shutil.which(program)
        command = [program, *options, path]
        if program and name.endswith(".go"):
            command = [os.path.join(folder, name[:-3])]
            subprocess.run([program, "build", "-o", command[0], path], check=True)
        if program:
            yield Case(name, earns, command=command, files=[path])


def compiled(cases, folder):
    """Compiles the C programs, all into one executable whose argument says which it is: that takes
    a fraction of the time. Each has its text in a file of its own."""
    includes, bodies = set(), []
    for i, case in enumerate(cases):
        path = os.path.join(folder, f"{i}.c")
        with open(path, "w", encoding="utf-8") as file:
            file.write(case.text)
        case.command = [os.path.join(folder, "all"), str(i)]
        case.files = [path]
        includes |= set(re.findall(r"^#include .*$", case.text, re.M))
        body = re.sub(r"^#(include|define) .*$", "", case.text, flags=re.M)
        body = re.sub(r"\}\s*\Z", "return 0; }\n", body)  # which only a main does of itself
        own = "".join(f"#define {name} {name}_{i}\n" for name in ("main", "serve"))
        bodies.append(own + body)
    table = ", ".join(f"main_{i}" for i in range(len(cases)))
    choice = f"""#undef main
int main(int n, char **v)
{{
    int (*all[])(void) = {{{table}}};
    return all[atoi(v[n - 1])]();
}}"""
    with open(os.path.join(folder, "all.c"), "w", encoding="utf-8") as file:
        file.write("\n".join([*ALWAYS, *sorted(includes), *bodies, choice]))
    subprocess.run(["cc", "-w", "-pthread", "-o", "all", "all.c"], cwd=folder, check=True)


def all_cases(names, folder):
    """Every case, or those whose label or earning holds one of the names; compiled."""
    found = [*fillings(), *changed(), *files(folder)]
    found = [c for c in found if not names or any(n in c.label or n in c.earns for n in names)]
    compiled([case for case in found if case.text], folder)
    return found
