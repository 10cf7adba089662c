"""The permissions of this slice's routes and commands."""

from __future__ import annotations

# One's own macros.
MACRO_EDIT = "macro:edit"
# Macros for a team or for the staff.
MACRO_SHARE = "macro:share"
# Everybody's macros for a team or for the staff.
SETTINGS_MACROS_EDIT = "settings:macros:edit"
READ = "ticket:read"
NOTE = "ticket:note"
REPLY = "ticket:reply"
# Those to set a property, as tickets name them; written out, for every process reads this.
TO_SET = ("ticket:edit", "ticket:status", "ticket:priority", "ticket:move", "ticket:assign", "ticket:tag")
# What a macro does to a ticket takes what it takes without one.
TO_APPLY = (*TO_SET, NOTE, REPLY)
