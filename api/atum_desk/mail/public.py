"""What other slices and the entry may use of mail."""

from atum_desk.mail.audit import audit_lines, audit_mail, audit_sent
from atum_desk.mail.filing.release_memory import give_back_memory
from atum_desk.mail.models import MailboxAudit, MailboxTarget, OfferedMail
from atum_desk.mail.problems import MailboxNotFound, MailNotFound
from atum_desk.mail.queries import audit as audit_mailboxes
from atum_desk.mail.queries import get_raw, insert_mails
from atum_desk.mail.receiving.delivery import deliver_piped
from atum_desk.mail.receiving.listener import Listeners, start_listeners
from atum_desk.mail.receiving.receive import incoming_mails
from atum_desk.mail.receiving.source import read_header
from atum_desk.mail.receiving.traffic import intake
from atum_desk.mail.reparse.workspaces import reparse_all
from atum_desk.mail.schemas import ReparseResult

__all__ = [
    "Listeners",
    "MailNotFound",
    "MailboxAudit",
    "MailboxNotFound",
    "MailboxTarget",
    "OfferedMail",
    "ReparseResult",
    "audit_lines",
    "audit_mail",
    "audit_mailboxes",
    "audit_sent",
    "deliver_piped",
    "get_raw",
    "give_back_memory",
    "incoming_mails",
    "insert_mails",
    "intake",
    "read_header",
    "reparse_all",
    "start_listeners",
]
