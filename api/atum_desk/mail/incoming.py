"""A mail on its way to be filed, and the words that end the way."""

from __future__ import annotations

import msgspec

from atum_desk.kernel.notices import NoticeError, Sayable
from atum_desk.mail.models import Cause, Evidence, MailFacts, MailRules, MailSource
from atum_desk.mime import Address, MessageBody, ParsedMail


class MailRefused(NoticeError):
    """The mail is kept and becomes no message; the notice says why."""


class Quarantined(NoticeError):
    """The mail waits for a person; the notice says why, the cause is for filters."""

    def __init__(self, cause: Cause, notice: Sayable) -> None:
        super().__init__(notice)
        self.cause: Cause = cause


class IncomingMail(msgspec.Struct, frozen=True):
    """A mail's stored row, what the parser saw, who speaks, what was found out and what is known."""

    source: MailSource
    mail: ParsedMail
    sender: Address
    evidence: Evidence
    rules: MailRules
    facts: MailFacts
    automatic: bool
    body: MessageBody

    @property
    def own(self) -> frozenset[str]:
        """The workspace's own addresses."""
        return frozenset(self.facts.own_addresses)

    @property
    def from_is_sender(self) -> bool:
        """Whether From names whom we take as the sender: what is proven is proven of From alone."""
        return self.mail.from_ is not None and self.mail.from_.address == self.sender.address

    @property
    def proven(self) -> bool:
        """Whether the mail is from whom we take as its sender."""
        return self.from_is_sender and self.evidence.proof.verdict == "proven"
