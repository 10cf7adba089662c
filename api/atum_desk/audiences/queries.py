"""The SQL of audiences; what of a table somebody sees is the table's policy."""

from __future__ import annotations

from atum_desk.audiences.models import Sharing
from atum_desk.kernel.database.units_of_work import ReadTransaction


async def count_of_kind(transaction: ReadTransaction, sharing: Sharing, *, personal: bool) -> int:
    """Return how many personal rows the actor has, or how many others they see."""
    return await transaction.fetchval(
        f"""select count(*) from {sharing.table} where workspace_id = (select ctx_workspace()) and case when $1::boolean
             then scope = 'personal' and owner_id = (select ctx_person()) else scope <> 'personal' end""",
        personal,
    )


async def is_member(transaction: ReadTransaction, team_id: int) -> bool:
    """Tell whether the actor is a member of a team."""
    return await transaction.fetchval(
        "select exists (select from team_members where team_id = $1 and person_id = (select ctx_person()))", team_id
    )
