"""python3 tools/story TOOL PORT [COMMAND]: the work of tools/page and tools/trace.

page: the page of all recordings; with COMMAND, or with MINE, of the reader's own program too.
trace: the reader's program under strace, live, with a word on each line.
"""

import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import guard  # noqa: E402

guard.begin()

import command  # noqa: E402
import subject  # noqa: E402
from run import require_free_port  # noqa: E402
from story import live, page, run  # noqa: E402
from words import Said, Words  # noqa: E402

SAYS = {
    "records": Words("Your server runs under strace, with one client ...",
                     "strace を付けてサーバーを動かし、クライアントを 1 つ接続します..."),
    "written": Words("Written. Open it in a browser: file://{path}\nIn WSL2, Codespaces or a "
                     "container: python3 -m http.server -d build 8080, then port 8080, /{name}",
                     "書き出しました。ブラウザーで開いてください: file://{path}?lang=ja\n"
                     "WSL2、Codespaces、コンテナでは python3 -m http.server -d build 8080 を実行し、"
                     "ポート 8080 の /{name} を開いてください"),
    "no-socket": Words("the program asked for no socket", "プログラムはソケットを要求しませんでした"),
    "usage": Words("usage: make {tool} [PROGRAM='command']", "使い方: make {tool} [PROGRAM='コマンド']"),
}
BUILD = os.path.join(command.ROOT, "build")


def write_page(wanted, port, paper):
    """Writes the page; the run of the reader's program stands in front of the steps'."""
    base, name = os.environ.get("REPOSITORY", "../"), "page.html"
    stories = page.recorded(base)
    if wanted is not None or os.environ.get("MINE"):
        name = "mine.html"
        stories.insert(0, own_story(wanted, port, paper))
    out = os.path.join(BUILD, name)
    with open(out, "w", encoding="utf-8") as file:
        file.write(page.build(stories, os.environ.get("SITE", "")))
    paper.print(Said(SAYS["written"], path=out, name=name))
    return 0


def own_story(wanted, port, paper):
    """The story of the reader's program, and of one client."""
    what = subject.find(wanted, "make page" + ("" if wanted else " MINE=1"))
    require_free_port(port)
    paper.print(what.said)
    paper.print(SAYS["records"])
    paper.out.flush()
    with tempfile.TemporaryDirectory(prefix="run-", dir=BUILD) as folder:
        guard.at_end(shutil.rmtree, folder, True)
        client = os.path.join(folder, "client.out")
        subject.compile_c(["-o", client, os.path.join(command.ROOT, "clients/client.c")])
        events, runs = run.request(port, what.command, [[client, "127.0.0.1", str(port), "1"]])
        runs[0].require_traced()
    if not any(event.who == "server" for event in events):
        raise command.Unable(SAYS["no-socket"])
    return page.story("mine", events, server=wanted or "./a.out")


def trace(wanted, port, paper):
    what = subject.find(wanted, "make trace")
    require_free_port(port)
    paper.print(what.said)
    paper.out.flush()
    return live.trace(what.command, paper)


if __name__ == "__main__":
    command.end({"page": write_page, "trace": trace},
                {tool: Said(SAYS["usage"], tool=tool) for tool in ("page", "trace")})
