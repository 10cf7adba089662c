"""The permissions of this slice's commands."""

from __future__ import annotations

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
