"""Delivery reports: RFC 3464 parts first, then the prose of mail systems that know no RFC."""

import re
from collections.abc import Iterator

from .headers import Headers, parse_ids, split_headers
from .models import Bounce, BouncedRecipient
from .structure import Part
from .transfer import decode_transfer

MAX_RECIPIENTS = 200
_PROSE_CHARS = 30_000

_ADDRESS = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,100}@[A-Za-z0-9.-]{1,200}[A-Za-z0-9]"
_RECIPIENT_PATTERNS = tuple(
    re.compile(pattern, re.MULTILINE | re.IGNORECASE)
    for pattern in (
        rf"^\s{{0,8}}(?:final|original)-recipient:\s{{0,5}}(?:[\w-]+;)?\s{{0,5}}<?({_ADDRESS})",
        rf"RCPT TO:\s{{0,3}}<({_ADDRESS})>",
        rf"^\s{{0,8}}<({_ADDRESS})>(?:\.\.\.|:|\s*$|\s*\(|\s+[#\w])",
        rf"^[\s*-]{{0,8}}({_ADDRESS})\s*(?::|$|\[|<mailto:)",
        rf"\b(?:recipients?|to|addresses|address|user|account)\b[^\n<@]{{0,40}}<?({_ADDRESS})",
        rf"<({_ADDRESS})>\.\.\.",
        rf"\d{{3}} <({_ADDRESS})>",
    )
)
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\d.])([45])\d\d(?=[ -])(?![ -]\d{1,3}\.\d)")
_COPY_BELOW = re.compile(
    r"^.{0,40}(?:below this line is a copy|this is a copy of|original message|unsent message"
    r"|message header|returned message|copy of your message|message follows|forwarded message"
    r"|original headers|message headers follow)",
    re.IGNORECASE | re.MULTILINE,
)
_MESSAGE_ID = re.compile(r"^Message-ID:\s{0,3}(<[^<>\n]{1,300}>)", re.IGNORECASE | re.MULTILINE)
_SUBJECT = re.compile(r"^Subject:[ \t]*([^\n]{1,300})", re.IGNORECASE | re.MULTILINE)
_REPORT_SUBJECTS = (
    "undeliver", "delivery status", "delivery fail", "delivery has failed", "delivery report",
    "delivery error", "mail delivery", "failure notice", "returned mail", "return mail",
    "mail system error", "message delivery", "non remis", "nicht zustellbar", "unzustellbar",
    "mail could not be delivered", "could not send", "mail failure", "mail error",
    "message you sent", "could not be delivered", "no entregado", "não entregue",
    "non recapitabile", "onbestelbaar", "nie można dostarczyć", "недоставлен", "не доставлено",
    "配信不能", "退信", "permanent delivery", "failed mail", "warning: message",
    "delayed", "returning message", "failure delivery", "failed delivery", "delivery failure",
    "delivery delay", "error sending", "failed to deliver",
)  # fmt: skip
_REPORT_SENDERS = ("mailer-daemon", "postmaster", "mail-daemon", "mailer_daemon", "mailerdaemon")
_SEVERITY = ("failed", "complained", "delayed", "relayed", "expanded", "delivered")
_REASONS_BY_STATUS = {
    "1.1": "unknown_user", "1.2": "unknown_host", "1.10": "unknown_user", "1.6": "moved",
    "2.1": "disabled", "2.2": "mailbox_full", "2.3": "too_big", "3.4": "too_big",
    "4.1": "unreachable", "4.3": "unreachable", "4.4": "unknown_host", "4.7": "expired",
    "7.1": "rejected", "7.26": "not_authenticated", "7.0": "rejected",
}  # fmt: skip
_REASON_WORDS = (
    ("mailbox_full", ("mailbox full", "over quota", "quota exceeded", "mailbox is full")),
    ("unknown_user", ("user unknown", "unknown user", "no such user", "does not exist",
                      "unknown recipient", "recipient not found", "mailbox unavailable",
                      "no mailbox", "invalid recipient", "unrouteable address")),
    ("spam", ("spam", "blacklist", "blocklist", "blocked using", "reputation")),
    ("unknown_host", ("host unknown", "domain not found", "host not found", "no mx")),
    ("expired", ("expired", "too long", "retry time", "retry timeout")),
    ("unreachable", ("connection timed out", "connection refused", "unreachable")),
    ("too_big", ("too large", "too big", "exceeds", "size limit")),
    ("rejected", ("rejected", "denied", "refused", "policy", "restricted")),
)  # fmt: skip


def find_bounce(
    root: Part, *, headers: Headers, subject: str, sender: str, text: str
) -> Bounce | None:
    """Return what a delivery report says, None when the mail is none.

    `text` is the readable body, `sender` the address of the From field. A structured report
    (message/delivery-status, a feedback report) decides alone; prose counts only in mail that
    comes from a mail system by its sender or envelope and says so in its subject.
    """
    parts = list(root.walk())
    recipients = _structured_recipients(parts)
    complaint = _complained_recipient(parts)
    if complaint:
        recipients = [complaint]
    if not recipients and _is_from_mail_system(headers, subject, sender):
        recipients = _recipients_in_prose(headers, subject, text)
    if not recipients:
        return None
    original_id, original_subject = _original_message(parts, text)
    return _worst_first(recipients, text, original_id, original_subject)


def _worst_first(
    recipients: list[BouncedRecipient],
    text: str,
    original_id: str | None,
    original_subject: str | None,
) -> Bounce:
    ordered = sorted(recipients, key=lambda entry: _SEVERITY.index(entry.action))
    worst = ordered[0]
    words = worst.diagnostic or text[:3_000]
    return Bounce(
        recipient=worst.recipient or None,
        action=worst.action,
        status=worst.status,
        diagnostic=worst.diagnostic,
        reason="complaint" if worst.action == "complained" else _reason(worst.status, words),
        remote_mta=worst.remote_mta,
        original_message_id=original_id,
        original_subject=original_subject,
        recipients=tuple(ordered[:MAX_RECIPIENTS]),
    )


def _reason(status: str | None, words: str) -> str:
    known = _REASONS_BY_STATUS.get((status or "")[2:])
    if known and known != "rejected":
        return known
    lowered = words.lower()
    for reason, phrases in _REASON_WORDS:
        if any(phrase in lowered for phrase in phrases):
            return reason
    return known or "unknown"


def _content(part: Part) -> bytes:
    return decode_transfer(part.body, part.transfer_encoding, is_text=True)[0]


def _structured_recipients(parts: list[Part]) -> list[BouncedRecipient]:
    found: list[BouncedRecipient] = []
    for part in parts:
        if part.media_type in ("message/delivery-status", "message/global-delivery-status"):
            blocks = list(_field_blocks(_content(part)))
            for block in blocks:
                entry = _read_recipient(block)
                if entry and len(found) < MAX_RECIPIENTS:
                    found.append(entry)
    return found


def _field_blocks(data: bytes) -> Iterator[Headers]:
    """Yield the groups of fields that empty lines separate (RFC 3464, section 2.1)."""
    position = 0
    while position < len(data):
        headers, following, _ = split_headers(data, position, len(data))
        if headers.fields:
            yield headers
        if following <= position:
            following = data.find(b"\n", position) + 1 or len(data)
        position = following


def _read_recipient(block: Headers) -> BouncedRecipient | None:
    written = block.text("final-recipient") or block.text("original-recipient")
    if not written:
        return None
    address = _typed_value(written)
    original = _typed_value(block.text("original-recipient"))
    if "@" not in address and "@" in original:
        address = original
    status = _STATUS.search(block.text("status"))
    diagnostic = block.text("diagnostic-code")
    action = block.text("action").lower().split("(")[0].strip()
    return BouncedRecipient(
        recipient=address,
        action=action if action in _SEVERITY else _action_of(status and status.group(1)),
        status=status.group(1) if status else _status_in(diagnostic),
        diagnostic=_typed_value(diagnostic) or None,
        remote_mta=_typed_value(block.text("remote-mta")) or None,
    )


def _typed_value(value: str) -> str:
    """Return what follows the "rfc822;" or "smtp;" of a report field, without brackets."""
    kind, semicolon, rest = value.partition(";")
    content = rest if semicolon and len(kind) < 20 and " " not in kind.strip() else value
    content = content.strip()
    if content.startswith("<") and content.endswith(">"):
        content = content[1:-1].strip()
    return content


def _action_of(status: str | None) -> str:
    return {"2": "delivered", "4": "delayed"}.get((status or "5")[0], "failed")


def _status_in(text: str) -> str | None:
    found = _STATUS.search(text)
    if found:
        return found.group(1)
    code = _REPLY_CODE.search(text)
    return f"{code.group(1)}.0.0" if code else None


def _complained_recipient(parts: list[Part]) -> BouncedRecipient | None:
    for part in parts:
        if part.media_type != "message/feedback-report":
            continue
        fields, _, _ = split_headers(_content(part), 0, part.end - part.start)
        recipient = fields.text("original-rcpt-to") or fields.text("removal-recipient")
        kind = fields.text("feedback-type") or "abuse"
        return BouncedRecipient(recipient.strip("<> "), "complained", None, kind)
    return None


def _is_from_mail_system(headers: Headers, subject: str, sender: str) -> bool:
    if headers.has("x-failed-recipients"):
        return True
    lowered = subject.lower()
    says_so = any(phrase in lowered for phrase in _REPORT_SUBJECTS)
    local_part = sender.lower().partition("@")[0]
    is_system = local_part in _REPORT_SENDERS or any(
        "".join(value.split()) == "<>" for value in headers.raw_all("return-path")
    )
    return says_so and is_system


def _recipients_in_prose(headers: Headers, subject: str, text: str) -> list[BouncedRecipient]:
    cut = _COPY_BELOW.search(text, 200)
    prose = text[: min(cut.start() if cut else _PROSE_CHARS, _PROSE_CHARS)]
    addresses = _failed_addresses(headers, prose)
    status = _status_in(prose)
    lowered = (subject + prose[:2_000]).lower()
    is_warning = any(
        word in lowered for word in ("warning", "delayed", "still trying", "will retry")
    )
    action = "delayed" if is_warning and not (status or "").startswith("5") else "failed"
    diagnostic = next(
        (line.strip() for line in prose.split("\n") if _REPLY_CODE.search(line)), None
    )
    return [
        BouncedRecipient(address, action, status, diagnostic and diagnostic[:500])
        for address in addresses or [""]
    ]


def _failed_addresses(headers: Headers, prose: str) -> list[str]:
    announced = headers.text("x-failed-recipients")
    if announced:
        return list(dict.fromkeys(re.findall(_ADDRESS, announced[:20_000])))[:MAX_RECIPIENTS]
    own = {
        address.lower()
        for name in ("to", "from")
        for address in re.findall(_ADDRESS, headers.text(name)[:5_000])
    }
    for pattern in _RECIPIENT_PATTERNS:
        found = [match.group(1) for match in pattern.finditer(prose)]
        found = [address for address in found if address.lower() not in own]
        if found:
            return list(dict.fromkeys(found))[:MAX_RECIPIENTS]
    return []


def _original_message(parts: list[Part], text: str) -> tuple[str | None, str | None]:
    """Return the message id and subject of the mail that came back."""
    for part in parts:
        if part.media_type in (
            "message/rfc822",
            "text/rfc822-headers",
            "message/rfc822-headers",
            "message/global",
        ):
            content = _content(part)
            headers, _, _ = split_headers(content.lstrip(), 0, len(content))
            ids = parse_ids(headers.raw("message-id"))
            if ids or headers.has("subject"):
                return (ids[0] if ids else None), headers.text("subject") or None
    message_id = _MESSAGE_ID.search(text)
    subject = _SUBJECT.search(text)
    ids = parse_ids(message_id.group(1)) if message_id else ()
    return (ids[0] if ids else None), subject.group(1).strip() if subject else None
