"""The permissions of this slice's commands."""

from __future__ import annotations

OUTBOX_MANAGE = "outbox:manage"
SENDING_EDIT = "settings:mailboxes:edit"
STANDING_LIFT = "contact:edit"
