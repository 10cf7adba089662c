"""The tables of docs/growth.md, as `./atum bench --growth` prints them."""

from bench.growth import LIFE, Size, Weight

PROJECTED = (1_000_000, 10_000_000)
GIBIBYTE = 1 << 30


def as_tables(sizes: list[Size]) -> str:
    """Return what each thing adds at each size, what a ticket's life adds, and what many tickets need."""
    return "\n\n".join((_added(sizes), _life(sizes[-1]), _needs(sizes)))


def _added(sizes: list[Size]) -> str:
    columns = [(what, one) for what in LIFE for one in sizes]
    lines = [_row("bytes", [f"{what}, {one.tickets:,}" for what, one in columns]), _row("---", ["---"] * len(columns))]
    for kind in sizes[0].held:
        lines.append(_row(kind, [f"{one.added[what][kind].whole:,.0f}" for what, one in columns]))
    wholes = [sum(weight.whole for weight in one.added[what].values()) for what, one in columns]
    return "\n".join([*lines, _row("all", [f"{whole:,.0f}" for whole in wholes])])


def _life(size: Size) -> str:
    life = size.life
    whole = _sum(life)
    lines = [_row("a ticket's life, bytes", ["rows", "indexes", "part"]), _row("---", ["---"] * 3)]
    for kind, one in life.items():
        part = f"{one.whole / whole.whole:.0%}"
        lines.append(_row(kind, [f"{one.rows:,.0f}", f"{one.indexes:,.0f}", part]))
    return "\n".join([*lines, _row("all", [f"{whole.rows:,.0f}", f"{whole.indexes:,.0f}", ""])])


def _needs(sizes: list[Size]) -> str:
    """Lay straight lines through the measured sizes, and multiply a ticket's life."""
    last = sizes[-1]
    life = _sum(last.life)
    measured = [one.tickets for one in sizes]
    files = LIFE["mail in"] * last.upload_bytes_a_mail
    a_dump = last.dump_seconds / last.bytes_of_tables
    compressed = last.dump_bytes / last.bytes_of_tables
    counts = [*measured, *PROJECTED]

    def many(bytes_a_ticket: float) -> list[str]:
        return [f"{count * bytes_a_ticket / GIBIBYTE:,.2f}" for count in counts]

    minutes = [f"{count * life.whole * a_dump / 60:,.1f}" for count in counts]
    fitted = _line([(one.tickets, one.bytes_of_tables) for one in sizes], counts)
    return "\n".join(
        [
            _row("tickets", [f"{n:,} (filled)" for n in measured] + [f"{n:,} (line)" for n in PROJECTED]),
            _row("---", ["---"] * len(counts)),
            _row("the bench's data set, GiB", [f"{one / GIBIBYTE:,.2f}" for one in fitted]),
            _row("tickets' lives: database, GiB", many(life.whole)),
            _row("of it indexes, GiB", many(life.indexes)),
            _row("files of mails, GiB", many(files)),
            _row("a dump of the database, GiB", many(life.whole * compressed)),
            _row("its time at the pace measured, minutes", minutes),
        ]
    )


def _line(points: list[tuple[int, float]], counts: list[int]) -> list[float]:
    """Return the values at `counts` of the straight line through the first and the last point."""
    (first, low), (last, high) = points[0], points[-1]
    slope = (high - low) / (last - first)
    return [low + slope * (count - first) for count in counts]


def _sum(weights: dict[str, Weight]) -> Weight:
    return Weight(sum(one.rows for one in weights.values()), sum(one.indexes for one in weights.values()))


def _row(head: str, cells: list[str]) -> str:
    return f"| {head} | {' | '.join(cells)} |"
