"""Which parts are the text, which the HTML and which are attachments (RFC 8621, section 4.1.4)."""

import hashlib
import html as html_module
import mimetypes
import re

from atum_desk.kernel.notices import Notice

from . import oddities
from .calendar import CALENDAR_TYPES, read_invitations
from .charset import clean_text, decode_text
from .headers import split_headers
from .html_text import html_to_text
from .markup import MAX_HTML_CHARS, Markup, lighten_markup
from .models import Invitation, Omission, ParsedAttachment
from .structure import Part
from .tnef import unpack_tnef
from .transfer import decode_transfer, find_uuencoded, normalise_lines, unwrap_flowed

MAX_INVITATIONS = 20

_EXTENSIONS = mimetypes.MimeTypes(filenames=())
# What mail carries without a name and Python's table does not know.
for _kind, _extension in (
    ("text/calendar", ".ics"),
    ("text/vcard", ".vcf"),
    ("text/x-vcard", ".vcf"),
    ("application/ics", ".ics"),
    ("message/delivery-status", ".txt"),
    ("message/rfc822", ".eml"),
    ("application/pkcs7-signature", ".p7s"),
    ("application/pgp-signature", ".asc"),
    ("image/heic", ".heic"),
    ("image/webp", ".webp"),
):
    _EXTENSIONS.add_type(_kind, _extension)
_FORBIDDEN_IN_NAMES = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u202a-\u202e\u2066-\u2069]+')
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s{0,5}=\s{0,5}["']?([\w:.-]{2,40})""", re.IGNORECASE)
_TNEF_TYPES = ("application/ms-tnef", "application/vnd.ms-tnef")


class Bodies:
    """What `read_bodies` collects: pieces of text and HTML, attachments, oddities."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.html: list[str] = []
        self.has_html = False
        self.attachments: list[ParsedAttachment] = []
        self.invitations: list[Invitation] = []
        self.problems: list[Notice] = []
        self.omitted: list[Omission] = []
        self.html_chars = 0

    def note(self, problem: Notice | None) -> None:
        """Remember a problem once; a mail of a thousand broken parts says so in few words."""
        if problem and problem not in self.problems and len(self.problems) < 50:
            self.problems.append(problem)


def read_bodies(root: Part) -> Bodies:
    """Decode all leaves below `root` and sort them into text, HTML and attachments."""
    bodies = Bodies()
    choices: dict[int, tuple[Part | None, Part | None]] = {}
    for part in root.walk():
        if part.media_type == "multipart/alternative" and part.children:
            choices[id(part)] = _choose_alternatives(part)
    for part in root.walk():
        if not part.children:
            _read_leaf(bodies, part, choices)
    return bodies


def _choose_alternatives(part: Part) -> tuple[Part | None, Part | None]:
    """Return the children that hold the plain and the HTML rendering of the same text."""
    plain = rich = None
    for child in part.children:
        kinds = {leaf.media_type for leaf in child.walk() if _can_be_body(leaf)}
        if "text/html" in kinds:
            rich = child
        elif "text/plain" in kinds and plain is None:
            plain = child
    return plain, rich


def _can_be_body(part: Part) -> bool:
    """Say whether a leaf may be shown as text of the mail instead of an attachment."""
    if part.children or part.media_type not in ("text/plain", "text/html"):
        return part.media_type.startswith("multipart/") and not part.children
    if part.disposition == "attachment":
        return False
    parent = part.parent
    if parent is None or part is parent.children[0]:
        return True
    return parent.media_type != "multipart/related" and not part.filename


def _read_leaf(bodies: Bodies, part: Part, choices: dict[int, tuple[Part | None, Part | None]]) -> None:
    is_text = part.media_type.startswith(("text/", "multipart/", "message/"))
    content, problem = decode_transfer(part.body, part.transfer_encoding, is_text=is_text)
    bodies.note(problem)
    if part.media_type in CALENDAR_TYPES:
        _add_invitations(bodies, part, content)
    is_late_html = part.media_type == "text/html" and bodies.html_chars > MAX_HTML_CHARS
    is_file = isinstance(problem, oddities.NotBase64) or not _can_be_body(part) or not _is_chosen(part, choices)
    if is_file or is_late_html:
        _add_attachment(bodies, part, content)
        return
    shown_as_text, shown_as_html = _roles(part, choices)
    if part.media_type == "text/html":
        _add_html(bodies, part, content, shown_as_text=shown_as_text)
    else:
        _add_text(bodies, part, content, shown_as_html=shown_as_html, shown_as_text=shown_as_text)


def _add_invitations(bodies: Bodies, part: Part, content: bytes) -> None:
    """Read a calendar part; programs send the same one in the text and as a file."""
    method, charset = part.parameters.get("method", ""), part.parameters.get("charset")
    for one in read_invitations(content, method, charset):
        if one not in bodies.invitations and len(bodies.invitations) < MAX_INVITATIONS:
            bodies.invitations.append(one)


def _alternative_above(
    part: Part, choices: dict[int, tuple[Part | None, Part | None]]
) -> tuple[Part, tuple[Part | None, Part | None]] | None:
    child, parent = part, part.parent
    while parent is not None:
        if id(parent) in choices:
            return child, choices[id(parent)]
        child, parent = parent, parent.parent
    return None


def _is_chosen(part: Part, choices: dict[int, tuple[Part | None, Part | None]]) -> bool:
    above = _alternative_above(part, choices)
    return above is None or above[0] in above[1]


def _roles(part: Part, choices: dict[int, tuple[Part | None, Part | None]]) -> tuple[bool, bool]:
    """Return whether the part belongs to the plain and to the HTML rendering."""
    above = _alternative_above(part, choices)
    if above is None:
        return True, True
    child, (plain, rich) = above
    return child is plain or plain is None, child is rich or rich is None


def _add_text(bodies: Bodies, part: Part, content: bytes, *, shown_as_text: bool, shown_as_html: bool) -> None:
    if b"\nbegin " in content or content.startswith(b"begin "):
        content = _take_uuencoded(bodies, content)
    text, problem = decode_text(content, part.parameters.get("charset"))
    bodies.note(problem)
    text = normalise_lines(text)
    if part.parameters.get("format", "").lower() == "flowed":
        text = unwrap_flowed(text, deletes_space=part.parameters.get("delsp", "").lower() == "yes")
    if shown_as_text:
        bodies.text.append(text)
    if shown_as_html and text.strip():
        escaped = html_module.escape(text.strip("\n"), quote=False).replace("\n", "<br>\n")
        bodies.html.append(f"<div>{escaped}</div>")


def _add_html(bodies: Bodies, part: Part, content: bytes, *, shown_as_text: bool) -> None:
    charset = part.parameters.get("charset")
    if not charset and (meta := _META_CHARSET.search(content[:5_000])):
        charset = meta.group(1).decode("ascii", "replace")
    markup, problem = decode_text(content, charset)
    bodies.note(problem)
    lightened = lighten_markup(normalise_lines(markup))
    _keep_images(bodies, lightened)
    bodies.html.append(lightened.html)
    bodies.html_chars += len(lightened.html)
    bodies.has_html = True
    if lightened.is_cut:
        bodies.note(oddities.TooLongHtml(MAX_HTML_CHARS))
    if shown_as_text:
        bodies.text.append(html_to_text(lightened.html))


def _keep_images(bodies: Bodies, markup: Markup) -> None:
    """Make attachments of the images that stood in the HTML itself."""
    bodies.omitted += [one for one in markup.omitted if one not in bodies.omitted]
    for image in markup.images:
        add_attachment(
            bodies,
            image.filename,
            image.mime_type,
            image.content,
            content_id=image.content_id,
            inline=image.content_id is not None,
        )


def _take_uuencoded(bodies: Bodies, content: bytes) -> bytes:
    kept: list[bytes] = []
    position = 0
    for name, data, start, end in find_uuencoded(content):
        mime_type = _EXTENSIONS.guess_type(name)[0] or "application/octet-stream"
        add_attachment(bodies, name, mime_type, data)
        kept.append(content[position:start])
        position = end
    return b"".join(kept) + content[position:]


def _add_attachment(bodies: Bodies, part: Part, content: bytes) -> None:
    mime_type = part.media_type
    name = part.filename
    if mime_type.startswith("multipart/"):
        mime_type = "application/octet-stream"
    if mime_type in _TNEF_TYPES or name.lower() == "winmail.dat":
        _unpack_winmail(bodies, content)
    if mime_type == "message/rfc822" and not name:
        name = _subject_of(content) + ".eml"
    inline = part.disposition == "inline" or (part.content_id is not None and part.disposition != "attachment")
    add_attachment(bodies, name, mime_type, content, content_id=part.content_id, inline=inline)


def _subject_of(content: bytes) -> str:
    headers, _, _ = split_headers(content, 0, min(len(content), 100_000))
    return headers.text("subject")[:120].replace("/", "_").replace("\\", "_") or "message"


def _unpack_winmail(bodies: Bodies, content: bytes) -> None:
    unpacked = unpack_tnef(content)
    if unpacked is None:
        bodies.note(oddities.UnreadableTnef())
        return
    for name, data in unpacked.files:
        mime_type = _EXTENSIONS.guess_type(name)[0] or "application/octet-stream"
        add_attachment(bodies, name, mime_type, data)
    if unpacked.html and not bodies.has_html:
        lightened = lighten_markup(normalise_lines(unpacked.html))
        _keep_images(bodies, lightened)
        bodies.html.append(lightened.html)
        bodies.has_html = True


def add_attachment(
    bodies: Bodies, name: str, mime_type: str, content: bytes, *, content_id: str | None = None, inline: bool = False
) -> None:
    """Append one attachment under a safe name; without a name it gets a numbered one."""
    bodies.attachments.append(
        ParsedAttachment(
            filename=safe_filename(name, mime_type, len(bodies.attachments) + 1),
            mime_type=mime_type,
            content_id=clean_text(content_id) if content_id else None,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            inline=inline,
            content=content,
        )
    )


def safe_filename(name: str, mime_type: str, number: int) -> str:
    """Return `name` without folders and characters that file systems refuse, never empty.

    At most 200 characters, the extension kept; `number` names an unnamed part.
    """
    last = name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1] if "=?" not in name else name
    cleaned = " ".join(_FORBIDDEN_IN_NAMES.sub("_", clean_text(last)).split()).strip(". ")
    if not cleaned:
        fallback = ".txt" if mime_type.startswith(("text/", "message/")) else ".bin"
        return f"attachment-{number}{_EXTENSIONS.guess_extension(mime_type) or fallback}"
    if len(cleaned) > 200:
        stem, dot, extension = cleaned.rpartition(".")
        cleaned = f"{stem[:180]}{dot}{extension[:15]}" if dot else cleaned[:200]
    return cleaned
