"""What drafts add to the product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from atum_desk.kernel.feature import Feature

if TYPE_CHECKING:
    from atum_desk.kernel.jobs.schedules import Schedule


def _routes() -> Sequence[Any]:
    from atum_desk.drafts import routes

    return routes.routes


def _schedules() -> Mapping[str, Schedule]:
    from atum_desk.drafts import jobs

    return jobs.schedules


FEATURE = Feature(name="drafts", routes=_routes, schedules=_schedules)
