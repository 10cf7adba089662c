"""Complaints about mail of ours: feedback reports (RFC 5965) and those of Hotmail, which has its own."""

from .addresses import parse_addresses
from .headers import Headers, split_headers
from .models import BouncedRecipient
from .structure import Part
from .transfer import decode_transfer

MAX_RECIPIENTS = 200
# What a person told of our mail. Other kinds tell of authentication, or that a mail is no spam.
COMPLAINTS = ("abuse", "fraud", "virus", "opt-out", "opt-out-list", "other", "miscategorized", "")
_RECIPIENT_FIELDS = ("original-rcpt-to", "removal-recipient")
# The field in which Hotmail names who complained, within the mail that came back.
_HOTMAIL_FIELD = "x-hmxmroriginalrecipient"
_HOTMAIL_SENDER = "staff@hotmail.com"
_HOTMAIL_SUBJECT = "complaint about message from"


def find_feedback(parts: list[Part]) -> Headers | None:
    """Return the fields of a feedback report, None when the mail holds none."""
    for part in parts:
        if part.media_type == "message/feedback-report":
            content = _content(part)
            return split_headers(content.lstrip(), 0, len(content))[0]
    return None


def read_feedback(fields: Headers, original: Headers | None) -> list[BouncedRecipient]:
    """Return who complained, nobody when the report is no complaint.

    Where the report leaves the address out, it is that of the mail that came back, if it had one
    recipient alone; where it is blacked out there, the complaint has none.
    """
    kind = fields.text("feedback-type").lower()
    if kind not in COMPLAINTS:
        return []
    named = [
        one.strip("<> ") for name in _RECIPIENT_FIELDS for value in fields.raw_all(name) for one in value.split(",")
    ]
    addresses = [one for one in dict.fromkeys(named) if "@" in one] or _only_recipient(original)
    return [_complaint(address, kind or "abuse") for address in addresses[:MAX_RECIPIENTS]]


def read_hotmail(original: Headers | None, *, subject: str, sender: str) -> list[BouncedRecipient]:
    """Return who complained to Hotmail: its report is nothing but the mail that came back."""
    is_theirs = sender.lower() == _HOTMAIL_SENDER or subject.lower().startswith(_HOTMAIL_SUBJECT)
    if original is None or not is_theirs:
        return []
    named = parse_addresses(original.raw(_HOTMAIL_FIELD))
    if not named and sender.lower() != _HOTMAIL_SENDER:
        return []
    address = named[0].address if named else _only_recipient(original)[0]
    return [_complaint(address, "abuse")]


def _complaint(address: str, kind: str) -> BouncedRecipient:
    return BouncedRecipient(address, "complained", None, kind)


def _only_recipient(original: Headers | None) -> list[str]:
    if original is None:
        return [""]
    if original.has(_HOTMAIL_FIELD):
        return [one.address for one in parse_addresses(original.raw(_HOTMAIL_FIELD))[:1]] or [""]
    found = [one.address for one in parse_addresses(original.raw("to")) if "@" in one.address]
    return found if len(found) == 1 and not original.has("cc") else [""]


def _content(part: Part) -> bytes:
    return decode_transfer(part.body, part.transfer_encoding, is_text=True)[0]
