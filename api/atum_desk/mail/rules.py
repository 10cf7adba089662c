"""What a workspace wants done with received mail: reading and changing its settings."""

from __future__ import annotations

from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.workspace_settings import WorkspaceSettings, chosen
from atum_desk.mail.models import MailRules
from atum_desk.mail.permissions import SETTINGS_MAILBOXES_EDIT
from atum_desk.mail.schemas import MailRulesChange

MAIL_RULES = WorkspaceSettings("mail", MailRules)


async def change_rules(database: Database, actor: Actor, change: MailRulesChange) -> MailRules:
    """Change what is given; each setting has its own history."""
    async with database.writing(actor, "mail_rules.edit") as work:
        work.actor.require(SETTINGS_MAILBOXES_EDIT)
        return await MAIL_RULES.change(work, chosen(change))
