"""What `./atum bench --growth` makes of two measured sizes."""

from __future__ import annotations

from bench.disk import kind_of
from bench.growth import LIFE, Size, Weight
from bench.growth_tables import GIBIBYTE, as_tables

KIB = 1024


def size(tickets: int, table_bytes: float) -> Size:
    """A desk where a reply adds 2 KiB of rows and 1 of indexes, a mail twice that, a change a tenth."""
    adds = {"reply": 1.0, "mail in": 2.0, "status change": 0.1}
    added = {what: {"ledger": Weight(2 * KIB * n, KIB * n)} for what, n in adds.items()}
    held = {"ledger": Weight(table_bytes, 0)}
    return Size(tickets, held, added, 512.0, 10.0, int(table_bytes / 4))


def cells(tables: str, head: str) -> list[str]:
    (line,) = [line for line in tables.splitlines() if line.startswith(f"| {head}")]
    return [cell.strip() for cell in line.strip("|").split("|")][1:]


def test_a_line_through_both_sizes_and_a_tickets_life_times_many() -> None:
    tables = as_tables([size(1_000, 3 * GIBIBYTE), size(2_000, 4 * GIBIBYTE)])

    # A GiB for each thousand tickets, and two that are there without any.
    assert cells(tables, "the bench's data set") == ["3.00", "4.00", "1,002.00", "10,002.00"]
    a_life = sum(
        times * 3 * KIB * {"reply": 1, "mail in": 2, "status change": 0.1}[what] for what, times in LIFE.items()
    )
    million = f"{1_000_000 * a_life / GIBIBYTE:,.2f}"
    assert cells(tables, "tickets' lives")[2] == million
    assert cells(tables, "files of mails")[2] == f"{1_000_000 * 2 * 512 / GIBIBYTE:,.2f}"
    # Ten seconds for four GiB.
    assert cells(tables, "its time")[3] == f"{10_000_000 * a_life / GIBIBYTE / 4 * 10 / 60:,.1f}"
    by_operation = next(line for line in tables.splitlines() if line.startswith("| all"))
    assert by_operation == "| all | 3,072 | 3,072 | 6,144 | 6,144 | 307 | 307 |"


def test_every_part_of_the_ledger_counts_as_the_ledger() -> None:
    assert {kind_of("row_changes_0"), kind_of("row_changes_17"), kind_of("changes")} == {"ledger"}
    assert kind_of("row_changes_of_mine") == "other"
