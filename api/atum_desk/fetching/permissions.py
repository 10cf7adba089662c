"""The permissions of this slice: whoever sets up mailboxes sets up their ways in, and auditors look."""

from __future__ import annotations

from atum_desk.mail.public import SETTINGS_MAILBOXES_EDIT

# The ledger shows an auditor every change of these settings already.
AUDIT_READ = "audit:read"
RECEIVING_READ = (SETTINGS_MAILBOXES_EDIT, AUDIT_READ)

__all__ = ["AUDIT_READ", "RECEIVING_READ", "SETTINGS_MAILBOXES_EDIT"]
