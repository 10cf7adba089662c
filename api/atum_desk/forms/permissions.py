"""Permissions about forms."""

from __future__ import annotations

SETTINGS_FORMS_EDIT = "settings:forms:edit"
# Of tickets: who reads them sees which forms there are, who opens them fills one in.
TICKET_READ = "ticket:read"
TICKET_OPEN = "ticket:open"
