"""Finds out about a mail before it is filed: who sent it, what filters say, whether it is infected.

Everything that waits for a network happens here, outside of any transaction.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from atum_desk.files.public import ScannerAway, ScannerSilent, ScanVerdict, scan
from atum_desk.kernel import clock
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.jobs.handlers import RetryLater
from atum_desk.mail.filing.classify import list_id_of
from atum_desk.mail.models import Evidence, MailSource, Proof
from atum_desk.mail.sender_checks.resolver import resolver_at
from atum_desk.mail.sender_checks.spam_headers import spam_verdict
from atum_desk.mail.sender_checks.verify_sender import proof_at_hand, prove_sender
from atum_desk.mime import ParsedMail

# Mail waits so long for a scanner that is away, then a person decides.
SCANNER_PATIENCE = timedelta(minutes=10)
SCANNER_RETRY_SECONDS = 30.0


async def examine(settings: Settings, source: MailSource, mail: ParsedMail) -> Evidence:
    """Return what is known of a mail. Raises RetryLater while the scanner is away."""
    proof, verdict = await asyncio.gather(_prove(settings, source, mail), _scan(settings, source))
    return Evidence(proof=proof, spam=spam_verdict(mail), scan=verdict, list_id=list_id_of(mail))


async def _prove(settings: Settings, source: MailSource, mail: ParsedMail) -> Proof:
    # A thread would take the time of sessions that take mail; what needs no network needs none.
    if known := proof_at_hand(settings, source, mail):
        return known
    resolver = resolver_at(settings.mail_dns)
    if resolver.is_silent():
        return prove_sender(settings, resolver_at("off"), source, mail)
    return await asyncio.to_thread(prove_sender, settings, resolver, source, mail)


async def _scan(settings: Settings, source: MailSource) -> ScanVerdict | None:
    if not settings.clamd or source.released:
        return None
    try:
        return await scan(settings.clamd, source.raw)
    except ScannerAway as error:
        if _waited(source.received_at) < SCANNER_PATIENCE:
            raise RetryLater(SCANNER_RETRY_SECONDS, f"the virus scanner is away: {error}") from error
        return ScanVerdict.not_scanned(ScannerSilent(error.notice))


def _waited(received_at: datetime) -> timedelta:
    return clock.now() - received_at
