"""What must not become a message by itself: blocked senders, viruses, spam, forgeries, floods."""

from __future__ import annotations

from atum_desk.mail.letter import Letter, Quarantined, Refused


def refuse_blocked(letter: Letter) -> None:
    """Refuse mail of a sender that somebody blocked. Raises Refused."""
    if letter.facts.blocked_by:
        raise Refused(f"Its sender is blocked ({letter.facts.blocked_by})")


def hold_suspects(letter: Letter) -> None:
    """Set aside what a person should look at first, unless one did. Raises Quarantined."""
    if letter.source.released:
        return
    _hold_infected(letter)
    _hold_floods(letter)
    # Who holds a ticket's signed address got it from us; what forwards such mail breaks its proof.
    if letter.facts.signed_ticket_id is None and not letter.mail.bounce:
        _hold_spam(letter)
        _hold_forged(letter)


def _hold_infected(letter: Letter) -> None:
    scan = letter.evidence.scan
    if scan is None or scan.verdict == "clean":
        return
    if scan.verdict == "infected":
        raise Quarantined("virus", f"The virus scanner found {scan.words}.")
    raise Quarantined("unscanned", scan.words)


def _hold_floods(letter: Letter) -> None:
    """Two programs that answer each other must end, whatever their mails look like."""
    rules, facts = letter.rules, letter.facts
    if 0 < rules.pair_ten_minutes <= facts.pair_mails:
        words = f"More than {rules.pair_ten_minutes} mails in ten minutes from {letter.sender.address} to this mailbox."
        raise Quarantined("rate", words)
    if 0 < rules.sender_hourly <= facts.sender_mails:
        words = f"More than {rules.sender_hourly} mails in an hour from {letter.sender.address}."
        raise Quarantined("rate", words)


def _hold_spam(letter: Letter) -> None:
    spam, rules = letter.evidence.spam, letter.rules
    if rules.spam == "accept":
        return
    if spam.flagged:
        score = f" (score {spam.score:g})" if spam.score is not None else ""
        raise Quarantined("spam", f"The spam filter of the relay marked it{score}.")
    if spam.score is not None and spam.score >= rules.spam_threshold:
        words = f"The spam filter of the relay gave it {spam.score:g}; the limit is {rules.spam_threshold:g}."
        raise Quarantined("spam", words)


def _hold_forged(letter: Letter) -> None:
    proof = letter.evidence.proof
    if letter.rules.forged == "accept" or proof.verdict != "failed":
        return
    if proof.policy != "none":
        words = f"{proof.words} Its domain asks to {proof.policy} such mail."
        raise Quarantined("forged", words)
