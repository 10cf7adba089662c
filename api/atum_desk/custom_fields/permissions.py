"""The permissions of this slice's routes and commands."""

from __future__ import annotations

SETTINGS_FIELDS_EDIT = "settings:fields:edit"
# Fields describe tickets, contacts and organizations, so whoever reads one of these reads them.
TICKET_READ = "ticket:read"
CONTACT_READ = "contact:read"
