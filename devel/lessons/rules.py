"""Rules: what a page must be beside its blocks. Each yields complaints on a page of the pages."""
import os
import re
import subprocess

from blocks import read

# The answers to the steps' predictions: nothing above the first section may contain them.
TELLING = {
    "step01": r"refused|ECONNREFUSED|拒否",
    "step02": r"refused|ECONNREFUSED|in use|拒否|EADDRINUSE",
    "step03": r"ESTAB|\bqueue|handshake|キュー|ハンドシェイク|確立",
    "step04": r"closed without|\bEOF\b|end of file|TIME-WAIT|ファイルの終わり",
    "step05": r"buffer|SIGPIPE|EPIPE|Broken pipe|バッファ",
    "step06": r"HTTP/0\.9|not allowed",
    "step08": r"timed out|until the (first|silent)|タイムアウト",
    "step09": r"\b10[14]\b|same table|ends them all|1 つの表",
    "step10": r"Threads:\s*1\b|one thread",
    "step11": r"ten seconds|10 秒",
}
WORDS, CHARACTERS = 800, 2200  # of prose in a lesson
ROOM = 90  # minutes
IN_ROOM = r"^\*(?:In the room:|会場で) (\d+) (?:min|分)\*$"
AT_HOME = r"^\*(?:At home:|自宅で) (\d+) (?:min|分)\*$"
TOP = (r"^\*(?:会場で )?(\d+) (?:minutes in the room|分)"
       r"(?:(?:, |、自宅で )(\d+) (?:more at home|分))?\*$")


def prose(text):
    """A page without its blocks and comments; each line keeps its number."""
    return re.sub(r"^```.*?^```$|<!--.*?-->", lambda block: "\n" * block[0].count("\n"), text,
                  flags=re.M | re.S)


def length(text):
    """How many words and Japanese characters of prose there are: no tables, headings, minutes."""
    text = re.sub(r"^[|#*<[].*$|\]\([^)]*\)", "", prose(text), flags=re.M)
    return len(text.split()), len(re.sub(r"[\x00-\x7f]", "", text))


def place(path, text, found):
    return f"{path}:{text[: found.start()].count(chr(10)) + 1}"


def about_lesson(path, pages):
    """Answers told too early, length."""
    text = pages[path]
    if not re.search(r"step\d\d", path):
        return
    telling = TELLING.get(os.path.basename(os.path.dirname(path))[:6])
    if telling and (told := re.search(telling, text.partition("\n## ")[0])):
        yield f"{place(path, text, told)}: above the prediction, and it tells: {told[0]}"
    words, characters = length(text)
    if words > WORDS or characters > CHARACTERS:
        yield f"{path}:1: {words} words, {characters} characters; at most {WORDS}, {CHARACTERS}"


def minutes(text):
    """(in the room, at home) of a lesson, where its top and its sections say the same; or None."""
    found = re.search(TOP, text, re.M)
    parts = [re.findall(each, text[found.end() :], re.M) for each in (IN_ROOM, AT_HOME)]
    sums = tuple(str(sum(map(int, each))) for each in parts)
    return sums if sums == found.groups("0") else None


def about_minutes(path, pages):
    """The instructor's table: the minutes of each lesson, and their sum in the last row."""
    if not path.startswith("docs/instructor"):
        return
    rows = re.findall(r"^\| (.*?) \| (\d+) \| (\d*) \|$", pages[path], re.M)
    shown = {name: (room, home or "0") for name, room, home in rows}
    lesson = rf"step\d\d-\w+/README{re.escape(path[len('docs/instructor'):])}"
    for each in filter(re.compile(lesson).fullmatch, pages):
        if shown.get(f"[{each[:6]}](../{each})") != minutes(pages[each]):
            yield f"{each}:1: its minutes: in the sections, at its top and in {path} they differ"
    *parts, whole = [list(map(int, pair)) for pair in shown.values()]
    sums = list(map(sum, zip(*parts)))
    if whole != sums or sums[0] > ROOM:
        yield f"{path}:1: the sum of its minutes is {sums}; at most {ROOM} in the room"


SHARED = {"headings": "^#+ ", "comments": "<!-- .* -->", "links": r"\]\([^)#]*",
          "words in code type": r"(?<!`)`[^`\n]+`"}


def about_twins(path, pages):
    """What a page and its Japanese twin share."""
    twin = path.replace(".md", ".ja.md")
    if path.endswith(".ja.md"):
        return
    texts = [re.sub(r"^```.*?^```$|\.ja(?=\.)", "", pages.get(each, ""), flags=re.M | re.S)
             for each in (path, twin)]
    for what, pattern in SHARED.items():
        ours, theirs = [re.findall(pattern, text, re.M) for text in texts]
        if what == "words in code type":  # one language may need a word more often
            ours, theirs = sorted(set(ours)), sorted(set(theirs))
        if sorted(ours) != sorted(theirs):
            odd = sorted(set(ours) ^ set(theirs)) or "not as many"
            yield f"{twin}:1: other {what} than its English twin: {odd}"


def anchors(text):
    titles = re.findall("^#+ (.*)$", prose(text), re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def about_links(path, pages):
    text = prose(pages[path])
    for link in re.finditer(r"\]\(([^)#:\s]*)(?:#([^)\s]*))?\)", text):
        where, part = link.groups()
        other = os.path.normpath(os.path.join(os.path.dirname(path), where)) if where else path
        twin = re.sub(r"(?<!\.ja)(\.md|\.svg)$", r".ja\1", other)
        if not os.path.exists(other) or part and part not in anchors(pages.get(other, "")):
            yield f"{place(path, text, link)}: the link {where}#{part or ''} leads nowhere"
        elif path.endswith(".ja.md") and twin not in (other, path) and os.path.exists(twin):
            yield f"{place(path, text, link)}: the link {where} leaves the Japanese pages"


TYPED = re.compile(r"(?<=`)(?:make|sh|cc|python3|ruby|clients/client) [^`\n]*(?=`)"
                   r"|(?<=<!-- commands -->\n```sh\n).*?(?=^```)", re.M | re.S)
FILE = r"(?<![\w/.-])(?:tools|clients|docs|step\d\d-\w+|beyond|\.devcontainer)/[\w./-]+"


def about_commands(path, pages):
    """Commands without an experiment: their targets and files exist."""
    text, targets = pages[path], set(re.findall(r"^([a-z]+)\b.*:", read("Makefile"), re.M))
    for script in TYPED.finditer(text):
        bad = [f"make {each}" for each in re.findall(r"\bmake ([a-z]+)\b", script[0])
               if each not in targets | {"step"}]
        bad += [each for each in re.findall(FILE, script[0]) if not os.path.exists(each)]
        yield from (f"{place(path, text, script)}: there is no {each}" for each in bad)


def about_prototypes(path, pages):
    """Is each prototype what the header declares? The compiler knows."""
    text = pages[path]
    for found in re.finditer(r"<!-- prototype: (\w+) -->\n```c\n(.*?)^```", text, re.M | re.S):
        name, code = found.groups()
        used = f"\nvoid *declared(void) {{ return (void *){name}; }}\n"  # by the header alone
        compiled = subprocess.run(["cc", "-fsyntax-only", "-x", "c", "-"], text=True,
                                  input=code.replace("\n\n", used, 1), capture_output=True)
        if compiled.returncode:
            yield f"{place(path, text, found)}: {name} is declared otherwise: {compiled.stderr}"


EACH = about_links, about_commands, about_prototypes, about_lesson, about_minutes, about_twins
