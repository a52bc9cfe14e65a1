"""The programs that provoke the mistakes of the rule book, and the servers that are right: how each is run."""

import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tools"))
from games import edits  # noqa: E402
from judge.mistakes import MISTAKES  # noqa: E402

PORT = int(os.environ.get("PORT", "8001"))
OWN = ("main", "reply_to", "serve", "client", "clients", "LONGEST", "CLIENTS", "SECONDS")  # what is in many programs
ALWAYS = ("#include <stdlib.h>", "#include <string.h>")
RUN = {"py": "python3", "rb": "ruby", "pl": "perl", "js": "node", "go": "go run"}


class Case:
    """A program to be judged: its command, and the Mistake that has to come of it (None: none)."""

    def __init__(self, label, command, entry=None, shown=""):
        self.label, self.command, self.entry = label, command, entry
        self.shown = shown  # what a page shows of it: the change, or the program


def source():
    """The server.c that is changed."""
    with open(os.path.join(ROOT, "step05-write", "server.c"), encoding="utf-8") as file:
        return file.read().replace("8001", str(PORT))


def change(old, new):
    """The change as a page shows it, without the comments behind the code."""
    lines = edits.diff(old, new, "server.c")[2:]
    return "\n".join(re.sub(r" +// .*$", "", line) for line in lines if not line.startswith("@@"))


def compiled(texts, folder, *ways):
    """One executable for many C programs: its argument says which it is, a number, or else its own name. Each keeps its
    line numbers. ways: flags for the compiler, those that will do last."""
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
    char *name = strrchr(v[n - 1], '/');
    return all[atoi(name ? name + 1 : v[n - 1])]();
}}"""
    with open(os.path.join(folder, "server.c"), "w", encoding="utf-8") as file:
        file.write("\n".join(["#define _GNU_SOURCE", *ALWAYS, *sorted(includes), *bodies, choice]))
    for flags in ways:
        quiet = subprocess.DEVNULL if flags is not ways[-1] else None
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


def provoking(names, folder):
    """The cases for the mistakes of these names, for all without any: one for each way to provoke it."""
    pairs = [(entry, edit) for entry in MISTAKES.values() for edit in entry.edits if not names or entry.name in names]
    if not os.environ.get("UNPRIVILEGED") and not ports_are_guarded():
        pairs = [(entry, edit) for entry, edit in pairs if entry.name != "bind/privileged-port"]
    old, cases, texts = source(), [], []
    for entry, edit in pairs:
        if isinstance(edit, str):
            cases.append(Case(f"{entry.name} {edit}", ["python3", edit], entry, sibling(edit, folder)))
        else:
            edit = [tuple(text.replace("8001", str(PORT)) for text in pair) for pair in edit]
            texts.append(edits.apply(old, edit))
            cases.append(Case(f"{entry.name} {len(texts) - 1}", [], entry, change(old, texts[-1])))
            cases[-1].command = [os.path.join(folder, "all"), str(len(texts) - 1)]
    # strace -k would read the loader's stack too, which costs as much as all that follows.
    compiled(texts, folder, ["-g", "-static", "-Wl,--eh-frame-hdr"], ["-g"])
    return cases


def sibling(name, folder):
    """Copies a program of its own, for our port, into the folder; returns its text."""
    with open(os.path.join(ROOT, "tools", "judge", "provoke", name), encoding="utf-8") as file:
        text = file.read().replace("8001", str(PORT))
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(text)
    return text.rstrip()


def correct(paths, folder):
    """The cases for servers that are right."""
    cases = []
    for path in paths:
        kind = path.rpartition(".")[2]
        if kind == "c":
            program = os.path.join(folder, os.path.basename(path)[:-2])
            subprocess.run(["cc", "-w", "-pthread", "-o", program, path], check=True)
            cases.append(Case(path, [program]))
        else:
            cases.append(Case(path, [*RUN[kind].split(), os.path.abspath(path)]))
    return cases
