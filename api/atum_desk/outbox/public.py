"""What other slices may use of the outbox."""

from atum_desk.outbox.audit import audit_outbox
from atum_desk.outbox.commands import hold_mail, lock_waiting_mail, queue_mail, require_moment, rewrite_mail
from atum_desk.outbox.compose.forwarded_messages import forwarded_text
from atum_desk.outbox.compose.layouts import layout_for
from atum_desk.outbox.compose.mail_texts import ENGLISH, mail_text
from atum_desk.outbox.compose.mime import ORIGIN_HEADER, can_be_referenced, is_ours
from atum_desk.outbox.compose.quoted_history import (
    MAX_QUOTED_CHARS,
    MAX_QUOTED_HTML_CHARS,
    MOST_QUOTED_CHARS,
    MOST_QUOTED_MESSAGES,
    quote_html,
    quote_text,
)
from atum_desk.outbox.compose.render import mail_subject, render_mail
from atum_desk.outbox.compose.reply_address import (
    conversation_of_reply_address,
    mail_of_return_path,
    mailbox_part,
    reply_address,
    ticket_of_reply_address,
    without_tokens,
)
from atum_desk.outbox.compose.signing_keys import find_public_key
from atum_desk.outbox.compose.text_html import without_blank_ends
from atum_desk.outbox.enqueue import MAX_REFERENCES, move_mails
from atum_desk.outbox.mail_sizes import LIMIT as LIMIT_OF_MAILBOX
from atum_desk.outbox.models import (
    ForwardedMessage,
    Layout,
    LockedMail,
    MailAddress,
    MailboxSent,
    MailNames,
    MailState,
    OutgoingMail,
    QuotedMessage,
    SenderForm,
    SentMail,
    StoppedAddress,
)
from atum_desk.outbox.notices import OutboxState, Passed, TooFarAhead
from atum_desk.outbox.problems import AddressStopped, MailNotWaiting, MailTooLarge, OutboxMailNotFound
from atum_desk.outbox.queries import find_sent_mail, list_sent_mails, mails_that_left
from atum_desk.outbox.relays.mailbox_relay import find_relay_host, relay_trouble
from atum_desk.outbox.relays.smtp import parse_relay
from atum_desk.outbox.relays.status_codes import meaning_of
from atum_desk.outbox.reports import fail_bounced_mail, mails_reported_on, note_delayed, note_delivered
from atum_desk.outbox.schemas import QuotedMessages
from atum_desk.outbox.stopped_addresses import (
    list_stopped_among,
    mark_if_hard,
    mark_stopped,
    require_reachable,
    stopped_among,
)

__all__ = [
    "ENGLISH",
    "LIMIT_OF_MAILBOX",
    "MAX_QUOTED_CHARS",
    "MAX_QUOTED_HTML_CHARS",
    "MAX_REFERENCES",
    "MOST_QUOTED_CHARS",
    "MOST_QUOTED_MESSAGES",
    "ORIGIN_HEADER",
    "AddressStopped",
    "ForwardedMessage",
    "Layout",
    "LockedMail",
    "MailAddress",
    "MailNames",
    "MailNotWaiting",
    "MailState",
    "MailTooLarge",
    "MailboxSent",
    "OutboxMailNotFound",
    "OutboxState",
    "OutgoingMail",
    "Passed",
    "QuotedMessage",
    "QuotedMessages",
    "SenderForm",
    "SentMail",
    "StoppedAddress",
    "TooFarAhead",
    "audit_outbox",
    "can_be_referenced",
    "conversation_of_reply_address",
    "fail_bounced_mail",
    "find_public_key",
    "find_relay_host",
    "find_sent_mail",
    "forwarded_text",
    "hold_mail",
    "is_ours",
    "layout_for",
    "list_sent_mails",
    "list_stopped_among",
    "lock_waiting_mail",
    "mail_of_return_path",
    "mail_subject",
    "mail_text",
    "mailbox_part",
    "mails_reported_on",
    "mails_that_left",
    "mark_if_hard",
    "mark_stopped",
    "meaning_of",
    "move_mails",
    "note_delayed",
    "note_delivered",
    "parse_relay",
    "queue_mail",
    "quote_html",
    "quote_text",
    "relay_trouble",
    "render_mail",
    "reply_address",
    "require_moment",
    "require_reachable",
    "rewrite_mail",
    "stopped_among",
    "ticket_of_reply_address",
    "without_blank_ends",
    "without_tokens",
]
