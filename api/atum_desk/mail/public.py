"""What other slices and the entry may use of mail."""

from atum_desk.mail.audit import audit_lines, audit_mail, audit_sent
from atum_desk.mail.delivering import deliver_piped
from atum_desk.mail.listener import Listeners, start_listeners
from atum_desk.mail.memory import give_back_memory
from atum_desk.mail.models import IncomingMail, MailboxAudit, MailboxTarget
from atum_desk.mail.permissions import SETTINGS_MAILBOXES_EDIT
from atum_desk.mail.problems import MailboxNotFound
from atum_desk.mail.queries import audit as audit_mailboxes
from atum_desk.mail.queries import insert_mails
from atum_desk.mail.receive import incoming_mails
from atum_desk.mail.rereading import reparse_all
from atum_desk.mail.schemas import ReparseResult
from atum_desk.mail.source import read_header
from atum_desk.mail.traffic import intake

__all__ = [
    "SETTINGS_MAILBOXES_EDIT",
    "IncomingMail",
    "Listeners",
    "MailboxAudit",
    "MailboxNotFound",
    "MailboxTarget",
    "ReparseResult",
    "audit_lines",
    "audit_mail",
    "audit_mailboxes",
    "audit_sent",
    "deliver_piped",
    "give_back_memory",
    "incoming_mails",
    "insert_mails",
    "intake",
    "read_header",
    "reparse_all",
    "start_listeners",
]
