"""The oddities of the standard library's own test mails: nothing of them gets lost."""

import contextlib
import email
import email.policy
from email.message import Message
from pathlib import Path

from mail_material import files

from atum_desk.mime import ParsedMail, html_to_text, parse_mail

MINIMUM_SHARE = 0.95
# Each is explained in docs/mail-parsing.md.
EXPLAINED = {("msg_25.txt", "content"), ("msg_31.txt", "content"), ("msg_43.txt", "from")}


def _squeeze(data: bytes) -> bytes:
    return b"".join(data.split())


def _is_kept(leaf: Message, parsed: ParsedMail) -> bool:
    """Say whether the decoded bytes of a leaf are in the text, the HTML or an attachment."""
    content = leaf.get_payload(decode=True)
    assert isinstance(content, bytes)
    if leaf.get_content_type() == "text/html":
        content = html_to_text(content.decode("latin-1")).encode("latin-1")
    wanted = _squeeze(content)
    charset = leaf.get_content_charset() or "utf-8"
    shown = [parsed.text.encode("utf-8")]
    with contextlib.suppress(LookupError):
        shown.append(parsed.text.encode(charset, "replace"))
    kept = shown + [part.content for part in parsed.attachments]
    return any(wanted in _squeeze(data) for data in kept)


def _leaves(message: Message) -> list[Message]:
    if message.get_content_type().startswith("message/") or not message.is_multipart():
        return [] if message.is_multipart() else [message]
    return [leaf for part in message.get_payload() for leaf in _leaves(part)]  # type: ignore[arg-type]


def _mails() -> list[Path]:
    return files("cpython-email", "msg_*.txt")


def compare_mail(path: Path) -> dict[str, bool]:
    raw = path.read_bytes()
    parsed = parse_mail(raw)
    wanted = email.message_from_bytes(raw, policy=email.policy.default)
    leaves = _leaves(email.message_from_bytes(raw))
    sender = wanted["from"]
    address = sender.addresses[0].addr_spec if sender and sender.addresses else ""
    messages = sum(1 for part in wanted.walk() if part.get_content_type() == "message/rfc822")
    return {
        "subject": parsed.subject == " ".join(str(wanted["subject"] or "").split()),
        "from": (parsed.from_.address if parsed.from_ else "") == address,
        "content": all(_is_kept(leaf, parsed) for leaf in leaves),
        "messages": sum(p.mime_type == "message/rfc822" for p in parsed.attachments) <= messages,
    }


def test_the_mails_of_the_standard_library_lose_nothing() -> None:
    results = {path.name: compare_mail(path) for path in _mails()}
    assert len(results) > 40
    wrong = {(name, field) for name, f in results.items() for field, ok in f.items() if not ok}
    total = sum(len(fields) for fields in results.values())
    assert 1 - len(wrong) / total >= MINIMUM_SHARE, sorted(wrong)
    assert wrong <= EXPLAINED, sorted(wrong)
