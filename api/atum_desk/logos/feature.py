"""What the workspace's logo adds to the product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from atum_desk.kernel.feature import Command, Feature, Table
from atum_desk.logos.permissions import SETTINGS_ROLES_EDIT


def _routes() -> Sequence[Any]:
    from atum_desk.logos import routes

    return routes.routes


FEATURE = Feature(
    name="logos",
    commands=(Command(name="workspace.logo", permission=SETTINGS_ROLES_EDIT, undo="inverse"),),
    # The workspace's row changes with it, and that is told.
    tables=(Table(name="workspace_logos", live=None, audience=()),),
    routes=_routes,
    large_bodies={"/workspace/logo": "upload_max_bytes"},
)
