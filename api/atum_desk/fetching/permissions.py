"""The permission of this slice's commands: whoever sets up mailboxes sets up their ways in."""

from __future__ import annotations

from atum_desk.mail.public import SETTINGS_MAILBOXES_EDIT

__all__ = ["SETTINGS_MAILBOXES_EDIT"]
