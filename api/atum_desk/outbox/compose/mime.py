"""Builds the message that travels: headers, a text and an HTML part, files (RFC 5322, RFC 2045)."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any

from atum_desk.kernel import signed_tokens
from atum_desk.kernel.mail_domains import ascii_domain
from atum_desk.kernel.one_line_text import clean_line
from atum_desk.outbox.compose.outgoing_html import outgoing_html
from atum_desk.outbox.models import ClaimedMail, MailAddress, MailFile

ORIGIN_HEADER = "X-Atum-Desk"
# With its brackets and the header's name it fits into a line (RFC 5322, 2.1.1).
MAX_ID_CHARS = 900
ID_HEADERS = frozenset({"message-id", "in-reply-to", "references"})
_QUOTED = re.compile(r'"(?:[^"\\\x00-\x1f\x7f]|\\[\x20-\x7e])+"')
_ID = re.compile(r"[!-;=?-~]+")
_UNSENDABLE = re.compile(r"[\s<>(),;\"\\\x00-\x1f\x7f]")


class MailPolicy(EmailPolicy):
    """The standard policy, but ids are folded between and never within (it would encode long ones)."""

    def fold(self, name: str, value: Any) -> str:
        """Fold a header into lines."""
        return self._fold_ids(name, value) or super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Fold a header into lines of bytes."""
        folded = self._fold_ids(name, value)
        return folded.encode("utf-8") if folded else super().fold_binary(name, value)

    def _fold_ids(self, name: str, value: Any) -> str:
        if name.lower() not in ID_HEADERS:
            return ""
        return f"{name}: " + f"{self.linesep} ".join(str(value).split()) + self.linesep


# 7bit: text is encoded for the road, so no relay needs 8BITMIME.
POLICY = MailPolicy(linesep="\r\n", cte_type="7bit")
POLICY_UTF8 = MailPolicy(linesep="\r\n", cte_type="7bit", utf8=True)


def mail_headers(mail: ClaimedMail, secret: str) -> list[tuple[str, str]]:
    """Return the headers of a mail in order, unfolded, as the outbox shows them.

    None names the blind copies. Never raises: an address that cannot be one stands as it is stored.
    """
    headers = [("From", show_address(mail.sender)), ("To", ", ".join(show_address(one) for one in mail.recipients))]
    if mail.cc:
        headers.append(("Cc", ", ".join(show_address(one) for one in mail.cc)))
    if mail.reply_to:
        headers.append(("Reply-To", show_address(MailAddress(mail.sender.name, mail.reply_to))))
    headers += [
        ("Subject", mail.subject),
        ("Date", mail.created_at.strftime("%a, %d %b %Y %H:%M:%S +0000")),
        ("Message-ID", f"<{mail.mail_message_id}>"),
    ]
    if mail.in_reply_to and can_be_referenced(mail.in_reply_to):
        headers.append(("In-Reply-To", f"<{mail.in_reply_to}>"))
    if referenced := [one for one in mail.mail_references if can_be_referenced(one)]:
        headers.append(("References", " ".join(f"<{one}>" for one in referenced)))
    if mail.kind == "confirmation":
        headers += [("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All")]
    elif mail.notified_id is not None:
        # RFC 3834, section 5, and RFC 2919: staff sort such mail by its list, and no absence notice answers it.
        list_id = f"<notifications.{ascii_domain(mail.sender.address.rpartition('@')[2])}>"
        headers += [("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All"), ("List-Id", list_id)]
    headers.append((ORIGIN_HEADER, signed_tokens.sign(secret, origin_purpose(mail.mail_message_id), mail.id)))
    return headers


def can_be_referenced(mail_message_id: str) -> bool:
    """Tell whether an id of somebody else's mail can stand in a header: ASCII, on one line."""
    return len(mail_message_id) <= MAX_ID_CHARS and _ID.fullmatch(mail_message_id) is not None


def origin_purpose(mail_message_id: str) -> str:
    """Return what the origin header signs: it vouches for one Message-ID only."""
    return f"origin {mail_message_id}"


def is_ours(secret: str, origin: str, mail_message_id: str | None) -> bool:
    """Tell whether an origin header was written by this installation for this very mail."""
    if not mail_message_id:
        return False
    return signed_tokens.verify(secret, origin_purpose(mail_message_id), origin.strip(), 1) is not None


def needs_smtputf8(mail: ClaimedMail) -> bool:
    """Tell whether an address has letters beyond ASCII in front of its @ (RFC 6531)."""
    people = [mail.sender, *mail.people]
    return not all(one.address.rpartition("@")[0].isascii() for one in people)


def build_mail(mail: ClaimedMail, files: Sequence[tuple[MailFile, bytes]], *, secret: str, web_url: str) -> bytes:
    """Return the bytes to hand to the relay. Raises ValueError for an address that cannot be one."""
    message = EmailMessage(policy=POLICY_UTF8 if needs_smtputf8(mail) else POLICY)
    for name, value in mail_headers(mail, secret):
        message[name] = _header_value(mail, name, value)
    message.set_content(mail.text, charset="utf-8")
    used = set() if mail.plain_text else _add_html(message, mail, files, web_url)
    for file, content in files:
        if file.id not in used:
            _add_file(message.add_attachment, file, content, disposition="attachment")
    return message.as_bytes()


def _add_html(
    message: EmailMessage, mail: ClaimedMail, files: Sequence[tuple[MailFile, bytes]], web_url: str
) -> set[int]:
    """Add the HTML with the images it shows (RFC 2387); return which files those are."""
    shown = {file.id: (file, content) for file, content in files if _is_image(file)}
    domain = mail.sender.address.rpartition("@")[2]
    content_ids = {attachment_id: f"a{attachment_id}@{domain}" for attachment_id in shown}
    page, used = outgoing_html(mail.html, web_url=web_url, images=content_ids)
    message.add_alternative(page, subtype="html", charset="utf-8")
    html_part = list(message.iter_parts())[1]
    assert isinstance(html_part, EmailMessage)
    for attachment_id in sorted(used):
        _add_file(html_part.add_related, *shown[attachment_id], disposition="inline", cid=content_ids[attachment_id])
    return used


def show_address(one: MailAddress) -> str:
    """Return an address as a header shows it; one that cannot be an address on one line as it is."""
    with contextlib.suppress(ValueError):
        return str(_address(one))
    return " ".join(f"{one.name} <{one.address}>".split())


def wire_address(address: str) -> str:
    """Return an address for the envelope: its domain in ASCII (RFC 5890).

    Raises ValueError for what cannot be one. Only a quoted local part holds spaces (RFC 5321, 4.1.2).
    """
    local, at, domain = address.strip().rpartition("@")
    bare = "quoted" if _QUOTED.fullmatch(local) else local
    if not at or not local or not domain or _UNSENDABLE.search(f"{bare}@{domain}"):
        raise ValueError(f"{address!r} is not a mail address")
    try:
        return f"{local}@{ascii_domain(domain)}"
    except ValueError:
        raise ValueError(f"{address!r} is not a mail address: it has no such domain") from None


def _address(one: MailAddress) -> Address:
    local, _, domain = wire_address(one.address).rpartition("@")
    if _QUOTED.fullmatch(local):
        local = re.sub(r"\\(.)", r"\1", local[1:-1])
    # Somebody without a name is called by the address, which the header says once.
    name = "" if one.name.strip().lower() == one.address.strip().lower() else clean_line(one.name)
    return Address(display_name=name, username=local, domain=domain)


def _header_value(mail: ClaimedMail, name: str, value: str) -> Any:
    people = {
        "From": [mail.sender],
        "To": mail.recipients,
        "Cc": mail.cc,
        "Reply-To": [MailAddress(mail.sender.name, mail.reply_to or "")],
    }
    if name in people:
        return [_address(one) for one in people[name]]
    return value


def _is_image(file: MailFile) -> bool:
    return file.mime_type.startswith("image/")


def _add_file(add: Any, file: MailFile, content: bytes, *, disposition: str, cid: str | None = None) -> None:
    maintype, _, subtype = file.mime_type.partition("/")
    if maintype in ("message", "multipart", "") or not subtype:
        # A forwarded message as a file travels as bytes: it must arrive exactly as it was stored.
        maintype, subtype = "application", "octet-stream"
    add(
        content,
        maintype=maintype,
        subtype=subtype,
        filename=file.filename,
        disposition=disposition,
        cid=f"<{cid}>" if cid else None,
    )
