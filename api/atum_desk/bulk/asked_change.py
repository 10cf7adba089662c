"""What a bulk request sets of each ticket, as the commands of tickets take it."""

from __future__ import annotations

import msgspec

from atum_desk.actions.public import change_of, list_of_changes
from atum_desk.bulk.schemas import BulkActions
from atum_desk.tickets.public import BulkChange


def asked_change(actions: BulkActions, me: int | None) -> BulkChange:
    """Return the change of each ticket; `me` is the person that asked. Raises the problems of actions."""
    change = change_of(list_of_changes(actions.set, actions.add_tags, actions.remove_tags), me)
    return msgspec.structs.replace(change, where_missing=actions.where_missing)
