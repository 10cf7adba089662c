"""The permissions of the list of changes and of undo."""

from __future__ import annotations

from atum_desk.kernel.ledger import undo_refusals

TICKET_READ = "ticket:read"
UNDO_ANY = undo_refusals.UNDO_ANY
AUDIT_READ = "audit:read"
