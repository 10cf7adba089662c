"""The permissions of this slice's commands."""

from __future__ import annotations

CONTACT_EDIT = "contact:edit"
ORGANIZATION_EDIT = "organization:edit"
