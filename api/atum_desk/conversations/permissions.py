"""The permissions of this slice's routes and commands."""

from __future__ import annotations

READ = "ticket:read"
# Mail of a conversation leaves as that of a reply does.
REPLY = "ticket:reply"
