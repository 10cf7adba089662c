"""What a mail address is that somebody types: one that mail can be delivered to.

Received mail may name anything and is read tolerantly (`atum_desk.mime`); what a person or a script
names goes through `read_address`, whatever the form or the route.
"""

from __future__ import annotations

import re

import email_validator

from atum_desk.kernel.field_notices import LocalPartTooLong, NotAnAddress
from atum_desk.kernel.problems import ValidationFailed

# Desks inside a company write to .local and .localhost: the relay decides who can be reached.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()
MOST_LOCAL_OCTETS = 64
_RECEIVED_LOCAL_PART = re.compile(r'"(?:[^"\\\x00-\x1f\x7f]|\\[^\x00-\x1f\x7f])+"|[^\s"(),:;<>@\[\\\]\x00-\x1f\x7f]+')


def read_address(field: str, text: str) -> str:
    """Return an address as it is stored: in lower case, its domain in letters, not in xn-- codes.

    Raises ValidationFailed naming the field and the address (RFC 5321, RFC 6531, RFC 5890): no
    quotes, brackets, spaces, control characters or stray dots, and at most 254 octets.
    """
    shown = "".join(one if one.isprintable() else "?" for one in text[:100])
    try:
        valid = email_validator.validate_email(
            text.strip(" "), check_deliverability=False, globally_deliverable=False, strict=True
        )
    except email_validator.EmailNotValidError as error:
        raise ValidationFailed.of(field, NotAnAddress(shown, str(error).rstrip("."))) from None
    # The library counts letters, RFC 6532 (section 3.1) counts octets.
    if len(valid.local_part.encode()) > MOST_LOCAL_OCTETS:
        raise ValidationFailed.of(field, LocalPartTooLong(shown, MOST_LOCAL_OCTETS))
    return valid.normalized.lower()


def is_answerable(address: str) -> bool:
    """Tell whether mail can go to an address as received mail named it.

    Whoever wrote from it has it, so its local part may be quoted (RFC 5321, section 4.1.2) or have
    dots where the rules want none, as some providers gave out.
    """
    local, _, domain = address.rpartition("@")
    if not _RECEIVED_LOCAL_PART.fullmatch(local) or len(local.encode()) > MOST_LOCAL_OCTETS:
        return False
    try:
        return read_address("domain", f"a@{domain}") != ""
    except ValidationFailed:
        return False
