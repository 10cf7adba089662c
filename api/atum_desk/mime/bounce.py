"""Reports about mail of ours: RFC 3464 parts first, complaints, then prose (`bounce_prose`)."""

import re
from collections.abc import Iterator

from .bounce_prose import MAX_RECIPIENTS, read_prose, read_prose_report
from .bounce_words import UNDELIVERABLE_HEADS, action_of, find_status, reason_of, status_in
from .complaints import find_feedback, read_feedback, read_hotmail
from .headers import Headers, parse_ids, split_headers
from .models import Bounce, BouncedRecipient
from .structure import Part
from .transfer import decode_transfer

_MESSAGE_ID = re.compile(r"^Message-ID:\s{0,3}(<[^<>\n]{1,300}>)", re.IGNORECASE | re.MULTILINE)
_SUBJECT = re.compile(r"^[ \t]{0,8}Subject:[ \t]*([^\n]{1,300})", re.IGNORECASE | re.MULTILINE)
_REPORT_TYPES = ("message/delivery-status", "message/global-delivery-status")
_ORIGINAL_TYPES = (
    "message/rfc822",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global",
    "message/global-headers",
)
# What says once of each recipient how it went: a second one begins the next recipient.
_ONCE_EACH = ("original-recipient", "final-recipient", "action", "status")
_SEVERITY = ("failed", "complained", "delayed", "relayed", "expanded", "delivered")


def find_bounce(root: Part, *, headers: Headers, subject: str, sender: str, text: str) -> Bounce | None:
    """Return what a delivery report or a complaint says, None when the mail is none.

    `text` is the readable body, `sender` the address of the From field. A structured report
    (message/delivery-status, a feedback report) decides alone; prose counts only in mail that
    comes from a mail system by its sender or envelope and says so in its subject, and where a
    structured report names nobody.
    """
    parts = list(root.walk())
    original = _original_headers(parts)
    feedback = find_feedback(parts)
    if feedback is not None:
        recipients = read_feedback(feedback, original)
    else:
        recipients = _structured_recipients(parts)
        recipients = recipients or read_hotmail(original, subject=subject, sender=sender)
    if any(not one.recipient for one in recipients) and feedback is None:
        recipients = _named_in_prose(recipients, read_prose(headers, subject, text))
    if not recipients and feedback is None:
        recipients = read_prose_report(headers, subject=subject, sender=sender, text=text)
    if not recipients:
        return None
    original_id, original_subject = _original_message(original, text)
    return _worst_first(recipients, text, original_id, original_subject or _subject_in_subject(subject))


def _worst_first(
    recipients: list[BouncedRecipient], text: str, original_id: str | None, original_subject: str | None
) -> Bounce:
    ordered = sorted(recipients, key=lambda entry: _SEVERITY.index(entry.action))
    worst = ordered[0]
    words = worst.diagnostic or text[:3_000]
    reason = reason_of(worst.status, words)
    if reason == "unknown" and worst.diagnostic:
        reason = reason_of(worst.status, text[:3_000])
    return Bounce(
        recipient=worst.recipient or None,
        action=worst.action,
        status=worst.status,
        diagnostic=worst.diagnostic,
        reason="complaint" if worst.action == "complained" else reason,
        remote_mta=worst.remote_mta,
        original_message_id=original_id,
        original_subject=original_subject,
        recipients=tuple(ordered[:MAX_RECIPIENTS]),
    )


def _content(part: Part) -> bytes:
    return decode_transfer(part.body, part.transfer_encoding, is_text=True)[0]


def _structured_recipients(parts: list[Part]) -> list[BouncedRecipient]:
    """Return the recipients of the status parts; one without an address when none is named."""
    found: list[BouncedRecipient] = []
    nameless: BouncedRecipient | None = None
    for part in parts:
        if part.media_type not in _REPORT_TYPES:
            continue
        for block in _field_blocks(_content(part)):
            entry = _read_recipient(block)
            if entry and entry.recipient and len(found) < MAX_RECIPIENTS:
                found.append(entry)
            nameless = nameless or entry
    return found or ([nameless] if nameless else [])


def _field_blocks(data: bytes) -> Iterator[Headers]:
    """Yield the groups of fields that empty lines separate (RFC 3464, section 2.1), or should."""
    position = 0
    while position < len(data):
        headers, following, _ = split_headers(data, position, len(data))
        yield from _split_block(headers.fields)
        if following <= position:
            following = data.find(b"\n", position) + 1 or len(data)
        position = following


def _split_block(fields: list[tuple[str, bytes]]) -> Iterator[Headers]:
    """Part a block in which a second recipient begins without an empty line before."""
    block: list[tuple[str, bytes]] = []
    seen: set[str] = set()
    for name, value in fields:
        if name in seen:
            yield Headers(block)
            block, seen = [], set()
        if name in _ONCE_EACH:
            seen.add(name)
        block.append((name, value))
    if block:
        yield Headers(block)


def _read_recipient(block: Headers) -> BouncedRecipient | None:
    """Read one recipient; one without an address has at least an action or a status."""
    written = block.text("final-recipient") or block.text("original-recipient")
    if not written and not (block.has("action") or block.has("status")):
        return None
    address = _typed_value(written)
    original = _typed_value(block.text("original-recipient"))
    if "@" not in address and "@" in original:
        address = original
    status = find_status(block.text("status"))
    diagnostic = block.text("diagnostic-code")
    action = block.text("action").lower().split("(")[0].strip()
    return BouncedRecipient(
        recipient=address,
        action=action if action in _SEVERITY else action_of(status),
        status=status or status_in(diagnostic),
        diagnostic=_typed_value(diagnostic) or None,
        remote_mta=_typed_value(block.text("remote-mta")) or None,
    )


def _named_in_prose(nameless: list[BouncedRecipient], named: list[BouncedRecipient]) -> list[BouncedRecipient]:
    """Give what a status part says without a name to those whom the report's text names."""
    said = nameless[0]
    return [
        BouncedRecipient(one.recipient, said.action, said.status, said.diagnostic, said.remote_mta) for one in named
    ]


def _typed_value(value: str) -> str:
    """Return what follows the "rfc822;" or "smtp;" of a report field, without brackets."""
    kind, semicolon, rest = value.partition(";")
    content = rest if semicolon and len(kind) < 20 and " " not in kind.strip() else value
    content = content.strip()
    if content.startswith("<") and content.endswith(">"):
        content = content[1:-1].strip()
    return content


def _original_headers(parts: list[Part]) -> Headers | None:
    """Return the header of the mail that came back, where the report holds it as a part."""
    for part in parts:
        if part.media_type in _ORIGINAL_TYPES:
            content = _content(part).lstrip()
            headers, _, _ = split_headers(content, 0, len(content))
            if parse_ids(headers.raw("message-id")) or headers.has("subject"):
                return headers
    return None


def _original_message(original: Headers | None, text: str) -> tuple[str | None, str | None]:
    """Return the message id and subject of the mail that came back."""
    if original is not None:
        ids = parse_ids(original.raw("message-id"))
        return (ids[0] if ids else None), original.text("subject") or None
    message_id = _MESSAGE_ID.search(text)
    subject = _SUBJECT.search(text)
    ids = parse_ids(message_id.group(1)) if message_id else ()
    return (ids[0] if ids else None), subject.group(1).strip() if subject else None


def _subject_in_subject(subject: str) -> str | None:
    """Return what follows "Undeliverable:", the subject of the mail that came back, in Exchange's reports."""
    head, _, rest = subject.partition(":")
    return (rest.strip() or None) if head.strip().lower() in UNDELIVERABLE_HEADS else None
