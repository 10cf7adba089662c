"""What other slices may use of the outbox."""

from atum_desk.outbox.commands import queue_mail
from atum_desk.outbox.mime import ORIGIN_HEADER, is_ours
from atum_desk.outbox.models import MailAddress, OutgoingMail
from atum_desk.outbox.queries import fail_bounced_mail, mails_that_left
from atum_desk.outbox.relay import parse_relay
from atum_desk.outbox.render import mail_subject, render_mail
from atum_desk.outbox.reply_address import mailbox_part, reply_address, ticket_of_reply_address

__all__ = [
    "ORIGIN_HEADER",
    "MailAddress",
    "OutgoingMail",
    "fail_bounced_mail",
    "is_ours",
    "mail_subject",
    "mailbox_part",
    "mails_that_left",
    "parse_relay",
    "queue_mail",
    "render_mail",
    "reply_address",
    "ticket_of_reply_address",
]
