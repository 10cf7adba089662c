"""The permissions of this slice's routes and commands."""

from __future__ import annotations

READ = "ticket:read"
OPEN = "ticket:open"
REPLY = "ticket:reply"
NOTE = "ticket:note"
ASSIGN = "ticket:assign"
MOVE = "ticket:move"
STATUS = "ticket:status"
PRIORITY = "ticket:priority"
TAG = "ticket:tag"
EDIT = "ticket:edit"
MERGE = "ticket:merge"
REDACT = "ticket:redact"
UNDO_ANY = "change:undo_any"
