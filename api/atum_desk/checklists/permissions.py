"""The permissions of this slice's routes and commands."""

from __future__ import annotations

READ = "ticket:read"
# Checklists on a ticket and their items.
EDIT = "ticket:edit"
# One's own templates.
CHECKLIST_EDIT = "checklist:edit"
# Templates for a team or for the staff.
CHECKLIST_SHARE = "checklist:share"
# Everybody's templates for a team or for the staff.
SETTINGS_CHECKLISTS_EDIT = "settings:checklists:edit"
