"""The programs that are judged, each with what it earns: fillings of the lessons' gaps, changes of
step05's server.c, and the files in programs/, whose first line says it.

earns: a mistake's name; "right", with no note but the one on SO_REUSEADDR; "note KEY", where the
program is right but for that note; "next", where the next step is not begun; "none", no known mistake.
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
from games.builds import apply  # noqa: E402
from judge.mistakes import MISTAKES  # noqa: E402
import changes  # noqa: E402

RUN = {"py": "python3", "rb": "ruby", "pl": "perl", "js": "node", "go": "go run", "sh": "bash", "php": "php"}
ALWAYS = ("#include <stdlib.h>", "#include <string.h>")
OWN = ("main", "serve")  # what is in many programs


class Case:
    """A program to be judged. text: of a C program that is compiled with all others; command: of any
    other. asked: the last step asked about, "" for the fifth. bare: judged without its lines."""

    def __init__(self, label, earns, text="", command=(), asked="", bare=False):
        self.label, self.earns, self.text, self.command = label, earns, text, list(command)
        self.asked, self.bare, self.files = asked, bare, []


def server(number):
    """The text of a finished step's server.c."""
    with open(glob.glob(os.path.join(glob.escape(ROOT), f"step0{number}-*/server.c"))[0], encoding="utf-8") as file:
        return file.read()


def blanks(number):
    """Where the blanks of a lesson's gaps are in its step's server.c: (begin, end) of each, in the order
    of the page. A line of a gap may stand further down than the one before it."""
    with open(glob.glob(os.path.join(glob.escape(ROOT), f"step0{number}-*/README.md"))[0], encoding="utf-8") as file:
        gaps = re.findall(r"<!-- gap: .*? -->\n```c\n(.*?)```", file.read(), re.S)
    found = []
    for gap in gaps:
        lines = [re.escape(line).replace("____", r"([^\n]+?)") for line in gap.splitlines() if line != "..."]
        place = re.search(r"(?s:.*)^" + r"\n(?:.*\n)*?".join(lines) + "$", server(number), re.M)
        found += place.regs[1:] if place else []
    return found


def fillings():
    """The cases of fillings.tsv: its columns are the step, the blanks, what is filled in, what it earns."""
    with open(os.path.join(HERE, "fillings.tsv"), encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file if not line.startswith("#")]
    places = {number: blanks(number) for number in {row[0] for row in rows}}
    for number, which, filling, earns in rows:
        text = server(number)
        parts = list(zip((places[number][int(n) - 1] for n in which.split()), filling.split(" | ")))
        for (begin, end), part in sorted(parts, reverse=True):
            text = text[:begin] + part + text[end:]
        yield Case(f"step0{number}, blank {which}: {filling}", earns, text, asked=number, bare=True)


def changed():
    """The cases that are changes of step05's server.c, those of the mistakes' entries first."""
    base = server(5)
    for entry in MISTAKES.values():
        if entry.edit is not None and (entry.name != "bind/privileged-port" or ports_are_guarded()):
            yield Case(entry.name, entry.name, apply(base, entry.edit))
    for earns, label, edit in changes.CHANGES:
        yield Case(label, earns, apply(base, edit), bare=earns == "right")


def files():
    """The cases in programs/, for which this machine has the means."""
    for path in sorted(glob.glob(os.path.join(glob.escape(HERE), "programs", "*"))):
        with open(path, encoding="utf-8") as file:
            earns = re.search(r"earns: (.+)", file.readline())[1]
        kind = RUN[path.rpartition(".")[2]].split()
        if shutil.which(kind[0]):
            case = Case(os.path.basename(path), earns, command=["bash", "-c", " ".join([*kind, path])])
            case.files = [path]
            yield case


def ports_are_guarded():
    """May a program here become an ordinary user, whom the kernel refuses port 80?"""
    pid = os.fork()
    if pid == 0:
        try:
            os.setuid(65534)
            os._exit(0)
        except OSError:
            os._exit(1)
    with open("/proc/sys/net/ipv4/ip_unprivileged_port_start", encoding="ascii") as file:
        return os.waitpid(pid, 0)[1] == 0 and int(file.read()) > 80


def compiled(cases, folder):
    """Compiles the C programs, all into one executable whose argument says which it is: that takes a
    fraction of the time. Each keeps its line numbers, and has its text in a file of its own."""
    includes, bodies = set(), []
    for i, case in enumerate(cases):
        path = os.path.join(folder, f"{i}.c")
        with open(path, "w", encoding="utf-8") as file:
            file.write(case.text)
        case.command = [os.path.join(folder, "bare" if case.bare else "all"), str(i)]
        case.files = [path]
        includes |= set(re.findall(r"^#include .*$", case.text, re.M))
        body = re.sub(r"^#(include|define) .*$", "", case.text, flags=re.M)
        body = re.sub(r"\}\s*\Z", "return 0; }\n", body)  # which only a main does of itself
        own = "".join(f"#define {name} {name}_{i}\n" for name in OWN)
        bodies.append(f'{own}#line 1 "{path}"\n{body}')
    table = ", ".join(f"main_{i}" for i in range(len(cases)))
    choice = f"""#undef main
int main(int n, char **v)
{{
    int (*all[])(void) = {{{table}}};
#ifdef __x86_64__
    asm(".cfi_undefined rip"); // for strace -k, for which each frame takes its time: none further out
#endif
    return all[atoi(v[n - 1])]();
}}"""
    with open(os.path.join(folder, "all.c"), "w", encoding="utf-8") as file:
        file.write("\n".join(["#define _GNU_SOURCE", *ALWAYS, *sorted(includes), *bodies, choice]))
    # strace -k would read the loader's stack too, which costs as much as all that follows.
    for flags in (["-g", "-static", "-Wl,--eh-frame-hdr"], ["-g"]):
        done = subprocess.run(["cc", "-w", *flags, "-o", "all", "all.c", "-pthread"], cwd=folder, check=False)
        if done.returncode == 0:
            break
    subprocess.run(["strip", "-o", "bare", "all"], cwd=folder, check=True)


def all_cases(names, folder):
    """Every case, or those whose label or earning holds one of the names; compiled."""
    found = [*fillings(), *changed(), *files()]
    found = [c for c in found if not names or any(name in c.label or name in c.earns for name in names)]
    compiled([case for case in found if case.text], folder)
    return found
