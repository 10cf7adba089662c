"""Ids taken ahead of their rows, so that a whole history can be written down before it is played."""

from __future__ import annotations

from collections.abc import Iterator

from atum_desk.demo import queries
from atum_desk.kernel.database.units_of_work import ReadTransaction

# How many rows of each table a demo of so many tickets takes at most; unused ids are holes.
PER_TICKET = {"tickets": 1, "messages": 8, "outbox": 5, "attachments": 2}
AT_MOST = {
    "teams": 10,
    "team_members": 40,
    "mailboxes": 10,
    "organizations": 60,
    "organization_domains": 60,
    "people": 500,
    "addresses": 500,
    "calendars": 5,
    "custom_fields": 10,
    "custom_field_options": 50,
    "forms": 10,
    "macros": 20,
    "checklist_templates": 10,
    "views": 10,
    "signatures": 10,
    "time_activities": 10,
}


class Ids:
    """Hands out the ids of each table in order."""

    def __init__(self, taken: dict[str, Iterator[int]]) -> None:
        self._taken = taken

    def next(self, table: str) -> int:
        """Return a fresh id of a table."""
        return next(self._taken[table])


async def reserve_ids(transaction: ReadTransaction, ticket_count: int) -> Ids:
    """Take as many ids of each table as so many tickets may need."""
    wanted = AT_MOST | {table: ticket_count * share for table, share in PER_TICKET.items()}
    return Ids({table: iter(await queries.take_ids(transaction, table, n)) for table, n in wanted.items()})
