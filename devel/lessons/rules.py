"""Rules: what a page must be beside its blocks. Each function yields complaints, a line each."""
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
MINUTES = {
    "en": (r"^\*In the room: (\d+) min\*$", r"^\*At home: (\d+) min\*$",
           r"^\*(\d+) minutes in the room(?:, (\d+) (?:more )?at home)?\*$"),
    "ja": (r"^\*会場で (\d+) 分\*$", r"^\*自宅で (\d+) 分\*$",
           r"^\*会場で (\d+) 分(?:、自宅で (\d+) 分)?\*$"),
}


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


def about_lesson(path, text):
    """Answers told too early, length."""
    telling = TELLING.get(os.path.basename(os.path.dirname(path))[:6])
    if telling and (told := re.search(telling, text.partition("\n## ")[0])):
        yield f"{place(path, text, told)}: above the prediction, and it tells: {told[0]}"
    words, characters = length(text)
    if words > WORDS or characters > CHARACTERS:
        yield f"{path}:1: {words} words, {characters} characters; at most {WORDS}, {CHARACTERS}"


def minutes(path, text):
    """[in the room, at home]: the sums of a lesson's sections, and what its top says."""
    room, home, top = MINUTES["ja" if path.endswith(".ja.md") else "en"]
    said = re.search(top, text, re.M)
    return ([sum(map(int, re.findall(each, text, re.M))) for each in (room, home)],
            said and [int(each or 0) for each in said.groups()])


def about_minutes(pages):
    """Each lesson's minutes, the instructor's table of them, and their sum."""
    for end in ("", ".ja"):
        table = f"docs/instructor{end}.md"
        rows = re.findall(r"^\| (.*?) \| (\d+) \| (\d*) \|$", pages[table], re.M)
        shown = {name: [int(room), int(home or 0)] for name, room, home in rows}
        for path in (path for path in pages if re.fullmatch(rf"step\d\d-\w+/README{end}.md", path)):
            sums, said = minutes(path, pages[path])
            if sums != said or shown.get(f"[{path[:6]}](../{path})") != sums:
                yield f"{path}:1: {sums} minutes in its sections, {said} at its top or in {table}"
        *parts, whole = shown.values()
        sums = [sum(column) for column in zip(*parts)]
        if whole != sums or sums[0] > ROOM:
            yield f"{table}:1: the sum is {sums}; at most {ROOM} in the room"


def shape(text):
    """What a page and its Japanese twin share."""
    text, links = prose(text), re.findall(r"\]\(([^)]+)\)", prose(text))
    return {"headings": re.findall(r"^(#+) ", text, re.M),
            "words in code type": sorted(set(re.findall(r"`([^`\n]+)`", text))),
            "links": sorted(re.sub(r"\.ja|#.*", "", link) for link in links)[1:]}


def about_twins(path, pages):
    twin = path.replace(".md", ".ja.md")
    pair = [pages[path], pages.get(twin, "")]
    ours, theirs = [{"comments": re.findall("<!-- .* -->", text), **shape(text)} for text in pair]
    for what in (what for what in ours if ours[what] != theirs[what]):
        odd = sorted(set(ours[what]) ^ set(theirs[what])) or f"{len(ours[what])} and {len(theirs[what])}"
        yield f"{twin}:1: other {what} than its English twin: {odd}"


def anchors(text):
    titles = re.findall("^#+ (.*)$", prose(text), re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def about_links(path, text, pages):
    for link in re.finditer(r"\]\(([^)#:\s]*)(?:#([^)\s]*))?\)", prose(text)):
        where, part = link.groups()
        other = os.path.normpath(os.path.join(os.path.dirname(path), where)) if where else path
        twin = re.sub(r"(?<!\.ja)(\.md|\.svg)$", r".ja\1", other)
        if not os.path.exists(other) or part and part not in anchors(pages.get(other, "")):
            yield f"{place(path, prose(text), link)}: the link {where}#{part or ''} leads nowhere"
        elif path.endswith(".ja.md") and twin not in (other, path) and os.path.exists(twin):
            yield f"{place(path, prose(text), link)}: the link {where} leaves the Japanese pages"


TYPED = re.compile(r"(?<=`)(?:make|sh|cc|python3|ruby|clients/client) [^`\n]*(?=`)"
                   r"|(?<=<!-- commands -->\n```sh\n).*?(?=^```)", re.M | re.S)
FILE = r"(?<![\w/.-])(?:tools|clients|docs|step\d\d-\w+|beyond|\.devcontainer)/[\w./-]+"


def about_commands(path, text):
    """Commands without an experiment: bash understands them; their targets and files exist."""
    targets = set(re.findall(r"^([a-z]+)\b.*:", read("Makefile"), re.M))
    for script in TYPED.finditer(text):
        bad = [f"make {each}" for each in re.findall(r"\bmake ([a-z]+)\b", script[0])
               if each not in targets | {"step"}]
        bad += [each for each in re.findall(FILE, script[0]) if not os.path.exists(each)]
        if subprocess.run(["bash", "-n", "-c", script[0]], stderr=subprocess.DEVNULL).returncode:
            bad.append(script[0])
        yield from (f"{place(path, text, script)}: there is no {each}" for each in bad)


def about_prototypes(path, text):
    """Is each prototype what the header declares? The compiler knows."""
    for found in re.finditer(r"<!-- prototype: (\w+) -->\n```c\n(.*?)^```", text, re.M | re.S):
        name, code = found.groups()
        used = f"\nvoid *declared(void) {{ return (void *){name}; }}\n"  # by the header alone
        compiled = subprocess.run(["cc", "-fsyntax-only", "-x", "c", "-"], text=True,
                                  input=code.replace("\n\n", used, 1), capture_output=True)
        if compiled.returncode:
            yield f"{place(path, text, found)}: {name} is declared otherwise: {compiled.stderr}"
