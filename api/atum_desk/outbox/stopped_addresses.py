"""Addresses that mail came back from for good: their SQL and use cases."""

from __future__ import annotations

from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, ReadTransaction, UnitOfWork
from atum_desk.outbox.models import StoppedAddress
from atum_desk.outbox.permissions import STANDING_LIFT
from atum_desk.outbox.problems import AddressStopped, StandingNotFound
from atum_desk.outbox.relays.status_codes import is_hard

SHOWN = 500
COLUMNS = "id, email, status, words, since"


def stopped_among(addresses: str) -> str:
    """Return the SQL of the stopped ones among addresses (an SQL array of text in lower case), as JSON."""
    return f"""coalesce((select json_agg(json_build_object('id', st.id, 'email', st.email, 'status', st.status,
                                          'words', st.words, 'since', st.since) order by st.id)
                from address_standings st
               where st.workspace_id = ctx_workspace() and st.email = any({addresses})), '[]')"""


async def mark_stopped(work: UnitOfWork, email: str, status: str | None, words: str) -> None:
    """Send nothing to an address any more, because mail to it came back for good; once is enough."""
    await work.execute(
        """insert into address_standings (workspace_id, email, status, words)
           values (ctx_workspace(), lower($1), $2, $3) on conflict (workspace_id, email) do nothing""",
        email.strip(),
        status,
        words[:2000],
    )


async def mark_if_hard(work: UnitOfWork, email: str, status: str | None, words: str) -> bool:
    """Stop an address if the status says that it will never take mail; tell whether it does."""
    usable = "@" in email and 3 <= len(email.strip()) <= 320
    if not (is_hard(status) and usable):
        return False
    await mark_stopped(work, email, status, words)
    return True


async def list_stopped_among(transaction: ReadTransaction, addresses: list[str]) -> list[StoppedAddress]:
    """Return the stopped ones among addresses."""
    rows = await transaction.fetch(
        f"select {COLUMNS} from address_standings where workspace_id = ctx_workspace() and email = any($1)",
        [one.lower() for one in addresses],
    )
    return [StoppedAddress(**row) for row in rows]


async def list_stopped(transaction: ReadTransaction) -> list[StoppedAddress]:
    """Return the stopped addresses, newest first."""
    rows = await transaction.fetch(
        f"""select {COLUMNS} from address_standings where workspace_id = ctx_workspace()
             order by since desc, id desc limit $1""",
        SHOWN,
    )
    return [StoppedAddress(**row) for row in rows]


async def lift_stop(database: Database, actor: Actor, standing_id: int) -> StoppedAddress:
    """Let mail to an address leave again. Raises StandingNotFound."""
    async with database.writing(actor, "standing.lift") as work:
        work.actor.require(STANDING_LIFT)
        row = await work.fetchrow(f"delete from address_standings where id = $1 returning {COLUMNS}", standing_id)
        if row is None:
            raise StandingNotFound
        work.summary = {"email": row["email"]}
        return StoppedAddress(**row)


def require_reachable(stopped: list[StoppedAddress]) -> None:
    """Raise AddressStopped, naming the addresses and why mail to them came back."""
    if stopped:
        raise AddressStopped(
            addresses=", ".join(one.email for one in stopped),
            words=" ".join(f"{one.words.rstrip('.')}." for one in stopped),
            stopped=stopped,
        )
