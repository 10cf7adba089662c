"""The permissions of this slice's routes: what a run does to a ticket takes what it takes of one ticket."""

from __future__ import annotations

from atum_desk.tickets.public import PERMISSIONS_TO_SET_ANY

# As tickets name them.
READ = "ticket:read"
NOTE = "ticket:note"
REPLY = "ticket:reply"
# What a run for a whole workspace took, its undo takes again.
TAGS_EDIT = "settings:tags:edit"
ANY_OF = (*PERMISSIONS_TO_SET_ANY, NOTE, REPLY, TAGS_EDIT)
