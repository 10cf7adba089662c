"""The permissions of this slice's routes and commands."""

from __future__ import annotations

# Who is away.
READ = "ticket:read"
# One's own absences, by whoever works on tickets.
NOTE = "ticket:note"
ASSIGN = "ticket:assign"
# Anybody's.
SETTINGS_PEOPLE_EDIT = "settings:people:edit"
