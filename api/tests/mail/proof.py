"""Mail of senders whom a relay proves, disproves or says nothing about, and what became of it."""

from __future__ import annotations

from typing import Any

from mail_desk import MailDesk, letter

RELAY = "mx.desk.example"
PROVEN = f"{RELAY}; dmarc=pass header.from="
FAILED = f"{RELAY}; dmarc=fail (p=none) header.from=example.org"


def proven(**given: Any) -> Any:
    """Return a letter that the relay says is its sender's."""
    domain = given.get("sender", "ann@example.org").rpartition("@")[2].strip(">")
    return letter(**given, Authentication_Results=PROVEN + domain)


async def texts(mail_desk: MailDesk) -> list[list[str]]:
    """Return the texts of each ticket's messages, oldest ticket first."""
    rows = await mail_desk.rows(
        "select array_agg(text order by id) as texts from messages group by ticket_id order by ticket_id"
    )
    return [row["texts"] for row in rows]


async def answered(mail_desk: MailDesk) -> str:
    """Answer the first ticket by a mail that left for Ann, and return its Message-ID."""
    async with mail_desk.database.writing(mail_desk.system, "ticket.reply") as work:
        return await work.fetchval(
            """insert into outbox (workspace_id, ticket_id, mailbox_id, kind, mail_message_id, envelope_from, sender,
                                   recipients, subject, text, html, state, sent_at)
               select ctx_workspace(), t.id, t.mailbox_id, 'reply', 't1.m1.0123456789abcdef@desk.example', 'x', '{}',
                      '[{"name": "Ann", "address": "Ann@example.org"}]', 's', 't', 'h', 'sent', moment()
                 from tickets t order by id limit 1 returning mail_message_id"""
        )
