"""Rules: what a page must be beside its blocks. Each yields complaints on a page of the pages."""
import os
import re
import subprocess
from collections import Counter
from pathlib import Path

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
WORDS, CHARACTERS, ROOM = 800, 2200, 90  # at most: of prose in a lesson; minutes in the room
LINK = re.compile(r'(?:\]\(|(?:href|src|srcset)=")([^)"#:\s]*)(?:#([^)"\s]*))?[)"]')
CODE = r"(?<!`)`((?:[^`\n]|\n(?!\n))+)`"
TYPED = re.compile(r"(?<=`)(?:make|sh|cc|python3|ruby|clients/client) [^`\n]*(?=`)"
                   r"|(?<=<!-- commands -->\n```sh\n).*?(?=^```)", re.M | re.S)
FILE = r"(?<![\w/.-])(?:tools|clients|docs|step\d\d-\w+|beyond|\.devcontainer)/[\w./-]+"
PROTOTYPE = re.compile(r"<!-- prototype: (\w+) -->\n```c\n(.*?)^```", re.M | re.S)


def place(path, text, found):
    return f"{path}:{text[: found.start()].count(chr(10)) + 1}"


def prose(text):
    """A page without its blocks and comments; each line keeps its number."""
    return re.sub(r"^```.*?^```$|<!--.*?-->", lambda block: "\n" * block[0].count("\n"), text,
                  flags=re.M | re.S)


def about_lesson(path, pages):
    """Answers told too early; length."""
    text, lesson = pages[path], re.search(r"step\d\d", path)
    telling = lesson and TELLING.get(lesson[0])
    if telling and (told := re.search(telling, text.partition("\n## ")[0])):
        yield f"{place(path, text, told)}: above the prediction, and it tells: {told[0]}"
    # Tables, headings, minutes and where links lead are not counted.
    text = re.sub(r"^[|#*<[].*$|\]\([^)]*\)", "", prose(text), flags=re.M)
    words, characters = len(text.split()), len(re.sub(r"[\x00-\x7f]", "", text))
    if lesson and (words > WORDS or characters > CHARACTERS):
        yield f"{path}:1: {words} words, {characters} characters; at most {WORDS}, {CHARACTERS}"


def about_minutes(path, pages):
    """A lesson's minutes: the sum of its sections is at its top, and in the instructor's table."""
    if not path.startswith("step"):
        return
    top, *parts = re.findall(r"^\*[^*\n]*\d+ (?:min|分)[^*\n]*\*$", pages[path], re.M)
    sums = [0, 0]  # in the room, at home
    for part in parts:
        sums[bool(re.search("home|自宅", part))] += int(re.search(r"\d+", part)[0])
    if [*map(int, re.findall(r"\d+", top)), 0][:2] != sums:
        yield f"{path}:1: the sections' minutes are {sums}; on top it says {top}"
    row = f"| [{path[:6]}](../{path}) | {sums[0]} | {sums[1] or ''} |"
    if row not in pages["docs/instructor" + path.partition("README")[2]]:
        yield f"{path}:1: the instructor's table does not have {row}"


def about_day(path, pages):
    """The instructor's table: its last row is the sum of the others."""
    if path.startswith("docs/instructor"):
        rows = re.findall(r"^\| .*? \| (\d+) \| (\d*) \|$", pages[path], re.M)
        *parts, whole = [[int(room), int(home or 0)] for room, home in rows]
        sums = [*map(sum, zip(*parts))]
        if whole != sums or sums[0] > ROOM:
            yield f"{path}:1: the sum of its minutes is {sums}; at most {ROOM} in the room"


def shape(text):
    """What a page and its twin share: levels of headings, comments, links, words in code type."""
    text = re.sub(r"^```.*?^```$|\.ja(?=\.)", "", text, flags=re.M | re.S)
    words = {" ".join(code.split()) for code in re.findall(CODE, text)}  # may stand on two lines
    return Counter([*re.findall(r"^#+ |<!-- .* -->|\]\([^)#]*", text, re.M), *words])


def about_twins(path, pages):
    twin = path.replace(".md", ".ja.md")
    ours, theirs = shape(pages[path]), shape(pages.get(twin, ""))
    if not path.endswith(".ja.md") and ours != theirs:
        yield f"{twin}:1: has {[*(theirs - ours)]} where its twin has {[*(ours - theirs)]}"


def about_links(path, pages):
    """Links and pictures: what they name is there, in the page's language."""
    def anchors(page):
        titles = re.findall("^#+ (.*)$", prose(pages.get(page, "")), re.M)
        return [re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles]

    text = prose(pages[path])
    for link in LINK.finditer(text):
        where, part = link.groups()
        other = os.path.normpath(os.path.join(os.path.dirname(path), where)) if where else path
        twin = re.sub(r"(?<!\.ja)(\.md|\.svg)$", r".ja\1", other)
        if not os.path.exists(other) or part and part not in anchors(other):
            yield f"{place(path, text, link)}: {link[0]} leads nowhere"
        elif path.endswith(".ja.md") and twin not in (other, path) and os.path.exists(twin):
            yield f"{place(path, text, link)}: {link[0]} leaves the Japanese pages"


def about_commands(path, pages):
    """Commands without an experiment: their targets and files exist."""
    text, makefile = pages[path], Path("Makefile").read_text(encoding="utf-8")
    targets = {"step", *re.findall(r"^([a-z]+)\b.*:", makefile, re.M)}
    for script in TYPED.finditer(text):
        bad = {*re.findall(r"\bmake ([a-z]+)\b", script[0])} - targets
        bad |= {each for each in re.findall(FILE, script[0]) if not os.path.exists(each)}
        yield from (f"{place(path, text, script)}: there is no {each}" for each in sorted(bad))


def about_prototypes(path, pages):
    """Is each prototype what the header declares? The compiler knows."""
    for found in PROTOTYPE.finditer(pages[path]):
        name, code = found.groups()
        used = f"\nvoid *declared(void) {{ return (void *){name}; }}\n"  # by the header alone
        compiled = subprocess.run(["cc", "-fsyntax-only", "-x", "c", "-"], text=True,
                                  input=code.replace("\n\n", used, 1), capture_output=True)
        if compiled.returncode:
            yield f"{place(path, pages[path], found)}: declared otherwise: {compiled.stderr}"


EACH = [rule for name, rule in vars().items() if name.startswith("about_")]
