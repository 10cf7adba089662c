"""Delivery reports about our mails (RFC 3464): what whoever reads them in tells the outbox."""

from __future__ import annotations

from typing import Literal

from atum_desk.kernel import clock
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.kernel.notices import Sayable, kept
from atum_desk.outbox import queries
from atum_desk.outbox.compose.reply_address import mail_of_return_path
from atum_desk.outbox.models import DeliveryReport
from atum_desk.outbox.relays.status_codes import status_in
from atum_desk.outbox.stopped_addresses import mark_if_hard


def mails_reported_on(settings: Settings, envelope_to: list[str]) -> list[int]:
    """Return the outbox ids of the mails whose signed return paths a report was sent to."""
    found = [mail_of_return_path(settings, one) for one in envelope_to]
    return list(dict.fromkeys(one for one in found if one is not None))


async def fail_bounced_mail(
    work: UnitOfWork,
    outbox_id: int,
    notice: Sayable,
    *,
    recipient: str = "",
    status: str | None = None,
    is_proven: bool = True,
) -> bool:
    """Mark a mail `bounced`, with what the report says; tell whether there is one that left.

    A status that says the recipient will never take mail stops mail to that address, if it is
    proven that the report is about our mail.
    """
    report = _report(recipient, "failed", status, notice)
    found = await queries.add_report(work, outbox_id, report)
    if found is not None and is_proven:
        await mark_if_hard(work, recipient, report.status, report.words)
    return found is not None


async def note_delayed(work: UnitOfWork, outbox_id: int, recipient: str, notice: Sayable | None = None) -> bool:
    """Note that a recipient's server has not taken a mail yet and is asked again."""
    report = _report(recipient, "delayed", None, notice)
    return await queries.add_report(work, outbox_id, report) is not None


async def note_delivered(work: UnitOfWork, outbox_id: int, recipient: str, notice: Sayable | None = None) -> bool:
    """Note that a recipient's server took a mail; once all did it is `delivered`."""
    report = _report(recipient, "delivered", None, notice)
    return await queries.add_report(work, outbox_id, report) is not None


def _report(
    recipient: str, action: Literal["delivered", "delayed", "failed"], status: str | None, notice: Sayable | None
) -> DeliveryReport:
    words, ref = kept(notice)
    return DeliveryReport(
        recipient=recipient.strip().lower(),
        action=action,
        status=_plain(status),
        words=words or "",
        at=clock.now(),
        notice=ref,
    )


def _plain(status: str | None) -> str | None:
    return status_in(status) if status else None
