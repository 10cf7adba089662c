"""The reads of tickets that are stored in the database as functions."""

from __future__ import annotations

from atum_desk.kernel.database.stored_reads import StoredRead
from atum_desk.tickets.queries.counts import READ_COUNTS, READ_OWN_COUNT
from atum_desk.tickets.queries.lists import stored_lists
from atum_desk.tickets.queries.threads import READ_BEGINNING, READ_TICKET


def stored_reads() -> list[StoredRead]:
    """Return every hot read of tickets: one, how its thread begins, the counts, and each view's first page."""
    return [READ_TICKET, READ_BEGINNING, READ_COUNTS, READ_OWN_COUNT, *stored_lists()]
