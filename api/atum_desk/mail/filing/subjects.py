"""What a subject says of the mail that it answers: the words without prefixes, and our ticket's number."""

from __future__ import annotations

import re

_REPLY = re.compile(
    r"^\s*(?:re|aw|antw|antwort|sv|vs|ref|rif|res|odp|ynt|yan|ha|atb|回复|回覆|返信|답장)\s*(?:\[\d+\])?\s*[:：]\s*",
    re.IGNORECASE,
)
# What every mail of a ticket carries behind its subject (outbox/compose/render.py).
_NUMBER = re.compile(r"\[#(\d{1,18})\]")


def bare_subject(subject: str) -> str:
    """Return a subject without the prefixes of answers and without our ticket's number."""
    while found := _REPLY.match(subject):
        subject = subject[found.end() :]
    return " ".join(_NUMBER.sub(" ", subject).split())


def answers_by_subject(subject: str) -> bool:
    """Tell whether a subject says that the mail is an answer."""
    return _REPLY.match(subject) is not None or _NUMBER.search(subject) is not None


def ticket_number_in(subject: str) -> int | None:
    """Return the number of the ticket that a subject names as our mail does, None when it names none."""
    found = _NUMBER.search(subject)
    number = int(found[1]) if found else 0
    return number if 0 < number < 2**31 else None
