"""What other slices and the entry may use of mail."""

from atum_desk.mail.audit import audit_lines, audit_mail
from atum_desk.mail.delivering import deliver_piped
from atum_desk.mail.listener import Listeners, start_listeners
from atum_desk.mail.models import MailboxAudit
from atum_desk.mail.queries import audit as audit_mailboxes

__all__ = [
    "Listeners",
    "MailboxAudit",
    "audit_lines",
    "audit_mail",
    "audit_mailboxes",
    "deliver_piped",
    "start_listeners",
]
