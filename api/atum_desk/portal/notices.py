"""Sentences about requests of the portal."""

from __future__ import annotations

from atum_desk.kernel.notices import Notice


class NotConfirmed(Notice, frozen=True):
    """Sent from the portal. The link of its confirmation has not been followed."""

    code = "author.not_confirmed"


class Confirmed(Notice, frozen=True):
    """Sent from the portal. The link in a mail to this address was followed."""

    code = "author.confirmed"


class OfForms(Notice, frozen=True):
    """is set by forms alone"""

    code = "portal.of_forms"
