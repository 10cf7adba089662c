"""What the search adds to the product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from atum_desk.kernel.feature import Feature


def _routes() -> Sequence[Any]:
    from atum_desk.search import routes

    return routes.routes


FEATURE = Feature(name="search", routes=_routes)
