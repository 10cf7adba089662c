"""The permissions of this slice's routes and commands."""

from __future__ import annotations

# One's own views, and those of others that they may change.
VIEW_EDIT = "view:edit"
# Views for a team or for the staff.
VIEW_SHARE = "view:share"
# Everybody's shared views, those that came with the product among them.
SETTINGS_VIEWS_EDIT = "settings:views:edit"
# A view shows tickets, so whoever reads those reads these, and lays out how they are shown.
TICKET_READ = "ticket:read"
