"""Mail HTML made small before it is read: what nobody sees goes out, images in it become files.

Styles, scripts and comments may be megabytes and say nothing; they are taken out before anything is
cut, so that a cut takes what is read last and not what comes after a long style.
"""

import binascii
import hashlib
from collections.abc import Iterable
from html import escape
from urllib.parse import unquote_to_bytes

import msgspec

from .html_tokens import Token, read_attributes, tokenise
from .models import Omission

MAX_HTML_CHARS = 2_000_000
MAX_TAGS = 100_000
MAX_IMAGES = 100
MAX_IMAGE_BYTES = 30_000_000

_INVISIBLE = frozenset({"script", "style", "title"})
_DATA_ATTRIBUTES = ("src", "href", "background", "data", "poster", "srcset", "style", "xlink:href")
# By their first bytes, whatever the sender calls them. What is not here is never shown in place.
_IMAGE_TYPES = (
    (b"\x89PNG\r\n\x1a\n", 0, "image/png", ".png"),
    (b"\xff\xd8\xff", 0, "image/jpeg", ".jpg"),
    (b"GIF8", 0, "image/gif", ".gif"),
    (b"WEBP", 8, "image/webp", ".webp"),
    (b"ftypavif", 4, "image/avif", ".avif"),
)


class DataImage(msgspec.Struct, frozen=True):
    """An image that stood in the HTML itself; `content_id` is how the HTML now names it.

    One that is not shown in place (SVG, unknown bytes) has no Content-ID and is a file.
    """

    filename: str
    mime_type: str
    content: bytes
    content_id: str | None


class Markup(msgspec.Struct):
    """HTML without what nobody sees, its images, and what of it was left out."""

    html: str
    images: list[DataImage]
    omitted: list[Omission]

    @property
    def is_cut(self) -> bool:
        """Whether the end of the HTML is missing."""
        return "html" in self.omitted


def lighten_markup(html: str) -> Markup:
    """Return `html` without styles, scripts, comments and data addresses, bounded.

    At most `MAX_HTML_CHARS` and `MAX_TAGS` are kept, cut between two tags or two words. Takes time
    proportional to the length of `html`.
    """
    images = _Images()
    pieces: list[str] = []
    omitted: list[Omission] = []
    length = tags = 0
    for token in tokenise(html):
        if token.kind == "other" or token.name in _INVISIBLE:
            continue
        source = token.source
        if token.kind == "text":
            source = _bounded_words(source, MAX_HTML_CHARS - length)
        else:
            tags += 1
            if token.kind == "start" and "data:" in token.attributes.lower():
                source = images.take_out(token)
        length += len(source)
        if length > MAX_HTML_CHARS or tags > MAX_TAGS:
            omitted.append("html")
            break
        pieces.append(source)
        if source is not token.source and token.kind == "text":
            omitted.append("html")
            break
    omitted += images.omitted
    return Markup("".join(pieces), images.found, omitted)


def _bounded_words(text: str, room: int) -> str:
    """Return the beginning of a text, cut at a space so that neither word nor reference is torn."""
    if len(text) <= room:
        return text
    cut = max(text.rfind(" ", 0, room), text.rfind("\n", 0, room), 0)
    # One endless word is cut anywhere but within a reference.
    return text[:cut] if cut > room - 10_000 else text[:room].rpartition("&")[0] or text[:room]


class _Images:
    """Takes images out of attributes; the same bytes are one image."""

    def __init__(self) -> None:
        self.found: list[DataImage] = []
        self.omitted: list[Omission] = []
        self._by_hash: dict[str, DataImage] = {}
        self._bytes = 0

    def take_out(self, token: Token) -> str:
        """Return the start tag without data addresses: an image's becomes that of its file."""
        attributes = read_attributes(token.attributes)
        for name in _DATA_ATTRIBUTES:
            value = attributes.get(name, "").strip()
            if name == "style" and "data:" in value.lower():
                # The sanitiser drops every declaration with an address; this one may be megabytes.
                kept = (one for one in value.split(";") if "(" not in one and "base64," not in one)
                attributes[name] = ";".join(kept)
            elif value[:5].lower() == "data:":
                del attributes[name]
                if token.name == "img" and name == "src":
                    attributes |= self._source_of(value)
        written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
        return f"<{token.name}{written}>"

    def _source_of(self, address: str) -> dict[str, str]:
        """Return the attribute that shows an image in place, none for one that is not shown."""
        image = self._keep(address)
        if image is None or image.content_id is None:
            if "images" not in self.omitted:
                self.omitted.append("images")
            return {}
        return {"src": f"cid:{image.content_id}"}

    def _keep(self, address: str) -> DataImage | None:
        content = _content_of(address)
        if content is None:
            return None
        digest = hashlib.sha256(content).hexdigest()
        if digest not in self._by_hash:
            too_large = len(content) + self._bytes > MAX_IMAGE_BYTES
            if too_large or len(self.found) >= MAX_IMAGES:
                return None
            image = _image_of(content, digest, len(self.found) + 1, address[5:60].lower())
            self._by_hash[digest] = image
            self.found.append(image)
            self._bytes += len(content)
        return self._by_hash[digest]


def _content_of(address: str) -> bytes | None:
    """Return the bytes of a data address (RFC 2397), None when there are none."""
    head, comma, written = address.partition(",")
    if not comma or len(head) > 500:
        return None
    content = unquote_to_bytes(written)
    if head.lower().rstrip().endswith("base64"):
        try:
            content = binascii.a2b_base64(content + b"==")
        except (binascii.Error, ValueError):
            return None
    return content or None


def _image_of(content: bytes, digest: str, number: int, declared: str) -> DataImage:
    for magic, at, mime_type, ending in _IMAGE_TYPES:
        if content[at : at + len(magic)] == magic:
            content_id = f"{digest[:40]}@data.invalid"
            return DataImage(f"image-{number}{ending}", mime_type, content, content_id)
    if declared.startswith("image/svg"):
        return DataImage(f"image-{number}.svg", "image/svg+xml", content, None)
    return DataImage(f"image-{number}.bin", "application/octet-stream", content, None)


def has_data_address(tokens: Iterable[Token]) -> bool:
    """Say whether an image of the HTML holds its bytes in its address."""
    return any(
        token.name == "img" and read_attributes(token.attributes).get("src", "").strip()[:5].lower() == "data:"
        for token in tokens
        if token.kind == "start" and "data:" in token.attributes.lower()
    )
