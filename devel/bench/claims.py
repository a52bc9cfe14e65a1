"""claims.py: what docs/bench.md and docs/beyond.md, in both languages, say about the figures, sentence by sentence."""

from statistics import median

from report import rows

THREE = {"accept": 1, "write": 1, "close": 1}
EXPLAINED = {"accept4", "sendto", "getsockname", "poll", "epoll_pwait", "futex", "nanosleep"}
RUBYS = {"accept4", "write", "close", "ppoll", "poll", "getpid"}


def broken_claims(subject, result):
    """The sentences on the subject's pages that these figures contradict."""
    claims = {"bench": of_connections, "beyond": of_requests}[subject.name](rows(subject, result))
    return [claim for claim, holds in claims.items() if not holds]


def of_connections(everyone):
    floor, step, *others = everyone
    scripts = [row for row in others if row.name.startswith(("ruby", "python"))]
    calls = {row.name: row.calls for row in others}
    ruby, go_raw = calls.get("ruby-tcpserver", {}), calls.get("go-raw", {})
    user, kernel = (median(row.median(key) for row in everyone) for key in ("load_user_us", "load_system_us"))

    def beside(row, figure):  # how many times step05's
        return row.ratio(figure) / step.ratio(figure)

    return {
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
        "everyone answers fewer with one client": all(r.median("rate_1") < r.median("rate_64") for r in everyone),
        "step05 takes as much memory as the floor, nearly": 0.8 <= step.ratio("memory_kb") <= 1.25,
        "every other server takes over twice as much": all(beside(row, "memory_kb") > 2 for row in others),
        "a Go executable is over fifty times as large": all(row.file > 50 * step.file for row in others if row.file),
    }


def of_requests(everyone):
    server = {row.name: row for row in everyone}
    step06, process, thread, step09 = (row for name, row in server.items() if name.startswith("step"))
    floor = server.get("floor-uring")
    slowest = max(max(row.figures["milliseconds_1000"]) for row in everyone if row is not step06)
    process_cost, thread_cost, step09_cost = (row.median("kilobytes_1000") for row in (process, thread, step09))
    return {
        "step06 makes seven calls for a request": round(step06.call_count) == 7,
        "step09 makes eleven": round(step09.call_count) == 11,
        "step09 needs no more processor time than the article's design in Go": server["go-article"].ratio("cpu_us") >= 1,
        "step09 needs no more processor time than Node.js": server["node-http"].ratio("cpu_us") >= 1,
        "step09 needs no more processor time than Ruby's threads": server["ruby-threads"].ratio("cpu_us") >= 1,
        "a thread is cheaper than a process": thread.median("cpu_us") < process.median("cpu_us"),
        "a silent client costs a process the most": process_cost > 2 * thread_cost,
        "a silent client costs step09 less than 0.1 kB": step09_cost < 100,
        "10,000 silent clients cost step09 less than 20 MB": step09.median("kilobytes_10000") < 20000,
        "beside 1,000 silent clients everybody is served within 50 ms": slowest < 50,
        "with io_uring a request takes two calls": floor is None or 1.5 <= floor.call_count < 2.5,
        "the floor needs less processor time than step09": floor is None or floor.ratio("cpu_us") < 1,
    }
