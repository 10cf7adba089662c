"""The permissions of this slice's routes and commands."""

from __future__ import annotations

SETTINGS_STATUSES_EDIT = "settings:statuses:edit"
# Statuses describe tickets, so whoever reads those reads these.
TICKET_READ = "ticket:read"
