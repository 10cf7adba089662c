"""The permissions of this slice's routes: a file is read with its ticket and sent with a message."""

from __future__ import annotations

TICKET_READ = "ticket:read"
TICKET_WRITE = ("ticket:reply", "ticket:note", "ticket:open")
