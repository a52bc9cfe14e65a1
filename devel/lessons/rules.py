"""Rules: what a page must be beside its blocks. Each function yields complaints, a line each."""
import os
import re
import subprocess

from blocks import read

SECTIONS = {
    "en": "Predict, Write, Watch your own, What happened, Break it, Where you meet it, Summary",
    "ja": "予想する, 書く, 自分のサーバーを観察する, 何が起きたか, 壊してみる, Web 開発で出会う場面, まとめ",
}
# The answers to the steps' predictions: nothing above "Predict" may contain them.
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
    """A page without its blocks and comments."""
    return re.sub(r"^```.*?^```$|<!--.*?-->", "", text, flags=re.M | re.S)


def length(text):
    """How many words and Japanese characters of prose there are: no tables, headings, minutes."""
    text = re.sub(r"^[|#*<[].*$|\]\([^)]*\)", "", prose(text), flags=re.M)
    return len(text.split()), len(re.sub(r"[\x00-\x7f]", "", text))


def language(path):
    return "ja" if path.endswith(".ja.md") else "en"


def about_lesson(path, text):
    """Sections, answers told too early, length, minutes."""
    titles = SECTIONS[language(path)].split(", ")
    if re.findall("^## (.*)$", text, re.M) != titles:
        yield f"{path}:1: a lesson has the sections {titles}"
    telling = TELLING.get(os.path.basename(os.path.dirname(path))[:6])
    above = text.partition(f"\n## {titles[0]}\n")[0]
    if telling and (told := re.search(telling, above)):
        line = text[: told.start()].count("\n") + 1
        yield f"{path}:{line}: above the prediction, and it tells: {told[0]}"
    words, characters = length(text)
    if words > WORDS or characters > CHARACTERS:
        yield f"{path}:1: {words} words, {characters} characters; at most {WORDS}, {CHARACTERS}"


def minutes(path, text):
    """(in the room, at home), as a lesson's top says, and complaints about its sections."""
    room, home, top = MINUTES[language(path)]
    found = re.search(top, text, re.M)
    sums = [sum(map(int, re.findall(each, text, re.M))) for each in (room, home)]
    said = [int(each or 0) for each in found.groups()] if found else None
    return said, [] if said == sums else [f"{path}:1: its sections' minutes are {sums}, not {said}"]


def about_minutes(pages):
    """Each lesson's minutes, the instructor's table of them, and their sum."""
    for page, suffix in (("docs/instructor.md", ".md"), ("docs/instructor.ja.md", ".ja.md")):
        rows = re.findall(r"^\| (.*?) \| (\d+) \| (\d*) \|$", pages[page], re.M)
        shown = {name: (int(room), int(home or 0)) for name, room, home in rows}
        for path in sorted(pages):
            if re.fullmatch(rf"step\d\d-\w+/README{re.escape(suffix)}", path):
                said, wrong = minutes(path, pages[path])
                yield from wrong
                if said and shown.get(f"[{path[:6]}](../{path})") != tuple(said):
                    yield f"{page}: the table does not say {said} for {path[:6]}"
        *parts, whole = shown.values() or [(0, 0)]
        if whole != tuple(map(sum, zip(*parts))):
            yield f"{page}: the last row is not the sum, {[sum(each) for each in zip(*parts)]}"
        if whole[0] > ROOM:
            yield f"{page}: {whole[0]} minutes in the room, {ROOM} at most"


def about_twins(path, pages):
    """What a page and its Japanese twin share: headings, comments, words in code type, links."""
    shapes = []
    for text in (pages[path], pages.get(path.replace(".md", ".ja.md"), "")):
        links = (re.sub(r"\.ja|#.*", "", link) for link in re.findall(r"\]\(([^)]+)\)", prose(text)))
        shapes.append((re.findall(r"^(#+) ", prose(text), re.M), re.findall("<!-- .* -->", text),
                       sorted(set(re.findall(r"`([^`\n]+)`", prose(text)))), sorted(links)[1:]))
    for what, ours, theirs in zip(("headings", "comments", "words in code", "links"), *shapes):
        if ours != theirs:
            odd = sorted(set(ours) ^ set(theirs)) or f"{len(ours)} and {len(theirs)}"
            yield f"{path}:1: its Japanese twin has other {what}: {odd}"


def anchors(text):
    titles = re.findall("^#+ (.*)$", prose(text), re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def about_links(path, text, pages):
    for where, part in re.findall(r"\]\(([^)#:\s]*)(?:#([^)\s]*))?\)", prose(text)):
        other = os.path.normpath(os.path.join(os.path.dirname(path), where)) if where else path
        twin = re.sub(r"(?<!\.ja)(\.md|\.svg)$", r".ja\1", other)
        if not os.path.exists(other) or part and part not in anchors(pages.get(other, "")):
            yield f"{path}:1: the link {where}#{part} leads nowhere"
        elif path.endswith(".ja.md") and twin not in (other, path) and os.path.exists(twin):
            yield f"{path}:1: the link {where} leaves the Japanese pages"


TYPED = r"`((?:make|sh|cc|python3|ruby|clients/client) [^`\n]*)`"
FILE = r"(?<![\w/.-])(?:tools|clients|docs|step\d\d-\w+|beyond|\.devcontainer)/[\w./-]+"


def about_commands(path, text):
    """Commands without an experiment: bash understands them; their targets and files exist."""
    targets = set(re.findall(r"^([a-z]+)\b.*:", read("Makefile"), re.M))
    blocks = re.findall(r"<!-- commands -->\n```sh\n(.*?)^```", text, re.M | re.S)
    for script in [*blocks, *re.findall(TYPED, prose(text))]:
        if subprocess.run(["bash", "-n", "-c", script], stderr=subprocess.DEVNULL).returncode:
            yield f"{path}:1: bash does not understand: {script}"
        for target in re.findall(r"\bmake ([a-z]+)", script):
            if target not in targets and not target.startswith("step"):
                yield f"{path}:1: there is no make {target}"
        for file in re.findall(FILE, script):
            if not os.path.exists(file) and file != "clients/client":
                yield f"{path}:1: there is no {file}"


def about_prototypes(path, text):
    """Is each prototype what the header declares? The compiler knows."""
    for name, code in re.findall(r"<!-- prototype: (\w+) -->\n```c\n(.*?)^```", text, re.M | re.S):
        program = code.replace("\n\n", f"\nvoid *declared(void) {{ return (void *){name}; }}\n", 1)
        compiled = subprocess.run(["cc", "-fsyntax-only", "-x", "c", "-"], input=program, text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if compiled.returncode:
            yield f"{path}:1: the prototype of {name} is another: {compiled.stdout}"
