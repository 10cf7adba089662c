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
UNDO_ANY = "change:undo_any"

OF_FIELD = {
    "subject": EDIT,
    "type": EDIT,
    "requester_id": EDIT,
    "status": STATUS,
    "priority": PRIORITY,
    "assignee_id": ASSIGN,
    "team_id": MOVE,
    "tags": TAG,
}
# Of these a change of a ticket needs one at least.
OF_ANY_FIELD = tuple(dict.fromkeys(OF_FIELD.values()))
