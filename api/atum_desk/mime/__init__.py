"""The mail parser: raw bytes in, a `ParsedMail` out. Pure functions, no database, no network."""

from .addresses import parse_addresses
from .forwarded import ForwardedMail, find_forwarded
from .html_text import html_to_text
from .mail import mail_json, parse_mail
from .models import (
    PARSER_VERSION,
    Address,
    Bounce,
    BouncedRecipient,
    Invitation,
    MailSignature,
    ParsedAttachment,
    ParsedMail,
)
from .quote import REPLY_MARKER, strip_quote_text
from .quote_html import strip_quote_html
from .sanitise import count_remote_images, sanitise_html
from .signatures import check_signature

__all__ = [
    "PARSER_VERSION",
    "REPLY_MARKER",
    "Address",
    "Bounce",
    "BouncedRecipient",
    "ForwardedMail",
    "Invitation",
    "MailSignature",
    "ParsedAttachment",
    "ParsedMail",
    "check_signature",
    "count_remote_images",
    "find_forwarded",
    "html_to_text",
    "mail_json",
    "parse_addresses",
    "parse_mail",
    "sanitise_html",
    "strip_quote_html",
    "strip_quote_text",
]
