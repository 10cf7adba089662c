"""The mail inside a forwarded one: attached as message/rfc822, or quoted under its header lines."""

from __future__ import annotations

import re

import msgspec

from .models import Address, ParsedMail
from .quote_blocks import find_header_block, is_forwarded_line, is_quote
from .quote_words import HEADER_LABELS

MAX_LINES = 400
MAX_BLOCK_LINES = 40
MAX_SENDER_CHARACTERS = 2_000
# What mail programs put before the subject of a mail they forward.
FORWARD_PREFIXES = (
    "fwd",
    "fw",
    "forw",
    "wg",
    "weitergeleitet",
    "tr",
    "rv",
    "enc",
    "i",
    "inoltra",
    "vs",
    "vb",
    "vl",
    "doorst",
    "doorgestuurd",
    "pd",
    "podaj dalej",
    "továbbítás",
    "továbbítva",
    "ilt",
    "ilet",
    "iletildi",
    "fs",
    "trans",
    "přeposláno",
    "posredované",
    "fwd.",
    "переслать",
    "пересл",
    "пересылка",
    "إعادة توجيه",
    "转发",
    "轉寄",
    "転送",
    "전달",
)
_PREFIX = re.compile(
    r"^\s*(?:\[[^\]]{0,30}\]\s*)?(?:" + "|".join(map(re.escape, FORWARD_PREFIXES)) + r")\s*[:：]\s*", re.IGNORECASE
)
_ADDRESS = re.compile(r"[^\s<>\[\]()\"',;:*@]{1,100}@[^\s<>\[\]()\"',;:*@]{1,255}")


class ForwardedMail(msgspec.Struct, frozen=True):
    """What was forwarded and what its forwarder wrote above it ("" for nothing).

    `raw` holds the whole mail where it was attached; otherwise its text was read out of the
    forwarder's, and its attachments are the forwarder's.
    """

    sender: Address
    subject: str
    text: str
    comment: str
    raw: bytes | None = None


def find_forwarded(mail: ParsedMail) -> ForwardedMail | None:
    """Return the mail that this one forwards, None when it forwards none or names no address."""
    attached = [part for part in mail.attachments if part.mime_type == "message/rfc822"]
    announced = _PREFIX.match(mail.subject) is not None
    if attached and (announced or not mail.reply_text.strip()):
        return _read_attached(mail, attached[0].content)
    return _read_inline(mail, announced=announced)


def original_mail(mail: ParsedMail, original: ForwardedMail) -> ParsedMail:
    """Return the forwarded mail as one of its own.

    Where it was quoted its HTML is shown only if the agent wrote nothing above: words for colleagues
    must not reach the requester. The agent's signature says nothing of its author.
    """
    from .parse import parse_mail

    if original.raw is not None:
        return parse_mail(original.raw, with_html=False)
    html = None if original.comment else mail.html_raw
    return msgspec.structs.replace(
        mail, from_=original.sender, text=original.text, html_raw=html, to=(), cc=(), signature=None
    )


def bare_subject(subject: str) -> str:
    """Return a subject without the prefixes of forwarding."""
    while found := _PREFIX.match(subject):
        subject = subject[found.end() :]
    return subject.strip()


def _read_attached(mail: ParsedMail, raw: bytes) -> ForwardedMail | None:
    from .parse import parse_mail

    inner = parse_mail(raw, with_html=False)
    if inner.from_ is None or "@" not in inner.from_.address:
        return None
    subject = inner.subject or bare_subject(mail.subject)
    return ForwardedMail(inner.from_, subject, inner.text, mail.reply_text.strip(), raw)


def _read_inline(mail: ParsedMail, *, announced: bool) -> ForwardedMail | None:
    lines = mail.text.split("\n")
    limit = min(len(lines), MAX_LINES)
    for number in range(limit):
        separated = is_forwarded_line(lines[number])
        if not separated and not announced:
            continue
        begin = _next_filled(lines, number + 1, limit) if separated else number
        if begin is None:
            return None
        # A block is short; the rest is looked at once, when there is one.
        head = _unquoted(lines[begin : begin + MAX_BLOCK_LINES])
        end = find_header_block(head, 0, len(head), is_announced=separated)
        if end is None:
            continue
        below = _unquoted(lines[begin:])
        fields = _fields(below[:end])
        sender = _sender(fields.get("from", ""))
        if sender is None:
            return None
        comment = _without_rule(lines[:number])
        subject = fields.get("subject") or bare_subject(mail.subject)
        return ForwardedMail(sender, subject, "\n".join(below[end:]).strip("\n"), comment)
    return None


def _next_filled(lines: list[str], number: int, limit: int) -> int | None:
    return next((at for at in range(number, limit) if lines[at].strip(" \t>")), None)


def _unquoted(lines: list[str]) -> list[str]:
    """Return lines without the ">" that Apple's programs put before all of a forwarded mail."""
    if not lines or not is_quote(lines[0]):
        return lines
    return [re.sub(r"^\s*> ?", "", line, count=1) for line in lines]


def _fields(lines: list[str]) -> dict[str, str]:
    """Return the values of a header block by what they are; long ones run on in the next lines."""
    fields: dict[str, str] = {}
    kind: str | None = None
    for line in lines:
        head, colon, value = line.replace("：", ":").partition(":")
        known = HEADER_LABELS.get(head.strip(" \t*_>|\xa0\u200e\u200f").lower()) if colon else None
        if known and known not in fields:
            kind, fields[known] = known, value.strip(" \t*_\xa0")
        elif kind and not known and line.strip():
            fields[kind] = f"{fields[kind]} {line.strip()}"
    return fields


def _sender(written: str) -> Address | None:
    written = written[:MAX_SENDER_CHARACTERS]
    found = _ADDRESS.search(written.replace("mailto:", " "))
    if found is None:
        return None
    name = re.split(r"[<\[(]", written, maxsplit=1)[0].strip(" \t\"'*")
    return Address("" if "@" in name else name, found.group(0).strip("."))


def _without_rule(lines: list[str]) -> str:
    """Return the text above a forwarded mail without the line that is drawn under it."""
    kept = "\n".join(lines).rstrip()
    return re.sub(r"\n?[ \t]*[-_=]{5,}[ \t]*$", "", kept).strip()
