"""report.py: the figures, a row for each server, as tables: for the terminal, and for the subject's pages in docs/."""

import json
from statistics import median

from chart import TITLE, chart

LIMIT = 0.9  # a load generator that is busier than this was the limit, not the server
BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
ENGLISH, JAPANESE = 0, 1  # the places in what follows


class Row:
    """One server's figures, most of them a list with one for each round; BASE: those of the one it is measured by."""

    def __init__(self, name, figures, base):
        self.name, self.figures, self.base = name, figures, base
        self.calls, self.file = figures["calls"], figures.get("executable_bytes")
        self.call_count = sum(self.calls.values())
        self.forks = "fork" in name
        self.bound = self.median("load_busy") >= LIMIT

    def median(self, figure):
        return median(self.figures[figure])

    def ratios(self, figure):
        """The figure over the base's in the same round, for each round."""
        return [mine / least for mine, least in zip(self.figures[figure], self.base[figure])]

    def ratio(self, figure):
        return median(self.ratios(figure))

    @property
    def kernel(self):
        """The kernel's part of the processor time."""
        user, kernel = sum(self.figures["user_ticks"]), sum(self.figures["system_ticks"])
        return kernel / max(user + kernel, 1)


def rows(subject, result):
    servers = result["servers"]
    return [Row(name, figures, servers[subject.base]) for name, figures in servers.items()]


def ratio(figure, base="floor"):
    """The column of a figure's ratios to the base: the median, and in brackets the lowest and the highest."""

    def cell(row):
        values = row.ratios(figure)
        return f"{median(values):.2f} ({min(values):.2f}–{max(values):.2f})"

    return f"× {base} (lowest–highest)", f"{base} 比 (最小–最大)", cell


def silent(english, japanese, figure, divisor=1):
    """The column of a figure beside silent clients; step06 has none, as it waits for the first of them."""
    return english, japanese, lambda row: f"{row.median(figure) / divisor:.2f}" if figure in row.figures else "–"


def rate(value):
    """Three digits are more than the spread supports."""
    return f"{float(f'{value:.3g}'):,.0f}"


# Each column: its heading in both languages, and how its cell is made of a row.
SERVER = "server", "サーバー", lambda row: row.name
CALL_COUNT = "system calls", "システムコール数", lambda row: f"{row.call_count:g}"
TIME = "processor time, µs", "CPU 時間 (µs)", lambda row: "≤ " * row.forks + f"{row.median('cpu_us'):.1f}"
CALLS = "calls", "内訳", lambda row: ", ".join(f"{call} {n:g}" for call, n in row.calls.items())
# Each table of a subject: its heading in both languages; then its columns.
TABLES = {
    "bench": [
        ("Per connection:\n\n", "接続 1 件あたり:\n\n", [
            SERVER, CALL_COUNT, TIME, ratio("cpu_us"),
            ("of it in the kernel", "うちカーネル", lambda row: f"{row.kernel:.0%}"),
        ]),
        ("Connections:\n\n", "1 秒あたりの接続数:\n\n", [
            SERVER,
            ("per second, 1 client", "クライアント 1 個", lambda row: rate(row.median("rate_1"))),
            ratio("rate_1"),
            ("per second, 64 clients", "クライアント 64 個", lambda row: "≥ " * row.bound + rate(row.median("rate_64"))),
            ratio("rate_64"),
            ("server busy", "サーバーの CPU 使用率", lambda row: f"{row.median('server_busy'):.0%}"),
            ("load generator busy", "負荷生成側の CPU 使用率", lambda row: f"{row.median('load_busy'):.0%}"),
        ]),
        ("Sizes, and the calls by name:\n\n", "サイズと、システムコールの内訳:\n\n", [
            SERVER,
            ("peak memory, MB", "最大メモリー (MB)", lambda row: f"{row.median('memory_kb') / 1024:.1f}"),
            ratio("memory_kb"),
            ("executable, kB", "実行ファイル (kB)", lambda row: f"{row.file / 1024:,.0f}" if row.file else "–"),
            CALLS,
        ]),
    ],
    "beyond": [
        ("", "", [
            SERVER, CALL_COUNT, TIME, ratio("cpu_us", "step09"),
            ("per second, 1 client", "1 秒あたり、クライアント 1 個", lambda row: f"{row.median('rate_1'):,.0f}"),
            ("per second, 64 clients", "1 秒あたり、クライアント 64 個",
             lambda row: "≥ " * row.bound + f"{row.median('rate_64'):,.0f}"),
            CALLS,
        ]),
        ("", "", [
            SERVER,
            silent("kB per silent client, 100", "黙っているクライアント 100 個のとき、1 個あたり (kB)", "kilobytes_100", 100),
            silent("1,000", "1,000 個のとき (kB)", "kilobytes_1000", 1000),
            silent("10,000", "10,000 個のとき (kB)", "kilobytes_10000", 10000),
            silent("ms for a request beside 1,000", "1,000 個のとき、ほかのリクエスト 1 件 (ms)", "milliseconds_1000"),
            silent("beside 10,000", "10,000 個のとき (ms)", "milliseconds_10000"),
        ]),
    ],
}  # fmt: skip
# The sentences beneath a subject's tables.
NOTES = {
    "bench": [
        ("{date}: {processor}, {processors} processors; {kernel}; {versions}.",
         "{date}: {processor}、CPU {processors} 個、{kernel}、{versions}。"),
        ("Medians of {rounds} rounds; {checked:,.0f} connections to each server, every reply checked, none wrong. "
         "A ratio is taken within each round. Other programs kept the processors {others_busy:.0%} busy meanwhile.",
         "{rounds} ラウンドの中央値です。サーバーごとに {checked:,.0f} 件の接続を行い、応答をすべて検査しました。誤りは "
         "0 件でした。floor 比はラウンドごとに計算しました。測定中、ほかのプログラムが CPU の {others_busy:.0%} を使って"
         "いました。"),
        ("The load generator itself needed {load_user_us:.1f} µs in its own code and {load_system_us:.1f} µs in the "
         "kernel per connection. ≥: here it was the limit, at least {limit:.0%} busy; the server may be able to do more.",
         "負荷生成プログラムの CPU 時間は、接続 1 件あたり、自分のコードが {load_user_us:.1f} µs、カーネルが "
         "{load_system_us:.1f} µs でした。≥ は、負荷生成プログラムの使用率が {limit:.0%} 以上で、限界に達していたことを"
         "示します。サーバーには余力があるかもしれません。"),
    ],
    "beyond": [
        ("{date}. Medians of {rounds} rounds of {connections:,} requests, every reply checked. ≤: all that the machine "
         "did beside the load generator, as the children's own time is in no process. ≥: here the load generator was "
         "the limit.",
         "{date}。{connections:,} リクエスト × {rounds} ラウンドの中央値です。応答はすべて検査しました。≤ の付いた値は、"
         "マシン全体が使った CPU 時間から、負荷生成プログラムの分を除いたものです。子プロセスの CPU 時間は、どのプロセスに"
         "も記録されないためです。≥ は、負荷生成プログラムが限界に達していたことを示します。"),
    ],
}  # fmt: skip


def notes(subject, result, language):
    servers = result["servers"].values()
    values = {"limit": LIMIT, "checked": min(sum(server.get("checked", [])) for server in servers)}
    for key in ("load_user_us", "load_system_us", "others_busy"):
        values[key] = median(value for server in servers for value in server.get(key, [0]))
    return [pair[language].format(**result, **values) for pair in NOTES[subject.name]]


def table(columns, lines, language):
    """A table's lines, also made to be read as they are: names to the left, figures to the right."""
    aligned = []
    for column in columns:
        head, cells = column[language], [column[-1](row) for row in lines]
        width = max(map(len, (head, *cells)))
        if cells[0][0].isalpha():
            aligned.append([cell.ljust(width) for cell in (head, "-" * width, *cells)])
        else:
            aligned.append([cell.rjust(width) for cell in (head, "-" * (width - 1) + ":", *cells)])
    return "\n".join(f"| {' | '.join(line)} |" for line in zip(*aligned))


def markdown(subject, result, language):
    """Tables and sentences."""
    lines = rows(subject, result)
    parts = [heading[language] + table(columns, lines, language) for *heading, columns in TABLES[subject.name]]
    return "\n\n".join([*parts, *notes(subject, result, language)])


def write_pages(subject, result, folder):
    """Into each page, between its two marker lines; and beside it the figures, and step05's chart."""
    (folder / f"{subject.name}.json").write_text(json.dumps(result) + "\n", encoding="utf-8")
    for language, infix in ((ENGLISH, ""), (JAPANESE, ".ja")):
        shown = markdown(subject, result, language)
        if subject.name == "bench":
            image = f"bench{infix}.svg"
            shown = f"![{TITLE[language]}]({image})\n\n{shown}"
            (folder / image).write_text(chart(rows(subject, result), language), encoding="utf-8")
        page = folder / f"{subject.name}{infix}.md"
        before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
        page.write_text(f"{before}{BEGIN}\n{shown}\n{END}{rest.partition(END)[2]}", encoding="utf-8")
