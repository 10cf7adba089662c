"""File names as strangers give them: cleaned here for mail and uploads alike, and put into headers."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

MAX_NAME_BYTES = 255
MAX_ENDING_BYTES = 20
FALLBACK_NAME = "file"
# Characters that Windows refuses in names, besides the separators.
_REFUSED = re.compile(r'[<>:"|?*]')
# Names that are devices on Windows whatever their ending is (Microsoft, "Naming Files, Paths, and Namespaces").
_DEVICE = re.compile(r"^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\.|$)", re.I)


def clean_filename(filename: str) -> str:
    """Return a name that any file system takes: without folders, control characters and direction marks.

    At most 255 bytes of UTF-8, the ending kept; never empty, never the name of a Windows device.
    """
    name = filename.replace("\\", "/").rpartition("/")[2]
    # Cc are control characters, Cf direction overrides and invisible ones, Cs halves of characters,
    # Zl and Zp line breaks of Unicode's own.
    name = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    name = _REFUSED.sub("_", name).strip(" .")
    if _DEVICE.match(name):
        name = f"_{name}"
    return _shortened(name) or FALLBACK_NAME


def content_disposition(filename: str, *, inline: bool) -> str:
    """Return the header for a file's name (RFC 6266): in ASCII, and whole for whoever reads RFC 8187."""
    name = clean_filename(filename)
    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace("%", "_")
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _shortened(name: str) -> str:
    if len(name.encode()) <= MAX_NAME_BYTES:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending.encode()) > MAX_ENDING_BYTES:
        return _cut(name, MAX_NAME_BYTES)
    return f"{_cut(stem, MAX_NAME_BYTES - 1 - len(ending.encode()))}.{ending}"


def _cut(text: str, limit_bytes: int) -> str:
    """Cut at a character; a letter's accents may go, half a character may not stay."""
    return text.encode()[:limit_bytes].decode("utf-8", "ignore").rstrip(" .")
