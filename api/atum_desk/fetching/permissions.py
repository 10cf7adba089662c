"""The permissions of this slice: whoever sets up mailboxes sets up their ways in, and auditors look."""

from __future__ import annotations

SETTINGS_MAILBOXES_EDIT = "settings:mailboxes:edit"
SETTINGS_READ = "settings:read"
# The ledger shows an auditor every change of these settings already.
AUDIT_READ = "audit:read"
RECEIVING_READ = (SETTINGS_MAILBOXES_EDIT, AUDIT_READ)
