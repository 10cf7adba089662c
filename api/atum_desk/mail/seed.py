"""The mailbox that a new workspace starts with."""

from __future__ import annotations

from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.database.units_of_work import UnitOfWork


async def seed_mailbox(work: UnitOfWork, settings: Settings) -> None:
    """Add the mailbox of the settings' address, whose mail opens tickets in the first team."""
    await work.execute(
        """insert into mailboxes (workspace_id, address, name, team_id)
           select ctx_workspace(), lower($1), 'Support', min(id) from teams
            where workspace_id = ctx_workspace()""",
        settings.mail_address,
    )
