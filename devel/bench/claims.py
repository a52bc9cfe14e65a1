"""claims.py: what docs/bench.md and docs/bench.ja.md say about the figures, sentence by sentence."""

from statistics import median

from report import rows

THREE = {"accept": 1, "write": 1, "close": 1}
EXPLAINED = {"accept4", "sendto", "getsockname", "poll", "epoll_pwait", "futex", "nanosleep"}
RUBYS = {"accept4", "write", "close", "ppoll", "poll", "getpid"}


def broken_claims(result):
    """The sentences that these figures contradict."""
    floor, step, *others = rows(result)
    scripts = [row for row in others if row.name.startswith(("ruby", "python"))]
    calls = {row.name: row.calls for row in others}
    ruby, go_raw = calls.get("ruby-tcpserver", {}), calls.get("go-raw", {})
    user, kernel = (median(row.median(key) for row in rows(result)) for key in ("load_user_us", "load_system_us"))

    def beside(row, figure):  # how many times step05's
        return row.ratio(figure) / step.ratio(figure)

    claims = {
        "step05 makes three calls: accept, write, close": step.calls == THREE,
        "so does the floor": floor.calls == THREE,
        "every other server makes as many or more": all(row.call_count >= 2.9 for row in others),
        "Ruby makes the same three": all(ruby.get(call, 0) >= 0.9 for call in ("accept4", "write", "close")),
        "Ruby makes no other but what it waits with": set(ruby) <= RUBYS,
        "Go on raw system calls makes as many again": sum(go_raw.values()) > 5.5,
        "the calls that are explained are made": EXPLAINED <= {call for row in others for call in row.calls},
        "step05's processor time is within a tenth of the floor's": 0.9 <= step.ratio("cpu_us") <= 1.1,
        "four fifths of step05's processor time and more are the kernel's": step.kernel >= 0.8,
        "so are four fifths of the load generator's": kernel >= 4 * user,
        "at 64 clients the load generator is the limit for step05": step.bound,
        "step05 is idle for a quarter of that time or more": step.median("server_busy") <= 0.75,
        "every other server needs more processor time": all(beside(row, "cpu_us") > 1 for row in others),
        "Ruby and Python answer four fifths as many at 64 clients": all(beside(r, "rate_64") >= 0.8 for r in scripts),
        "they are closer in that than in cpu": all(1 < beside(r, "rate_64") * beside(r, "cpu_us") for r in scripts),
        "with one client they fall further behind": all(beside(r, "rate_1") < beside(r, "rate_64") for r in scripts),
        "everyone answers fewer with one client": all(r.median("rate_1") < r.median("rate_64") for r in rows(result)),
        "step05 takes as much memory as the floor, nearly": 0.8 <= step.ratio("memory_kb") <= 1.25,
        "every other server takes over twice as much": all(beside(row, "memory_kb") > 2 for row in others),
        "a Go executable is over fifty times as large": all(row.file > 50 * step.file for row in others if row.file),
    }
    return [claim for claim, holds in claims.items() if not holds]
