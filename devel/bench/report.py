"""report.py: the figures, a row for each server, as tables: for the terminal, docs/bench.md and docs/bench.ja.md."""

from statistics import median

from chart import TITLE, chart

LIMIT = 0.9  # a load generator that is busier than this was the limit, not the server
BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
ENGLISH, JAPANESE = 0, 1  # the places in what follows


class Row:
    """One server's figures, most of them a list with one for each round; FLOOR: those of the floor."""

    def __init__(self, name, figures, floor):
        self.name, self.figures, self.floor = name, figures, floor
        self.calls, self.file = figures["calls"], figures["executable_bytes"]
        self.call_count = sum(self.calls.values())
        user, kernel = sum(figures["user_ticks"]), sum(figures["system_ticks"])
        self.kernel = kernel / max(user + kernel, 1)
        self.bound = self.median("load_busy") >= LIMIT

    def median(self, figure):
        return median(self.figures[figure])

    def ratios(self, figure):
        """The figure over the floor's in the same round, for each round."""
        return [mine / least for mine, least in zip(self.figures[figure], self.floor[figure])]

    def ratio(self, figure):
        return median(self.ratios(figure))


def rows(result):
    servers = result["servers"]
    return [Row(name, figures, servers["floor"]) for name, figures in servers.items()]


def ratio(figure):
    """The column of a figure's ratios to the floor: the median, and in brackets the lowest and the highest."""

    def cell(row):
        values = row.ratios(figure)
        return f"{median(values):.2f} ({min(values):.2f}–{max(values):.2f})"

    return "× floor (lowest–highest)", "floor 比 (最小–最大)", cell


def rate(value):
    """Three digits are more than the spread supports."""
    return f"{float(f'{value:.3g}'):,.0f}"


# Each: the heading in both languages; then each column's, and how its cell is made of a row.
SERVER = "server", "サーバー", lambda row: row.name
TABLES = [
    ("Per connection:", "接続 1 件あたり:", [
        ("system calls", "システムコール数", lambda row: f"{row.call_count:g}"),
        ("processor time, µs", "CPU 時間 (µs)", lambda row: f"{row.median('cpu_us'):.1f}"),
        ratio("cpu_us"),
        ("of it in the kernel", "うちカーネル", lambda row: f"{row.kernel:.0%}"),
    ]),
    ("Connections:", "1 秒あたりの接続数:", [
        ("per second, 1 client", "クライアント 1 個", lambda row: rate(row.median("rate_1"))),
        ratio("rate_1"),
        ("per second, 64 clients", "クライアント 64 個", lambda row: "≥ " * row.bound + rate(row.median("rate_64"))),
        ratio("rate_64"),
        ("server busy", "サーバーの CPU 使用率", lambda row: f"{row.median('server_busy'):.0%}"),
        ("load generator busy", "負荷生成側の CPU 使用率", lambda row: f"{row.median('load_busy'):.0%}"),
    ]),
    ("Sizes, and the calls by name:", "サイズと、システムコールの内訳:", [
        ("peak memory, MB", "最大メモリー (MB)", lambda row: f"{row.median('memory_kb') / 1024:.1f}"),
        ratio("memory_kb"),
        ("executable, kB", "実行ファイル (kB)", lambda row: f"{row.file / 1024:,.0f}" if row.file else "–"),
        ("calls", "内訳", lambda row: ", ".join(f"{call} {n:g}" for call, n in row.calls.items())),
    ]),
]  # fmt: skip
NOTES = [
    ("{date}: {processor}, {processors} processors; {kernel}; {versions}.",
     "{date}: {processor}、CPU {processors} 個、{kernel}、{versions}。"),
    ("Medians of {rounds} rounds; {checked:,.0f} connections to each server, every reply checked, none wrong. "
     "A ratio is taken within each round. Other programs kept the processors {others:.0%} busy meanwhile.",
     "{rounds} ラウンドの中央値です。サーバーごとに {checked:,.0f} 件の接続を行い、応答をすべて検査しました。誤りは "
     "0 件でした。floor 比はラウンドごとに計算しました。測定中、ほかのプログラムが CPU の {others:.0%} を使っていました。"),
    ("The load generator itself needed {user:.1f} µs in its own code and {system:.1f} µs in the kernel per "
     "connection. ≥: here it was the limit, at least {limit:.0%} busy; the server may be able to do more.",
     "負荷生成プログラムの CPU 時間は、接続 1 件あたり、自分のコードが {user:.1f} µs、カーネルが {system:.1f} µs でした。"
     "≥ は、負荷生成プログラムの使用率が {limit:.0%} 以上で、限界に達していたことを示します。サーバーには余力が"
     "あるかもしれません。"),
]  # fmt: skip


def notes(result, language):
    """The sentences beneath the tables."""
    servers = result["servers"].values()
    user, system, others = (
        median(value for server in servers for value in server[key])
        for key in ("load_user_us", "load_system_us", "others_busy")
    )
    checked = min(sum(server["checked"]) for server in servers)
    values = {"user": user, "system": system, "others": others, "checked": checked, "limit": LIMIT}
    return [pair[language].format(**result, **values) for pair in NOTES]


def tables(result, language):
    """Each table's heading, and its lines, which are lists of cells."""
    for *heading, columns in TABLES:
        columns = [SERVER, *columns]
        names, cells = [column[language] for column in columns], [column[-1] for column in columns]
        yield heading[language], [names, *([cell(row) for cell in cells] for row in rows(result))]


def markdown(result, language):
    """Tables and sentences, also made to be read as they are."""
    parts = []
    for heading, (names, *cells) in tables(result, language):
        columns = []
        for name, *column in zip(names, *cells):
            width = max(map(len, (name, *column)))
            if column[0][0].isalpha():
                columns.append([cell.ljust(width) for cell in (name, "-" * width, *column)])
            else:
                columns.append([cell.rjust(width) for cell in (name, "-" * (width - 1) + ":", *column)])
        parts += [heading, "\n".join(f"| {' | '.join(line)} |" for line in zip(*columns))]
    return "\n\n".join([*parts, *notes(result, language)])


def write_pages(result, folder):
    """Into each page, between its two marker lines; and the chart beside it."""
    for language, infix in ((ENGLISH, ""), (JAPANESE, ".ja")):
        page, image = folder / f"bench{infix}.md", f"bench{infix}.svg"
        before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        shown = f"![{TITLE[language]}]({image})\n\n{markdown(result, language)}"
        page.write_text(f"{before}{BEGIN}\n{shown}\n{END}{after}", encoding="utf-8")
        (folder / image).write_text(chart(rows(result), language), encoding="utf-8")
