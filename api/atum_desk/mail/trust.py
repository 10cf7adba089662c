"""Whose S/MIME signatures count: those of the authorities in a file of the administrator's."""

from __future__ import annotations

from datetime import UTC
from functools import lru_cache
from pathlib import Path

import msgspec
import structlog
from cryptography import x509

from atum_desk.kernel.settings import Settings
from atum_desk.mail.models import MailSource
from atum_desk.mime import ParsedMail, check_signature

log = structlog.get_logger()


def checked_signature(settings: Settings, source: MailSource, mail: ParsedMail) -> ParsedMail:
    """Return a mail with its S/MIME signature checked as of when it came; other mail as it is."""
    signature = mail.signature
    if signature is None or (signature.kind, signature.state) != ("smime", "unchecked"):
        return mail
    sender = mail.from_.address if mail.from_ else ""
    at = source.received_at.astimezone(UTC)
    checked = check_signature(source.raw, authorities_of(settings), sender, at)
    return msgspec.structs.replace(mail, signature=checked)


def authorities_of(settings: Settings) -> list[x509.Certificate]:
    """Return the authorities of the setting; the file is read again when it changed."""
    if not settings.smime_authorities:
        return []
    path = Path(settings.smime_authorities)
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (OSError, ValueError) as error:
        log.warning("smime_authorities_unusable", error=f"{type(error).__name__}: {error}")
        return []


@lru_cache(maxsize=2)
def _read(path: Path, _changed_at: int) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(path.read_bytes())
