"""rows.py: what was measured, a row for each server."""

from statistics import median

LIMIT = 0.9  # a load generator that is busier than this was the limit, not the server


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
