"""The permissions of this slice's routes and commands."""

from __future__ import annotations

# One's own absences, and who is away.
READ = "ticket:read"
ASSIGN = "ticket:assign"
# Anybody's.
SETTINGS_PEOPLE_EDIT = "settings:people:edit"
