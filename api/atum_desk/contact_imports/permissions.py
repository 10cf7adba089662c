"""The permissions of this slice's routes and commands."""

from __future__ import annotations

CONTACT_EDIT = "contact:edit"
CONTACT_READ = "contact:read"
ORGANIZATION_EDIT = "organization:edit"
