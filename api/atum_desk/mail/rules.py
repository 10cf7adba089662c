"""What a workspace wants done with received mail: reading and changing its settings."""

from __future__ import annotations

import msgspec
from msgspec import UNSET

from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.mail.filing import facts
from atum_desk.mail.models import MailRules
from atum_desk.mail.permissions import SETTINGS_MAILBOXES_EDIT
from atum_desk.mail.schemas import MailRulesChange


async def change_rules(database: Database, actor: Actor, change: MailRulesChange) -> MailRules:
    """Change what is given; each setting has its own history."""
    given = {
        name: value
        for name in change.__struct_fields__
        if (value := getattr(change, name)) is not UNSET
    }
    async with database.writing(actor, "mail_rules.edit") as work:
        work.actor.require(SETTINGS_MAILBOXES_EDIT)
        # Two people who change rules at once come one after the other, so that none is lost unseen.
        await work.execute(
            "select pg_advisory_xact_lock(hashtextextended('mail rules', $1))", actor.workspace_id
        )
        current = await facts.get_rules(work)
        moved = {name: value for name, value in given.items() if getattr(current, name) != value}
        for name, value in moved.items():
            await facts.set_rule(work, name, value)
        work.unchanged = not moved
        work.summary = {"fields": sorted(moved)}
        return msgspec.structs.replace(current, **moved)
