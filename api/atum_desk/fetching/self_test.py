"""A mail that a mailbox writes to itself, to see both directions work.

It goes the way of every mail: through the outbox and the relay, and back by whatever way in the
mailbox has. It comes back as a mail of our own, which is refused as such and opens no ticket.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from atum_desk.fetching import notices, queries
from atum_desk.fetching.permissions import RECEIVING_READ, SETTINGS_MAILBOXES_EDIT
from atum_desk.fetching.problems import SelfTestNotFound
from atum_desk.fetching.schemas import SelfTest, SelfTestStage
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.notices import Both, Foreign, Notice, NoticeRef, Sayable
from atum_desk.outbox.public import ENGLISH, MailAddress, OutboxState, OutgoingMail, mail_text, queue_mail

# After this long a person should look for it elsewhere.
USUAL_SECONDS = 120.0


async def begin_self_test(database: Database, settings: Settings, actor: Actor, mailbox_id: int) -> SelfTest:
    """Queue a mail of a mailbox to itself. Raises MailboxNotFound."""
    async with database.writing(actor, "mailbox.self_test") as work:
        work.actor.require(SETTINGS_MAILBOXES_EDIT)
        address = await queries.get_address(work, mailbox_id)
        mail = OutgoingMail(
            mailbox_id=mailbox_id,
            kind="confirmation",
            subject=mail_text("self_test.subject", ENGLISH),
            text=mail_text("self_test.text", ENGLISH),
            recipients=[MailAddress("", address)],
        )
        outbox_id = await queue_mail(work, settings, mail)
        await queries.add_self_test(work, mailbox_id, outbox_id)
        work.summary = {"mailbox_id": mailbox_id, "outbox_id": outbox_id}
    return await get_self_test(database, settings, actor, mailbox_id)


async def get_self_test(database: Database, settings: Settings, actor: Actor, mailbox_id: int) -> SelfTest:
    """Return how far the last one has come. Raises MailboxNotFound and SelfTestNotFound."""
    async with database.reading(actor) as transaction:
        transaction.actor.require_any(*RECEIVING_READ)
        await queries.get_address(transaction, mailbox_id)
        found = await queries.find_self_test(transaction, mailbox_id)
        now = await queries.get_moment(transaction)
    if found is None:
        raise SelfTestNotFound
    return _told(found, now)


def _told(found: dict[str, Any], now: datetime) -> SelfTest:
    began: datetime = found["started_at"]
    waited = (now - began).total_seconds()
    if found["mail_id"] is not None:
        took = (found["received_at"] - began).total_seconds()
        return _self_test("arrived", notices.WorksBothWays(took), began, took)
    trouble = _trouble(found)
    match found["state"]:
        case "failed" | "cancelled" | "bounced" | "unknown":
            return _self_test("failed", notices.DidNotLeave(trouble or OutboxState(found["state"])), began)
        case "sent" | "delivered":
            waits = notices.NotBackYet(waited)
            return _self_test("sent", Both(waits, notices.LooksLost()) if waited > USUAL_SECONDS else waits, began)
        case _ if trouble is not None:
            return _self_test("queued", notices.WaitsForAttempt(trouble), began)
        case _ if waited > USUAL_SECONDS / 4:
            return _self_test("queued", notices.StillWaits(), began)
        case _:
            return _self_test("queued", notices.WaitsItsTurn(), began)


def _trouble(found: dict[str, Any]) -> Sayable | None:
    """Return the outbox's last error, as a notice if it is one of this release."""
    said, stored = found["last_error"], found["last_error_notice"]
    if not said:
        return None
    return msgspec.convert(stored, NoticeRef) if stored and stored["text"] == said else Foreign(said)


def _self_test(stage: SelfTestStage, notice: Notice, began: datetime, seconds: float | None = None) -> SelfTest:
    return SelfTest(stage=stage, words=notice.text, started_at=began, seconds=seconds, notice=notice.ref)
