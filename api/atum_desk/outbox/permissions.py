"""The permissions of this slice's routes and commands."""

from __future__ import annotations

OUTBOX_READ = "outbox:read"
OUTBOX_MANAGE = "outbox:manage"
SETTINGS_READ = "settings:read"
SENDING_EDIT = "settings:mailboxes:edit"
STANDING_LIFT = "contact:edit"
# Whoever wrote a mail may see to it, which the command checks; writing took one of these.
SEE_TO_MAIL = (OUTBOX_MANAGE, "ticket:reply", "ticket:open")
