"""The mail parser: raw bytes in, a `ParsedMail` out. Pure functions, no database, no network."""

from .html_text import html_to_text
from .mail import mail_json, parse_mail
from .models import Address, Bounce, BouncedRecipient, ParsedAttachment, ParsedMail
from .quote import REPLY_MARKER, strip_quote_text
from .quote_html import strip_quote_html
from .sanitise import count_remote_images, sanitise_html

__all__ = [
    "REPLY_MARKER",
    "Address",
    "Bounce",
    "BouncedRecipient",
    "ParsedAttachment",
    "ParsedMail",
    "count_remote_images",
    "html_to_text",
    "mail_json",
    "parse_mail",
    "sanitise_html",
    "strip_quote_html",
    "strip_quote_text",
]
