"""The permissions of this slice's routes and commands."""

from __future__ import annotations

# One's own signatures, by who writes replies.
REPLY = "ticket:reply"
# Everybody's, and those of mailboxes and teams.
SETTINGS_MAILBOXES_EDIT = "settings:mailboxes:edit"
READ = "ticket:read"
