"""The permission of this slice's routes and commands."""

from __future__ import annotations

SETTINGS_STATUSES_EDIT = "settings:statuses:edit"
