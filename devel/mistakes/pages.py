"""docs/mistakes.md and its Japanese twin, from what the mistakes led to."""

import os
import re

from programs import ROOT

from judge.texts.advice import ADVICE

TONGUES = {"c": "C", "python": "Python", "ruby": "Ruby", "go": "Go", "javascript": "JavaScript", "rust": "Rust"}
PAGES = {"en": "docs/mistakes.md", "ja": "docs/mistakes.ja.md"}
# What differs from run to run.
MASKS = (
    # Whether a later client finds the port closed, or is in the queue when it closes, is a matter of luck.
    (r"(client [2-9]): connect to [\d.]+:8001: ECONNREFUSED", r"\1: connected, got nothing, then a reset"),
    (r"(クライアント [2-9]): [\d.]+:8001 への connect が ECONNREFUSED", r"\1: 接続、何も受信せず、そのあとリセットされた"),
    # Who has the port is told by newer kernels only.
    (r" It is [^.]+ \(process \d+\)\.|使っているのは [^。]+ \(プロセス \d+\) です。", ""),
    (r"\b0x7f[0-9a-f]{10}\b", "0x7ffc00000000"),
    (r"\b(process|プロセス) \d+", r"\1 4242"),
    (r"(was sent |同じ文字列が )\d+", r"\g<1>6000"),
    (r"\d{5,}( bytes| バイト)", r"66000\1"),
    (r"(free port \(|空いているポート \()\d+", r"\g<1>40000"),
    (r"\d+( MB)", r"16\1"),
)
HEADS = {
    "en": """# What goes wrong, and how it looks

[日本語](mistakes.ja.md)

Every mistake that `make check` knows: a change of step05's `server.c` that makes it, the system calls that show it,
what `make check` says, and the fix in other languages. `make explain MISTAKE=bind/no-htons` prints one of them;
`make riddle` gives you one to find. The lines of C are step05's own, `-` as they should be and `+` with the mistake.

Made from real runs by `devel/mistakes/catalogue --write`.
""",
    "ja": """# 間違いと、その表れ方

[English](mistakes.md)

`make check` が見分ける間違いの一覧です。step05 の `server.c` をどう変えるとその間違いになるか、どのシステムコールに表れるか、
`make check` の表示、ほかの言語での直し方を載せています。`make explain MISTAKE=bind/no-htons` で 1 つだけ表示でき、`make riddle` では問題として出されます。
C の行は step05 のもので、`-` が正しい行、`+` が間違いのある行です。

`devel/mistakes/catalogue --write` が実際の実行結果から作ったものです。
""",
}
CHAPTERS = {
    "socket": ("socket", "socket"), "bind": ("bind", "bind"), "listen": ("listen", "listen"),
    "accept": ("accept", "accept"),
    "write": ("write", "write"), "close": ("close", "close"),
    "run": ("The program itself", "プログラム自身"),
}
OTHERS = {"en": "In other languages:", "ja": "ほかの言語では:"}


def stable(text):
    for found, constant in MASKS:
        text = re.sub(found, constant, text)
    return text


def fixes(entry, facts):
    """Lines with the advice's code in each language that has some, C left out: the report has that."""
    for tongue, name in TONGUES.items():
        if tongue == "c":
            continue
        code = [ADVICE[advice][1].get(tongue, "") for advice in entry.advice]
        code = [each.format(**facts) for each in code if each and "ss -ltnp" not in each]
        if code:
            yield f"- {name}: " + ", ".join(f"`{each}`" for each in code)


def section(case, found, language):
    """What the page says of one mistake."""
    kind = "python" if case.command[0] == "python3" else "diff"
    parts = [f"### {case.entry.name}"]
    if case.shown:
        parts.append(f"```{kind}\n{case.shown}\n```")
    if found["trace"]:
        parts.append("```text\n" + "\n".join(found["trace"]) + "\n```")
    # The last two lines name this very page, and what was typed.
    parts.append("```text\n" + "\n".join(found[language].rstrip().split("\n")[:-2]) + "\n```")
    others = list(fixes(case.entry, {"port": 8001, "reply": "hello world", "count": 11, "number": 4, "name": ""}))
    if others:
        parts.append(OTHERS[language] + "\n\n" + "\n".join(others))
    return stable("\n\n".join(parts) + "\n")


def page(results, language):
    """The page: results are (case, found) in the order of the rule book, the first way to provoke each only."""
    parts, chapter = [HEADS[language]], None
    order = list(CHAPTERS)
    for case, found in sorted(results, key=lambda result: order.index(result[0].entry.name.split("/")[0])):
        here = case.entry.name.split("/")[0]
        if here != chapter:
            chapter = here
            parts.append(f"## {CHAPTERS[here][language == 'ja']}\n")
        parts.append(section(case, found, language))
    return "\n".join(parts)


def write(results):
    """Writes both pages."""
    for language, path in PAGES.items():
        with open(os.path.join(ROOT, path), "w", encoding="utf-8") as file:
            file.write(page(results, language))


def differences(results):
    """(case, in what) for each mistake of which a page says something else, by the results of this run."""
    for language, path in PAGES.items():
        with open(os.path.join(ROOT, path), encoding="utf-8") as file:
            text = file.read()
        # On a busy machine a program that calls without end is run again without -k, and its line is not known.
        lineless = re.sub(r"^ +\S+ +server\.c:\d+\n", "", text, flags=re.M)
        for case, found in results:
            says = section(case, found, language)
            if says not in text and says not in lineless:
                yield case, f"{path} says something else of {case.entry.name}:\n{says}"
