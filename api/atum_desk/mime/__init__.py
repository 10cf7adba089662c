"""The mail parser: raw bytes in, a `ParsedMail` out. Pure functions, no database, no network."""

from .addresses import parse_addresses
from .automatic_mail import is_absence_subject
from .charset import decode_text
from .forwarded import ForwardedMail, find_forwarded, original_mail
from .html_text import html_to_text
from .html_tokens import Token, read_attributes, tokenise
from .markup import Markup, has_data_address, lighten_markup
from .message import MessageBody, message_body
from .models import (
    PARSER_VERSION,
    Address,
    Bounce,
    BouncedRecipient,
    Invitation,
    MailSignature,
    Omission,
    ParsedAttachment,
    ParsedMail,
)
from .parse import mail_json, parse_mail
from .quote import REPLY_MARKER, strip_quote_text
from .quote_html import strip_quote_html
from .quoted_parts import QuotedPart, part_quoted
from .sanitise import INLINE_SOURCE, REMOTE_SOURCE, count_remote_images, place_images, sanitise_html
from .signatures import check_signature

__all__ = [
    "INLINE_SOURCE",
    "PARSER_VERSION",
    "REMOTE_SOURCE",
    "REPLY_MARKER",
    "Address",
    "Bounce",
    "BouncedRecipient",
    "ForwardedMail",
    "Invitation",
    "MailSignature",
    "Markup",
    "MessageBody",
    "Omission",
    "ParsedAttachment",
    "ParsedMail",
    "QuotedPart",
    "Token",
    "check_signature",
    "count_remote_images",
    "decode_text",
    "find_forwarded",
    "has_data_address",
    "html_to_text",
    "is_absence_subject",
    "lighten_markup",
    "mail_json",
    "message_body",
    "original_mail",
    "parse_addresses",
    "parse_mail",
    "part_quoted",
    "place_images",
    "read_attributes",
    "sanitise_html",
    "strip_quote_html",
    "strip_quote_text",
    "tokenise",
]
