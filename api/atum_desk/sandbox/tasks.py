"""What child processes do: everything that reads bytes of strangers and needs nothing but CPU."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

import msgspec
from cryptography import x509

from atum_desk.mime import (
    ForwardedMail,
    MailSignature,
    MessageBody,
    ParsedMail,
    check_signature,
    find_forwarded,
    has_data_address,
    html_to_text,
    lighten_markup,
    message_body,
    original_mail,
    parse_mail,
    sanitise_html,
    tokenise,
)


class MailReading(msgspec.Struct, frozen=True):
    """A mail and its body as a message; the mail comes without its HTML, which the body has."""

    mail: ParsedMail
    body: MessageBody


class ForwardReading(msgspec.Struct, frozen=True):
    """The mail that another one forwards: what was found, and itself as a mail and a message."""

    original: ForwardedMail
    mail: ParsedMail
    body: MessageBody


class LogoImage(msgspec.Struct, frozen=True):
    """A logo as WebP with its size in pixels; or why the upload is none, with no content."""

    content: bytes
    width: int
    height: int
    refusal: Literal["format", "animated", "large", "broken"] | None = None


class FileHoliday(msgspec.Struct, frozen=True):
    """A day of a calendar file and what it is called there."""

    date: date
    name: str


class HolidayFile(msgspec.Struct, frozen=True):
    """The days of a calendar file in order, each once; or why they cannot be read, with none."""

    days: tuple[FileHoliday, ...]
    refusal: Literal["format", "rule", "long", "many", "empty"] | None = None


class CleanedHtml(msgspec.Struct, frozen=True):
    """HTML of an agent or a script, safe, and its text; and why it may have to be refused."""

    html: str
    text: str
    holds_images: bool
    is_too_much: bool


class ReadMail(msgspec.Struct, frozen=True, tag=True):
    """Read a mail as a message."""

    raw: bytes

    def run(self) -> MailReading:
        """Return the mail and its body."""
        return _reading(parse_mail(self.raw, with_html=False))


class ReadForwarded(msgspec.Struct, frozen=True, tag=True):
    """Read the mail that a mail forwards."""

    raw: bytes

    def run(self) -> ForwardReading | None:
        """Return the forwarded mail, None when none is forwarded."""
        mail = parse_mail(self.raw, with_html=False)
        found = find_forwarded(mail)
        if found is None:
            return None
        reading = _reading(original_mail(mail, found))
        found = msgspec.structs.replace(found, raw=None)
        return ForwardReading(found, reading.mail, reading.body)


class PreviewMail(msgspec.Struct, frozen=True, tag=True):
    """Read a mail to look at it: with sanitised HTML, without the content of its files."""

    raw: bytes

    def run(self) -> ParsedMail:
        """Return the mail."""
        mail = parse_mail(self.raw)
        files = tuple(msgspec.structs.replace(one, content=b"") for one in mail.attachments)
        return msgspec.structs.replace(mail, attachments=files, html_raw=None)


class CheckSignature(msgspec.Struct, frozen=True, tag=True):
    """Check an S/MIME signature; `authorities` are certificates in PEM, "" for none."""

    raw: bytes
    authorities: bytes
    sender: str
    at: datetime

    def run(self) -> MailSignature:
        """Return what the signature proves."""
        authorities = x509.load_pem_x509_certificates(self.authorities) if self.authorities else []
        return check_signature(self.raw, authorities, self.sender, self.at)


class CleanHtml(msgspec.Struct, frozen=True, tag=True):
    """Make HTML safe and readable."""

    html: str

    def run(self) -> CleanedHtml:
        """Return the HTML and its text."""
        holds_images = "data:" in self.html and has_data_address(tokenise(self.html))
        markup = lighten_markup(self.html)
        safe = sanitise_html(markup.html)
        return CleanedHtml(safe, html_to_text(safe), holds_images, markup.is_cut)


class ReadLogo(msgspec.Struct, frozen=True, tag=True):
    """Make a logo of an uploaded image."""

    raw: bytes

    def run(self) -> LogoImage:
        """Return the logo, or why it is none."""
        # The library is large and seldom needed: children that read mail do without it.
        from atum_desk.sandbox.logo_image import read_logo

        return read_logo(self.raw)


class ReadHolidays(msgspec.Struct, frozen=True, tag=True):
    """Read the whole days of a calendar file (RFC 5545), from one day to another; `most` of them at most."""

    raw: bytes
    first: date
    last: date
    most: int

    def run(self) -> HolidayFile:
        """Return the days, or why there are none."""
        # The library is large and seldom needed, as that of logos.
        from atum_desk.sandbox.holiday_file import read_holidays

        return read_holidays(self.raw, self.first, self.last, self.most)


Task = ReadMail | ReadForwarded | PreviewMail | CheckSignature | CleanHtml | ReadLogo | ReadHolidays

RESULTS: dict[type[Any], Any] = {
    ReadMail: MailReading,
    ReadForwarded: ForwardReading | None,
    PreviewMail: ParsedMail,
    CheckSignature: MailSignature,
    CleanHtml: CleanedHtml,
    ReadLogo: LogoImage,
    ReadHolidays: HolidayFile,
}


def _reading(mail: ParsedMail) -> MailReading:
    body = message_body(mail)
    return MailReading(msgspec.structs.replace(mail, html=None, html_raw=None), body)
