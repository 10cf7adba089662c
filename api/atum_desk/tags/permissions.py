"""The permissions of this slice's routes and commands."""

from __future__ import annotations

TAGS_EDIT = "settings:tags:edit"
# Whoever looks after the desk reads what others manage.
AUDIT_READ = "audit:read"
