"""chart.py: a bar for each server: its processor time per connection, the kernel's part of it, and the spread."""

TITLE = "Processor time per connection, µs", "接続 1 件あたりの CPU 時間 (µs)"
KERNEL, OWN = ("kernel", "カーネル"), ("own code", "自分のコード")
LEFT, WIDEST, LINE = 144, 150, 24
HEAD = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="-6 0 404 {height}" width="600" role="img"
     aria-label="{title}">
  <style>
    text {{ font: 13px system-ui, sans-serif; fill: #1f2328 }} .end {{ text-anchor: end }} .mine {{ font-weight: 700 }}
    .kernel {{ fill: #6c8ebf }} .own {{ fill: #c2691c }} .spread {{ stroke: #1f2328; stroke-width: 1.5 }}
    @media (prefers-color-scheme: dark) {{
      text {{ fill: #e6edf3 }} .spread {{ stroke: #e6edf3 }} .kernel {{ fill: #5b7fb5 }} .own {{ fill: #e08a3c }}
    }}
  </style>
  <text y="20" class="mine">{title}</text>
  <rect class="kernel" y="30" width="12" height="12"/><text x="17" y="41">{kernel}</text>
  <rect class="own" x="90" y="30" width="12" height="12"/><text x="107" y="41">{own}</text>
"""
BAR = """  <text x="136" y="{text}" class="end {mine}">{name}</text>
  <rect class="kernel" x="{left}" y="{y}" width="{kernel:.1f}" height="16"/>
  <rect class="own" x="{middle:.1f}" y="{y}" width="{own:.1f}" height="16"/>
  <path class="spread" d="M{low:.1f} {line}H{high:.1f}"/>
  <text x="{behind:.1f}" y="{text}" class="{mine}">{median:.1f} (×{ratio:.2f})</text>
"""


def chart(rows, language):
    """The whole SVG file."""
    scale = WIDEST / max(max(row.figures["cpu_us"]) for row in rows)
    head = HEAD.format(title=TITLE[language], kernel=KERNEL[language], own=OWN[language], height=56 + LINE * len(rows))
    return head + "".join(bar(row, 52 + LINE * i, scale) for i, row in enumerate(rows)) + "</svg>\n"


def bar(row, y, scale):
    """The server's name, its bar, the spread as a thin line over it, and the figure behind."""
    times = row.figures["cpu_us"]
    median, low, high = (time * scale for time in (row.median("cpu_us"), min(times), max(times)))
    return BAR.format(
        name=row.name, mine="mine" if row.name.startswith("step") else "", left=LEFT, y=y, line=y + 8, text=y + 13,
        median=row.median("cpu_us"), ratio=row.ratio("cpu_us"), kernel=median * row.kernel, low=LEFT + low,
        middle=LEFT + median * row.kernel, own=median * (1 - row.kernel), high=LEFT + high, behind=LEFT + high + 6,
    )  # fmt: skip
