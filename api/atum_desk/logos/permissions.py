"""The permission of this slice's routes and commands."""

from __future__ import annotations

SETTINGS_ROLES_EDIT = "settings:roles:edit"
