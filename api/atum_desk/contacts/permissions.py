"""The permissions of this slice's routes and commands."""

from __future__ import annotations

CONTACT_READ = "contact:read"
CONTACT_EDIT = "contact:edit"
ORGANIZATION_EDIT = "organization:edit"
