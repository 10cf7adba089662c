"""The permissions of this slice's routes and commands."""

from __future__ import annotations

PEOPLE_READ = "people:read"
CONTACT_READ = "contact:read"
SETTINGS_READ = "settings:read"
SETTINGS_MAILBOXES_EDIT = "settings:mailboxes:edit"
SETTINGS_PEOPLE_EDIT = "settings:people:edit"
SETTINGS_TEAMS_EDIT = "settings:teams:edit"
SETTINGS_ROLES_EDIT = "settings:roles:edit"
# Whoever sets something up sees what they set up.
STAFF_READ = (PEOPLE_READ, SETTINGS_PEOPLE_EDIT, SETTINGS_TEAMS_EDIT)
