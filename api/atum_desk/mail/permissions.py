"""The permissions of this slice's routes and commands."""

from __future__ import annotations

MAIL_READ = "mail:read"
MAIL_MANAGE = "mail:manage"
MAIL_QUARANTINE = "mail:quarantine"
OUTBOX_READ = "outbox:read"
REPORTS_READ = "reports:read"
SETTINGS_READ = "settings:read"
SETTINGS_MAILBOXES_EDIT = "settings:mailboxes:edit"
TICKET_READ = "ticket:read"
TICKET_STATUS = "ticket:status"
