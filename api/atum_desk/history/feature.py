"""What the list of changes and undo add to the product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from atum_desk.history.permissions import AUDIT_READ, UNDO_ANY
from atum_desk.kernel.feature import AUDITORS, LEADS, Command, Feature, Irreversible, Permission


def _routes() -> Sequence[Any]:
    from atum_desk.history import routes

    return routes.routes


FEATURE = Feature(
    name="history",
    permissions=(Permission(UNDO_ANY, LEADS), Permission(AUDIT_READ, AUDITORS)),
    commands=(
        # An undo is taken back as the command that it took back, which its summary names.
        Command(name="change.undo", permission=None, undo=Irreversible("it does not say which command it took back.")),
        Command(name="ledger.remove_texts", permission=None, undo=Irreversible("what it removed is kept nowhere.")),
    ),
    routes=_routes,
)
