"""Whose S/MIME signatures count: those of the authorities in a file of the administrator's."""

from __future__ import annotations

from datetime import UTC
from functools import lru_cache
from pathlib import Path

import msgspec
import structlog
from cryptography import x509

from atum_desk.kernel.config.settings import Settings
from atum_desk.mail.models import MailSource
from atum_desk.mime import ParsedMail
from atum_desk.sandbox.public import CheckSignature, run_in_child

log = structlog.get_logger()


async def checked_signature(settings: Settings, source: MailSource, mail: ParsedMail) -> ParsedMail:
    """Return a mail with its S/MIME signature checked as of when it came; other mail as it is."""
    signature = mail.signature
    if signature is None or (signature.kind, signature.state) != ("smime", "unchecked"):
        return mail
    sender = mail.from_.address if mail.from_ else ""
    at = source.received_at.astimezone(UTC)
    authorities = authorities_of(settings)
    checked = await run_in_child(CheckSignature(source.raw, authorities, sender, at))
    return msgspec.structs.replace(mail, signature=checked)


def authorities_of(settings: Settings) -> bytes:
    """Return the authorities of the setting in PEM; the file is read again when it changed."""
    if not settings.smime_authorities:
        return b""
    path = Path(settings.smime_authorities)
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (OSError, ValueError) as error:
        log.warning("smime_authorities_unusable", error=f"{type(error).__name__}: {error}")
        return b""


@lru_cache(maxsize=2)
def _read(path: Path, _changed_at: int) -> bytes:
    written = path.read_bytes()
    x509.load_pem_x509_certificates(written)
    return written
