"""The permissions of this slice's routes and commands."""

from __future__ import annotations

TICKET_READ = "ticket:read"
TICKET_EXPORT = "ticket:export"
# Mails as they came are in a bundle for whoever may read received mail.
MAIL_READ = "mail:read"
