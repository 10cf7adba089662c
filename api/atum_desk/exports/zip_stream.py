"""A ZIP archive that leaves while it is written: nothing of it stays in memory but what nobody took yet."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO


class _Written:
    """A file that cannot be read or rewound: zipfile writes what has to be known later behind each entry."""

    def __init__(self) -> None:
        self.held = bytearray()

    def write(self, data: bytes) -> int:
        self.held += data
        return len(data)

    def flush(self) -> None:
        """Do nothing: what is held is taken."""


class ZipStream:
    """Writes one archive, entry by entry."""

    def __init__(self) -> None:
        self._written = _Written()
        self._zip = zipfile.ZipFile(self._written, "w", zipfile.ZIP_DEFLATED)  # type: ignore[call-overload]

    @contextmanager
    def entry(self, name: str, at: datetime | None = None, *, stored: bool = False) -> Iterator[IO[bytes]]:
        """Open an entry to write to; `stored` keeps what is compressed already as it is."""
        # The oldest moment that an archive can name is that of 1980.
        info = zipfile.ZipInfo(name, at.timetuple()[:6] if at and at.year >= 1980 else (1980, 1, 1, 0, 0, 0))
        info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        with self._zip.open(info, "w") as opened:
            yield opened

    def close(self) -> None:
        """Write the archive's end."""
        self._zip.close()

    def take(self) -> bytes:
        """Return what was written since this was asked last."""
        taken = bytes(self._written.held)
        self._written.held.clear()
        return taken
