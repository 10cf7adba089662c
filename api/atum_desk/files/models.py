"""What is stored of a file and of its use as an attachment."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from atum_desk.kernel.notices import Notice, NoticeRef


class StoredFile(msgspec.Struct, frozen=True):
    """A file in the store: its SHA-256 in hex and its size in bytes."""

    sha256: str
    size: int


class ScanVerdict(msgspec.Struct, frozen=True):
    """What the virus scanner said; `words` are the name of what it found, or why it could not look, as `notice`."""

    verdict: Literal["clean", "infected", "unscanned"]
    words: str
    notice: NoticeRef | None = None

    @classmethod
    def not_scanned(cls, notice: Notice) -> ScanVerdict:
        """Return why the scanner could not look."""
        return cls("unscanned", notice.text, notice.ref)


class Attachment(msgspec.Struct, frozen=True):
    """A named file, before or after it belongs to a message."""

    id: int
    filename: str
    mime_type: str
    size: int
    inline: bool
    url: str
    # its content is gone for good, and so is its name
    redacted: bool = False


class KeptFile(msgspec.Struct, frozen=True):
    """A file that something other than a message keeps, such as a macro, to give copies of it to messages."""

    id: int
    filename: str
    mime_type: str
    size: int
    sha256: str


class AttachmentContent(msgspec.Struct, frozen=True):
    """What a download needs."""

    id: int
    filename: str
    mime_type: str
    size: int
    sha256: str
    created_at: datetime
