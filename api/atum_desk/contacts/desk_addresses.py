"""Which addresses are the desk's own: mailboxes, and the signed addresses beside them.

Nobody behind them asks or reads, so they are no contact's, and nothing is sent there.
"""

from __future__ import annotations

from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.kernel.field_notices import OwnAddress
from atum_desk.kernel.problems import ValidationFailed


def is_own(address: str) -> str:
    """Return the SQL of whether an address (SQL in lower case) reaches a mailbox of ours, signed or not."""
    return f"""exists (select from mailboxes om where om.workspace_id = ctx_workspace()
                 and om.address in ({address}, regexp_replace({address}, '[+][^@]*@', '@')))"""


async def list_own_among(transaction: ReadTransaction, addresses: list[str]) -> list[str]:
    """Return those of addresses (in lower case) that reach a mailbox of ours, signed or not."""
    rows = await transaction.fetch(
        f"select u.address from unnest($1::text[]) u(address) where {is_own('u.address')}", addresses
    )
    return [row["address"] for row in rows]


async def refuse_own(transaction: ReadTransaction, field: str, address: str) -> None:
    """Raise ValidationFailed, naming the field, for an address (in lower case) of ours."""
    if await list_own_among(transaction, [address]):
        raise ValidationFailed.of(field, OwnAddress(address))
