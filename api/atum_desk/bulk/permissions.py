"""The permissions of this slice's routes: what a run does to a ticket takes what it takes of one ticket."""

from __future__ import annotations

READ = "ticket:read"
EDIT = "ticket:edit"
NOTE = "ticket:note"
REPLY = "ticket:reply"
OPEN = "ticket:open"
ASSIGN = "ticket:assign"
# What a run for a whole workspace took, its undo takes again.
TAGS_EDIT = "settings:tags:edit"
# Those to set a property, as tickets name them; written out, for every process reads this.
TO_SET = ("ticket:edit", "ticket:status", "ticket:priority", "ticket:move", "ticket:assign", "ticket:tag")
ANY_OF = (*TO_SET, NOTE, REPLY, TAGS_EDIT)
