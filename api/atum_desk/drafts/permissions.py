"""The permissions of this slice's routes."""

from __future__ import annotations

READ = "ticket:read"
REPLY = "ticket:reply"
NOTE = "ticket:note"
