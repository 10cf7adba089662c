"""The permissions of this slice's routes and commands."""

from __future__ import annotations

# One's own time.
TIME_LOG = "time:log"
# Everybody's time.
TIME_EDIT = "time:edit"
SETTINGS_TIME_EDIT = "settings:time:edit"
READ = "ticket:read"
