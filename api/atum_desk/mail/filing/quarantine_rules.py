"""What must not become a message by itself: blocked senders, viruses, spam, forgeries, floods."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from atum_desk.kernel.notices import Foreign
from atum_desk.mail import notices
from atum_desk.mail.incoming import IncomingMail, MailRefused, Quarantined

CONFIRMED_BEFORE_ECHO = 2
COMPARED_CHARACTERS = 500
# Words of one template differ in numbers and names; two requests of a person differ in most of them.
ALIKE = 0.8


def refuse_blocked(incoming: IncomingMail) -> None:
    """Refuse mail of a sender that somebody blocked. Raises Refused."""
    if incoming.facts.blocked_by:
        raise MailRefused(notices.SenderBlocked(incoming.facts.blocked_by))


def hold_suspects(incoming: IncomingMail) -> None:
    """Set aside what a person should look at first, unless one did. Raises Quarantined."""
    if incoming.source.released:
        return
    _hold_infected(incoming)
    _hold_floods(incoming)
    # Who holds a signed address got it from us; what forwards such mail breaks its proof.
    known = incoming.facts
    signed = known.signed_ticket_id is not None or known.signed_conversation is not None
    if not signed and not incoming.mail.bounce:
        _hold_spam(incoming)
        _hold_forged(incoming)


def hold_echo(incoming: IncomingMail) -> None:
    """Set aside a new request that looks like a program's answer to our confirmations. Raises Quarantined.

    A desk without manners answers each confirmation by a mail that nothing marks as automatic and
    that says the same with another number in it.
    """
    if incoming.source.released:
        return
    earlier = incoming.facts.confirmed_texts
    if len(earlier) < CONFIRMED_BEFORE_ECHO:
        return
    # A request is stored with its history, so it is compared with it.
    text = _without_numbers((incoming.body.whole or incoming.body).text)
    if all(_is_alike(text, _without_numbers(one)) for one in earlier[:CONFIRMED_BEFORE_ECHO]):
        raise Quarantined("rate", notices.AnswersConfirmations(incoming.sender.address))


def _without_numbers(text: str) -> str:
    return re.sub(r"[\W\d_]+", " ", text[:COMPARED_CHARACTERS].lower()).strip()


def _is_alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE


def _hold_infected(incoming: IncomingMail) -> None:
    scan = incoming.evidence.scan
    if scan is None or scan.verdict == "clean":
        return
    if scan.verdict == "infected":
        raise Quarantined("virus", notices.VirusFound(scan.words))
    raise Quarantined("unscanned", scan.notice or Foreign(scan.words))


def _hold_floods(incoming: IncomingMail) -> None:
    """Two programs that answer each other must end, whatever their mails look like."""
    rules, known = incoming.rules, incoming.facts
    if 0 < rules.pair_ten_minutes <= known.pair_mails:
        raise Quarantined("rate", notices.ManyToMailbox(rules.pair_ten_minutes, incoming.sender.address))
    if 0 < rules.sender_hourly <= known.sender_mails:
        raise Quarantined("rate", notices.ManyFromSender(rules.sender_hourly, incoming.sender.address))


def _hold_spam(incoming: IncomingMail) -> None:
    spam, rules = incoming.evidence.spam, incoming.rules
    if rules.spam == "accept":
        return
    if spam.flagged:
        marked = notices.MarkedAsSpam() if spam.score is None else notices.MarkedWithScore(spam.score)
        raise Quarantined("spam", marked)
    if spam.score is not None and spam.score >= rules.spam_threshold:
        raise Quarantined("spam", notices.ScoredAsSpam(spam.score, rules.spam_threshold))


def _hold_forged(incoming: IncomingMail) -> None:
    proof = incoming.evidence.proof
    if incoming.rules.forged == "accept" or proof.verdict != "failed":
        return
    if proof.policy != "none":
        raise Quarantined("forged", notices.DomainAsks(proof.said, proof.policy))
    if incoming.facts.sender_is_staff:
        raise Quarantined("forged", notices.ClaimsToBeStaff(proof.said))
