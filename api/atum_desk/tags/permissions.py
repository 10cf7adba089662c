"""The permissions of this slice's routes and commands."""

from __future__ import annotations

from atum_desk.bulk.permissions import TAGS_EDIT

__all__ = ["TAGS_EDIT"]
