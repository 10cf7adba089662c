"""What stands beside the slices: the health checks and the API's own description."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from atum_desk.kernel.feature import Feature


def _routes() -> Sequence[Any]:
    from atum_desk.http import health, openapi_document

    return [*health.routes, openapi_document.get_document]


FEATURE = Feature(name="http", routes=_routes)
