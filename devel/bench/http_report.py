"""http_report.py: the figures of devel/bench/beyond as tables, into docs/beyond.md and docs/beyond.ja.md; and what
these pages say about them, sentence by sentence."""

import json
from statistics import median

BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
LIMIT = 0.9  # a load generator that is busier than this was the limit, not the server
HEADS = [
    (
        ["server", "system calls", "processor time, µs", "× step09 (lowest–highest)", "per second, 1 client",
         "per second, 64 clients", "calls"],
        ["サーバー", "システムコール数", "CPU 時間 (µs)", "step09 比 (最小–最大)", "1 秒あたり、クライアント 1 個",
         "1 秒あたり、クライアント 64 個", "内訳"],
    ),
    (
        ["server", "kB per silent client, 100", "1,000", "10,000", "ms for a request beside 1,000", "beside 10,000"],
        ["サーバー", "黙っているクライアント 100 個のとき、1 個あたり (kB)", "1,000 個のとき (kB)", "10,000 個のとき (kB)",
         "1,000 個のとき、ほかのリクエスト 1 件 (ms)", "10,000 個のとき (ms)"],
    ),
]  # fmt: skip
NOTES = (
    "{date}. Medians of {rounds} rounds of {requests:,} requests, every reply checked. ≤: all that the machine did "
    "beside the load generator, as the children's own time is in no process. ≥: here the load generator was the limit.",
    "{date}。{requests:,} リクエスト × {rounds} ラウンドの中央値です。応答はすべて検査しました。≤ の付いた値は、マシン"
    "全体が使った CPU 時間から、負荷生成プログラムの分を除いたものです。子プロセスの CPU 時間は、どのプロセスにも記録"
    "されないためです。≥ は、負荷生成プログラムが限界に達していたことを示します。",
)


def cost_row(name, figures, base):
    ratios = [mine / least for mine, least in zip(figures["cpu_us"], base["cpu_us"])]
    bound = "≥ " * (median(figures["load_busy"]) >= LIMIT)
    return [
        name, f"{sum(figures['calls'].values()):g}", "≤ " * ("fork" in name) + f"{median(figures['cpu_us']):.1f}",
        f"{median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})", f"{median(figures['rate_1']):,.0f}",
        bound + f"{median(figures['rate_64']):,.0f}",
        ", ".join(f"{call} {n:g}" for call, n in figures["calls"].items()),
    ]  # fmt: skip


def silent_row(name, figures):
    """step06 has none: it waits for the first silent client."""
    kilobytes = [(n, figures.get(f"kilobytes_{n}")) for n in (100, 1000, 10000)]
    times = [figures.get(f"milliseconds_{n}") for n in (1000, 10000)]
    return [name, *(f"{median(found) / n:.2f}" if found else "–" for n, found in kilobytes),
            *(f"{median(found):.2f}" if found else "–" for found in times)]  # fmt: skip


def table(head, rows):
    lines = [head, ["---", *["---:" if cell[:1] in "–≤≥0123456789" else "---" for cell in rows[0][1:]]], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def page(result, language):
    servers = result["servers"]
    costs = [cost_row(name, figures, servers["step09-epoll"]) for name, figures in servers.items()]
    silent = [silent_row(name, figures) for name, figures in servers.items()]
    parts = [table(HEADS[0][language], costs), table(HEADS[1][language], silent)]
    return "\n\n".join([*parts, NOTES[language].format(**result)])


def broken_claims(result):
    """The sentences on the pages that these figures contradict."""
    servers = result["servers"]
    calls = {name: sum(figures["calls"].values()) for name, figures in servers.items()}

    def middle(name, figure):
        return median(servers[name][figure])

    def at_most(name):  # step09's processor time beside another's, round by round
        ratios = [mine / other for mine, other in zip(servers["step09-epoll"]["cpu_us"], servers[name]["cpu_us"])]
        return median(ratios) <= 1

    claims_calls = {"step06-read": 7, "step09-epoll": 11}
    waiting = [name for name in servers if name != "step06-read"]
    claims = {
        "step06 makes seven calls for a request, step09 eleven":
            all(round(calls[name]) == count for name, count in claims_calls.items()),
        "step09 needs no more processor time than the article's design in Go": at_most("go-article"),
        "step09 needs no more processor time than Node.js": at_most("node-http"),
        "step09 needs no more processor time than Ruby's threads": at_most("ruby-threads"),
        "a thread is cheaper than a process": middle("step08-thread", "cpu_us") < middle("step07-fork", "cpu_us"),
        "a silent client costs a process the most":
            middle("step07-fork", "kilobytes_1000") > 2 * middle("step08-thread", "kilobytes_1000"),
        "a silent client costs step09 less than 0.1 kB": middle("step09-epoll", "kilobytes_1000") < 100,
        "10,000 silent clients cost step09 less than 20 MB": middle("step09-epoll", "kilobytes_10000") < 20000,
        "beside 1,000 silent clients everybody is served within 50 ms":
            all(max(servers[name]["milliseconds_1000"]) < 50 for name in waiting),
    }  # fmt: skip
    if "floor-uring" in servers:
        claims["with io_uring a request takes two calls of io_uring_enter"] = 1.5 <= calls["floor-uring"] < 2.5
        claims["the floor needs less processor time than step09"] = not at_most("floor-uring")
    return [claim for claim, holds in claims.items() if not holds]


def write_pages(result, folder):
    """Into each page, between its two marker lines; and the figures beside them."""
    (folder / "beyond.json").write_text(json.dumps(result) + "\n", encoding="utf-8")
    for language, name in enumerate(("beyond.md", "beyond.ja.md")):
        before, _, rest = (folder / name).read_text(encoding="utf-8").partition(BEGIN)
        text = f"{before}{BEGIN}\n{page(result, language)}\n{END}{rest.partition(END)[2]}"
        (folder / name).write_text(text, encoding="utf-8")
