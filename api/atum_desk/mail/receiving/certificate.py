"""The certificate of the SMTP port: read again when its file changes, so that a renewal needs no restart."""

from __future__ import annotations

import ssl
from pathlib import Path

import structlog

from atum_desk.kernel.config.settings import SettingError

log = structlog.get_logger()


class Certificate:
    """What STARTTLS is answered with; without a certificate TLS is not offered."""

    def __init__(self, certificate: str, key: str) -> None:
        self._files = [Path(one) for one in (certificate, key) if one]
        self._context: ssl.SSLContext | None = None
        self._read_at: tuple[int, ...] = ()
        if self._files:
            try:
                self._read_at = self._changed_at()
                self._context = self._load()
            except (OSError, ssl.SSLError) as error:
                raise SettingError(f"ATUM_SMTP_CERTIFICATE: {certificate} cannot be used: {error}.") from error

    def context(self) -> ssl.SSLContext | None:
        """Return what a new connection uses. A renewal that cannot be read leaves what was there."""
        if self._files:
            try:
                changed_at = self._changed_at()
                if changed_at != self._read_at:
                    self._read_at = changed_at
                    self._context = self._load()
            except (OSError, ssl.SSLError) as error:
                log.warning("certificate_not_renewed", error=str(error))
        return self._context

    def _changed_at(self) -> tuple[int, ...]:
        return tuple(file.stat().st_mtime_ns for file in self._files)

    def _load(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(*map(str, self._files))
        return context
