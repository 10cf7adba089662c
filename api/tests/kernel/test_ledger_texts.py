"""The ledger keeps a text once: while its row holds it the trace has its digest, afterwards the text (ADR 0030)."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from atum_desk.kernel.database.units_of_work import ReadTransaction
from factories import Given

LONG = "Die Pumpe stockt bei jedem Neustart, und jemand muss hinübergehen. " * 40
SHORT = "It works again."
OTHER = "We found the cause: a timer. " * 30


def digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


async def write(given: Given, ticket_id: int, text: str, html: str | None = None) -> int:
    """Add a note and return the id of its change."""
    async with given.database.writing(given.system, "test.write") as work:
        await work.execute(
            """insert into messages (workspace_id, ticket_id, kind, author_id, author_name, from_staff, channel, text, html)
               select $1, $2, 'note', requester_id, 'A', true, 'api', $3, $4 from tickets where id = $2""",
            given.workspace_id,
            ticket_id,
            text,
            html,
        )
    assert work.change_id
    return work.change_id


async def alter(given: Given, message_id: int, text: str) -> int:
    async with given.database.writing(given.system, "test.alter") as work:
        await work.execute("update messages set text = $2 where id = $1", message_id, text)
    assert work.change_id
    return work.change_id


async def undo(given: Given, change_id: int) -> tuple[list[dict[str, Any]], int]:
    """Return what is in the way of an undo, and the change that the undo is."""
    async with given.database.writing(given.system, "test.undo") as work:
        work.undo_of = change_id
        rows = await work.fetch("select * from undo_change($1)", change_id)
    assert work.change_id
    return [dict(row) for row in rows], work.change_id


async def trace(transaction: ReadTransaction, change_id: int) -> tuple[int, dict[str, Any], dict[str, Any]]:
    """Return the one row that a change wrote: its id, what was and what is."""
    row = await transaction.fetchone("select row_id, old, new from row_changes where change_id = $1", change_id)
    return row["row_id"], row["old"] or {}, row["new"] or {}


async def texts(given: Given, message_id: int) -> tuple[str, str | None] | None:
    async with given.database.reading(given.system) as transaction:
        row = await transaction.fetchrow("select text, html from messages where id = $1", message_id)
    return (row["text"], row["html"]) if row else None


async def test_an_inserted_rows_trace_has_the_digest_of_a_long_text(given: Given) -> None:
    ticket = await given.ticket()
    long = await write(given, ticket.id, LONG, f"<p>{LONG}</p>")
    short = await write(given, ticket.id, SHORT)
    async with given.database.reading(given.system) as transaction:
        _, _, new = await trace(transaction, long)
        _, _, new_short = await trace(transaction, short)
        size = await transaction.fetchval(
            "select sum(pg_column_size(r.new)) from row_changes r where change_id = $1", long
        )
    assert "text" not in new
    assert "html" not in new
    assert new["text#sha256"] == digest(LONG)
    assert new["html#sha256"] == digest(f"<p>{LONG}</p>")
    assert (new_short["text"], new_short["html"]) == (SHORT, None)
    assert size < 900


async def test_an_insertion_with_long_texts_is_undone_and_the_undo_too(given: Given) -> None:
    ticket = await given.ticket()
    written = await write(given, ticket.id, LONG, f"<p>{LONG}</p>")
    async with given.database.reading(given.system) as transaction:
        message_id, _, _ = await trace(transaction, written)
    in_the_way, undone = await undo(given, written)
    assert in_the_way == []
    assert await texts(given, message_id) is None
    async with given.database.reading(given.system) as transaction:
        _, old, _ = await trace(transaction, undone)
    assert (old["text"], old["html"]) == (LONG, f"<p>{LONG}</p>")
    in_the_way, _ = await undo(given, undone)
    assert in_the_way == []
    assert await texts(given, message_id) == (LONG, f"<p>{LONG}</p>")


async def test_a_text_altered_since_is_named_with_what_it_was(given: Given) -> None:
    ticket = await given.ticket()
    written = await write(given, ticket.id, LONG)
    async with given.database.reading(given.system) as transaction:
        message_id, _, _ = await trace(transaction, written)
    altered = await alter(given, message_id, OTHER)
    await alter(given, message_id, SHORT)
    in_the_way, _ = await undo(given, written)
    assert in_the_way == [
        {"table_name": "messages", "row_id": message_id, "column_name": "text", "wrote": LONG, "found": SHORT}
    ]
    assert await texts(given, message_id) == (SHORT, None)
    async with given.database.reading(given.system) as transaction:
        _, old, new = await trace(transaction, altered)
    assert (old["text"], new["text"]) == (LONG, OTHER)


async def test_a_text_that_is_again_what_was_inserted_is_undone(given: Given) -> None:
    ticket = await given.ticket()
    written = await write(given, ticket.id, LONG)
    async with given.database.reading(given.system) as transaction:
        message_id, _, _ = await trace(transaction, written)
    await undo(given, await alter(given, message_id, OTHER))
    in_the_way, _ = await undo(given, written)
    assert in_the_way == []
    assert await texts(given, message_id) is None


async def test_a_row_inserted_and_altered_by_one_change_is_undone(given: Given) -> None:
    ticket = await given.ticket()
    async with given.database.writing(given.system, "test.both") as work:
        message_id = await work.fetchval(
            """insert into messages (workspace_id, ticket_id, kind, author_id, author_name, from_staff, channel, text)
               select $1, $2, 'note', requester_id, 'A', true, 'api', $3 from tickets where id = $2 returning id""",
            given.workspace_id,
            ticket.id,
            LONG,
        )
        await work.execute("update messages set text = $2 where id = $1", message_id, OTHER)
    assert work.change_id
    in_the_way, _ = await undo(given, work.change_id)
    assert in_the_way == []
    assert await texts(given, message_id) is None
