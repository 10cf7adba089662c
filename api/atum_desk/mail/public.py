"""What other slices and the entry may use of mail."""

from atum_desk.mail.audit import audit_lines, audit_mail
from atum_desk.mail.delivering import deliver_piped
from atum_desk.mail.listener import Listeners, start_listeners
from atum_desk.mail.models import MailboxAudit
from atum_desk.mail.queries import audit as audit_mailboxes
from atum_desk.mail.rereading import reparse_all
from atum_desk.mail.schemas import ReparseResult

__all__ = [
    "Listeners",
    "MailboxAudit",
    "ReparseResult",
    "audit_lines",
    "audit_mail",
    "audit_mailboxes",
    "deliver_piped",
    "reparse_all",
    "start_listeners",
]
