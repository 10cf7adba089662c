"""The release before, on this schema: it works, and what it could open closes a day later (ADR 0017)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import asyncpg
import msgspec

from atum_desk.kernel.context import new_token, token_hash
from atum_desk.mail.feature import FILE_MAIL, FileMail
from atum_desk.outbox.feature import SEND_MAIL, SendMail
from atum_desk.tickets.public import CONFIRM_REQUEST, ConfirmRequest
from factories import Given

Connect = Callable[..., Any]


async def test_the_release_before_signs_in_until_its_doors_are_closed(
    given: Given, connected: Connect, database_url: str
) -> None:
    agent = await given.staff()
    owner = await asyncpg.connect(database_url, server_settings={"search_path": "atum"})
    old = "select open_session($1, 'staff', 'cookie', $2, null, '', null, interval '1 day')"
    close = "select close_previous_doors(interval '1 day')"

    async def opens() -> bool:
        async with connected("atum_desk_staff") as connection:
            try:
                await connection.execute("select sign_in_candidate('x@y.example')")
                return bool(await connection.fetchval(old, agent.id, token_hash(new_token("staff"))))
            except asyncpg.InsufficientPrivilegeError:
                return False

    # A desk that began with this release has them closed.
    assert not await opens()
    await owner.execute("select open_previous_doors()")
    assert await opens()
    async with given.database.connection("atum_desk_worker") as worker:
        assert not await worker.fetchval(close)
        assert not await worker.fetchval(close)
        assert await opens()
        await owner.execute("update previous_doors set seen_at = seen_at - interval '25 hours'")
        assert await worker.fetchval(close)
    assert not await opens()
    # Taken back, they open again, and close a day after this release is back.
    await owner.execute("select open_previous_doors()")
    assert await opens()
    await owner.close()


async def test_the_release_before_works_but_for_the_author_of_a_mail(given: Given, connected: Connect) -> None:
    """It set `atum.person` by hand: the mail is filed all the same, and its change has no actor."""
    contact_id = await given.contact()
    async with connected("atum_desk_worker") as connection:
        await connection.execute(f"begin; select enter_system({given.workspace_id}, null), open_change()")
        await connection.execute("select set_config('atum.person', $1, true)", str(contact_id))
        await connection.execute("insert into teams (workspace_id, name) values ($1, 'T')", given.workspace_id)
        change_id = await connection.fetchval(
            "select finish_change('mail.file', 'mail', null, false, '{}', null, null)"
        )
        await connection.execute("commit")
    async with given.database.reading(given.system) as transaction:
        assert await transaction.fetchval("select actor_id is null from changes where id = $1", change_id)


async def test_the_release_before_reads_the_ledger_and_writes_changes_without_a_cause(
    given: Given, connected: Connect
) -> None:
    """It makes its changes of these columns, and an unknown one would stop its live updates."""
    async with connected("atum_desk_worker") as connection:
        await connection.execute(f"begin; select enter_system({given.workspace_id}, null), open_change()")
        await connection.execute("insert into teams (workspace_id, name) values ($1, 'T')", given.workspace_id)
        change_id = await connection.fetchval("select finish_change('team.add', 'job', null, false, '{}', null, null)")
        await connection.execute("commit")
        rows = await connection.fetch("select * from tail_changes('0', 0, 100000)")
    assert [*rows[-1].keys()] == [
        "xid",
        "id",
        "workspace_id",
        "actor_id",
        "via",
        "command",
        "ticket_id",
        "public",
        "summary",
        "undo_of",
        "at",
    ]
    async with given.database.reading(given.system) as transaction:
        told = "select array[cause_id, depth, run_id] from changes where id = $1"
        assert await transaction.fetchval(told, change_id) == [None, None, None]


async def test_the_release_before_reads_the_jobs_that_wait_when_this_one_is_taken_back(given: Given) -> None:
    """Its worker decodes each as it was, at the first attempt; a kind of job that is newer it never picks."""

    class ParseMailBefore(msgspec.Struct):
        workspace_id: int
        mail_id: int

    class ConfirmRequestBefore(msgspec.Struct):
        workspace_id: int
        ticket_id: int

    class SendMailBefore(msgspec.Struct):
        workspace_id: int
        outbox_id: int

    before = {"mail.parse": ParseMailBefore, "mail.confirm": ConfirmRequestBefore, "outbox.send": SendMailBefore}
    async with given.database.writing(given.system, "test.enqueue") as work:
        await work.enqueue(FILE_MAIL, FileMail(mail_id=7))
        await work.enqueue(CONFIRM_REQUEST, ConfirmRequest(ticket_id=7))
        await work.enqueue(SEND_MAIL, SendMail(outbox_id=7))
        rows = await work.fetch("select entrypoint, payload from jobs.pgqueuer")
    assert {row["entrypoint"] for row in rows} == before.keys()
    for row in rows:
        read = msgspec.json.decode(row["payload"], type=before[row["entrypoint"]])
        assert msgspec.structs.astuple(read) == (given.workspace_id, 7)
