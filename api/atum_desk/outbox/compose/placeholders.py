"""Placeholders of mail layouts: names between double braces, put in once; nothing is executed."""

from __future__ import annotations

import re
from collections.abc import Mapping

from atum_desk.kernel.problems import ValidationFailed
from atum_desk.outbox.notices import NoPlaceholder

PLACEHOLDERS = (
    "agent.name",
    "agent.first_name",
    "team.name",
    "mailbox.name",
    "mailbox.address",
    "requester.name",
    "requester.first_name",
    "ticket.number",
    "ticket.subject",
    "link",
)
_PLACE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return text with its placeholders replaced; what a value brings along is not looked at again."""
    return _PLACE.sub(lambda match: values.get(match.group(1), ""), text)


def require_known(field: str, text: str) -> None:
    """Raise ValidationFailed for a placeholder that does not exist, naming those that do."""
    for name in _PLACE.findall(text):
        if name not in PLACEHOLDERS:
            raise ValidationFailed.of(field, NoPlaceholder(repr(name), list(PLACEHOLDERS)))


def first_name(name: str) -> str:
    """Return how a person is addressed shortly."""
    return name.split(" ")[0] if name else ""
