"""What can be said for or against a mail's From: the reasons of proofs."""

from __future__ import annotations

from atum_desk.kernel.notices import Notice


class NoSender(Notice, frozen=True):
    """It has no sender whose domain could be asked."""

    code = "sender.none"


class SeveralFrom(Notice, frozen=True):
    """It has several From fields."""

    code = "sender.several_from"


class TooManyFields(Notice, frozen=True):
    """It has more header fields than are looked at."""

    code = "sender.too_many_fields"


class NobodyAsked(Notice, frozen=True):
    """Nobody was asked about {domain}."""

    code = "sender.nobody_asked"

    domain: str


class NoAnswerAbout(Notice, frozen=True):
    """DNS did not answer about {domain}."""

    code = "sender.no_answer"

    domain: str


class SignedBy(Notice, frozen=True):
    """Signed by {signer} (DKIM)."""

    code = "sender.signed"

    signer: str


class SentByServerOf(Notice, frozen=True):
    """Sent by a server of {domain} (SPF)."""

    code = "sender.sent_by_server"

    domain: str


class NotItsServer(Notice, frozen=True):
    """{domain} says that this server does not send its mail."""

    code = "sender.not_its_server"

    domain: str


class SaysNothing(Notice, frozen=True):
    """{domain} says nothing about its mail."""

    code = "sender.says_nothing"

    domain: str


class ResultNotTold(Notice, frozen=True):
    """{domain} publishes DMARC, but the relay that took it did not tell its result."""

    code = "sender.result_not_told"

    domain: str


class PassesNeither(Notice, frozen=True):
    """It passes neither DKIM nor SPF of {domain} (DMARC, policy {policy})."""

    code = "sender.passes_neither"

    domain: str
    policy: str


class RelayDmarcPasses(Notice, frozen=True):
    """{relay}: DMARC passes."""

    code = "sender.relay_dmarc_passes"

    relay: str


class RelayDmarcFails(Notice, frozen=True):
    """{relay}: DMARC fails (policy {policy})."""

    code = "sender.relay_dmarc_fails"

    relay: str
    policy: str


class RelaySigned(Notice, frozen=True):
    """{relay}: signed by {signer} (DKIM)."""

    code = "sender.relay_signed"

    relay: str
    signer: str


class RelaySent(Notice, frozen=True):
    """{relay}: sent by a server of {domain} (SPF)."""

    code = "sender.relay_sent"

    relay: str
    domain: str


class RelaySignedIn(Notice, frozen=True):
    """{relay}: {sender} signed in to send it."""

    code = "sender.relay_signed_in"

    relay: str
    sender: str


class RelaySpfSays(Notice, frozen=True):
    """{relay}: SPF of {domain} says {result}."""

    code = "sender.relay_spf_says"

    relay: str
    domain: str
    result: str
