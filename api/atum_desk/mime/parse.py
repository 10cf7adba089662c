"""One raw message to one `ParsedMail`: the parts of this package put together."""

import base64
import binascii
import re
from datetime import datetime

import msgspec

from .addresses import first_address, parse_addresses
from .automatic_mail import is_automatic
from .bodies import Bodies, read_bodies
from .bounce import find_bounce
from .charset import clean_text, decode_header_bytes
from .dates import parse_date
from .encoded_words import decode_words
from .headers import Headers, parse_ids, unfold
from .html_text import html_to_text
from .markup import MAX_HTML_CHARS, lighten_markup
from .models import Address, Bounce, Invitation, MailSignature, ParsedMail
from .quote import strip_quote_text
from .sanitise import sanitise_html
from .signatures import find_signature, signed_content
from .structure import Part, parse_structure

MAX_HEADERS_KEPT = 200
MAX_HEADER_CHARS = 10_000
MAX_REPLY_SEARCH_CHARS = 2_000_000
# A longer text part is the text of the mail, whatever its HTML says.
STUB_CHARACTERS = 500
_NO_WORD = re.compile(r"[\W_]+")


class _AttachmentLine(msgspec.Struct):
    filename: str
    mime_type: str
    content_id: str | None
    size: int
    sha256: str


class _MailLine(msgspec.Struct):
    from_: Address | None = msgspec.field(name="from")
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    subject: str
    date: datetime | None
    message_id: str | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    text: str
    html: str | None
    reply_text: str
    attachments: list[_AttachmentLine]
    auto_reply: bool
    bounce: Bounce | None
    invitations: tuple[Invitation, ...]
    signature: MailSignature | None


def parse_mail(raw: bytes, *, with_html: bool = True) -> ParsedMail:
    """Parse one raw message (RFC 5322, MIME), whatever its bytes are.

    Never raises for any bytes, takes time proportional to their number, and loses no readable
    text: what is no body text is an attachment, and oddities are named in `problems`. The HTML
    is shown with `sanitise_html`; its images by Content-ID come in place when it is called again
    with their addresses on `html_raw`. Without `with_html` that is left to the caller: `html` is None.
    """
    root, problems = parse_structure(raw)
    bodies = read_bodies(root)
    _read_signed_content(root, bodies)
    headers = root.headers
    headers.charset = headers.charset or _charset_below(root)
    sender = first_address(_addresses(headers, "from"))
    subject = " ".join(headers.text("subject").split())
    text = clean_text("\n".join(piece.strip("\n") for piece in bodies.text if piece.strip()))
    html_raw = _read_html(bodies)
    html = sanitise_html(html_raw) if with_html and html_raw is not None else None
    text = _fuller_text(text, html_raw)
    address = sender.address if sender else ""
    bounce = find_bounce(root, headers=headers, subject=subject, sender=address, text=text)
    return ParsedMail(
        from_=sender,
        sender=first_address(_addresses(headers, "sender")),
        to=_addresses(headers, "to"),
        cc=_addresses(headers, "cc"),
        reply_to=_addresses(headers, "reply-to"),
        subject=subject,
        date=parse_date(headers.raw("date")),
        message_id=next(iter(parse_ids(headers.raw("message-id"))), None),
        in_reply_to=parse_ids(headers.raw("in-reply-to")),
        references=parse_ids(headers.raw("references")),
        text=text,
        html=html,
        html_raw=html_raw,
        reply_text=_reply_text(text),
        attachments=tuple(bodies.attachments),
        auto_reply=bounce is not None or _is_automatic(root, subject, address),
        bounce=bounce,
        list_id=_list_id(headers),
        precedence=headers.text("precedence").lower() or None,
        headers=_kept_headers(headers),
        problems=tuple(odd.ref for odd in dict.fromkeys(problems + bodies.problems)),
        invitations=tuple(bodies.invitations),
        signature=find_signature(root, text.lstrip()),
        thread_key=_thread_key(headers),
        omitted=tuple(bodies.omitted),
    )


def _is_automatic(root: Part, subject: str, sender: str) -> bool:
    report_type = root.parameters.get("report-type", "").lower()
    return is_automatic(root.headers, subject=subject, sender=sender, report_type=report_type)


def _read_signed_content(root: Part, bodies: Bodies) -> None:
    """Add what a signature holds inside of itself; the signature stays an attachment besides."""
    content = signed_content(root)
    if content is None:
        return
    inner, problems = parse_structure(content)
    read = read_bodies(inner)
    bodies.text, bodies.html, bodies.has_html = read.text, read.html, read.has_html
    bodies.attachments += read.attachments
    bodies.invitations += read.invitations
    bodies.omitted = read.omitted
    for problem in problems + read.problems:
        bodies.note(problem)


def _thread_key(headers: Headers) -> str | None:
    """Return the conversation that Outlook's Thread-Index names: its first 22 bytes ([MS-OXOMSG])."""
    written = "".join(headers.raw("thread-index").split())[:2_000]
    try:
        index = base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        return None
    return index[:22].hex() if len(index) >= 22 else None


def mail_json(parsed: ParsedMail) -> bytes:
    """Return one line of JSON: what `atum mail parse` prints of a mail, ending in a line feed.

    Attachments stand without their content; the date is ISO 8601 in UTC or null.
    """
    fields = {name: getattr(parsed, name) for name in _MailLine.__struct_fields__}
    fields["attachments"] = [
        _AttachmentLine(part.filename, part.mime_type, part.content_id, part.size, part.sha256)
        for part in parsed.attachments
    ]
    return msgspec.json.encode(_MailLine(**fields)) + b"\n"


def _addresses(headers: Headers, name: str) -> tuple[Address, ...]:
    found: list[Address] = []
    for value in headers.raw_all(name):
        found.extend(parse_addresses(value))
        if len(found) > 1_000:
            break
    return tuple(dict.fromkeys(found))


def _charset_below(root: Part) -> str | None:
    return next((part.headers.charset for part in root.walk() if part.headers.charset), None)


def _read_html(bodies: Bodies) -> str | None:
    """Return all HTML of a mail, bounded, None without any."""
    if not bodies.has_html:
        return None
    joined = "\n".join(bodies.html)
    if len(bodies.html) == 1 and len(joined) <= MAX_HTML_CHARS:
        return joined
    bounded = lighten_markup(joined)
    bodies.omitted += [one for one in bounded.omitted if one not in bodies.omitted]
    return bounded.html


def _fuller_text(text: str, html: str | None) -> str:
    """Return the text part, or the text of the HTML where that part is only a stub of it.

    A stub is short and either the beginning or another piece of what the HTML says at length, or a
    sentence such as "see html": then the HTML says more than twice as much.
    """
    if not html or len(text) > STUB_CHARACTERS:
        return text
    rendered = html_to_text(html)
    plain, rich = _NO_WORD.sub("", text).lower(), _NO_WORD.sub("", rendered).lower()
    times = 1.2 if plain in rich else 2
    return rendered if len(rich) > times * len(plain) else text


def _reply_text(text: str) -> str:
    if len(text) <= MAX_REPLY_SEARCH_CHARS:
        return strip_quote_text(text)[0]
    return text


def _list_id(headers: Headers) -> str | None:
    value = headers.text("list-id")
    inner = value.rpartition("<")[2].partition(">")[0] if "<" in value else value
    return inner.strip() or None


def _kept_headers(headers: Headers) -> tuple[tuple[str, str], ...]:
    kept: list[tuple[str, str]] = []
    for name, value in headers.fields[:MAX_HEADERS_KEPT]:
        text = decode_words(unfold(decode_header_bytes(value[:MAX_HEADER_CHARS], headers.charset)))
        kept.append((name, text))
    return tuple(kept)
