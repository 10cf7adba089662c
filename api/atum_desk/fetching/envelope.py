"""What an IMAP server knows of a mail's envelope: what the last mail server wrote into its header."""

from __future__ import annotations

import re

from atum_desk.fetching.models import FetchedMailbox
from atum_desk.mail.public import MailboxTarget, OfferedMail, incoming_mails, read_header
from atum_desk.outbox.public import mailbox_part

_FLAGS = re.IGNORECASE | re.MULTILINE
_RETURN_PATH = re.compile(rb"^return-path[ \t]*:[ \t]*<?([^<>\r\n]*)>?", _FLAGS)
_DELIVERED_TO = re.compile(rb"^(?:delivered-to|x-original-to|envelope-to)[ \t]*:[ \t]*<?([^<>\s,]+)>?", _FLAGS)
_FROM = re.compile(rb"^from[ \t]*:[^\r\n]*?<?([^<>\s,;:\"]+@[^<>\s,;:\"]+)>?", _FLAGS)
LONGEST_ADDRESS = 1000


def fetched_mail(mailbox: FetchedMailbox, address: str, raw: bytes) -> OfferedMail:
    """Return a fetched mail as every other way in hands it over; takes the time of hashing `raw`."""
    header, _ = read_header(raw)
    target = MailboxTarget(mailbox.workspace_id, mailbox.mailbox_id)
    recipients = dict.fromkeys(_recipients(header, address), target)
    return incoming_mails(_sender(header), recipients, raw)[0]


def _sender(header: bytes) -> str:
    """Return the envelope's sender; "" only where the header says that it was the null sender.

    Who does not say it must not pass for a bounce, so From stands in.
    """
    found = _RETURN_PATH.search(header) or _FROM.search(header)
    return _text(found.group(1)) if found else "unknown"


def _recipients(header: bytes, address: str) -> list[str]:
    """Return the addresses that brought the mail here: ours, with what follows a plus where known."""
    named = [_text(one) for one in _DELIVERED_TO.findall(header)[:10]]
    ours = [one for one in named if "@" in one and mailbox_part(one) == address]
    return list(dict.fromkeys(ours)) or [address]


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace").replace("\0", "").strip()[:LONGEST_ADDRESS]
