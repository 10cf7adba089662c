"""The permissions of this slice's commands."""

from __future__ import annotations

MAIL_MANAGE = "mail:manage"
MAIL_QUARANTINE = "mail:quarantine"
SETTINGS_MAILBOXES_EDIT = "settings:mailboxes:edit"
