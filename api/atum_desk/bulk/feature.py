"""What bulk runs add to the product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from atum_desk.bulk.permissions import ANY_OF
from atum_desk.kernel.audience import ACTOR, person
from atum_desk.kernel.feature import Command, Feature, Irreversible
from atum_desk.kernel.jobs.job_types import HandledJob, JobType

if TYPE_CHECKING:
    from atum_desk.kernel.jobs.schedules import Schedule

UNDONE_BY_ITS_REPORT = Irreversible("it only says what was asked; what the run did is undone by the run.")


def _routes() -> Sequence[Any]:
    from atum_desk.bulk import outbound_routes, routes

    return [*routes.routes, *outbound_routes.routes]


def _job_handlers() -> Sequence[HandledJob]:
    from atum_desk.bulk import jobs

    return jobs.job_handlers


def _schedules() -> Mapping[str, Schedule]:
    from atum_desk.bulk import jobs

    return jobs.schedules


class RunBulk(msgspec.Struct):
    """Which run to do."""

    run_id: int


# It ends by itself; a worker that stops puts it back, and each stop counts as an attempt.
RUN_BULK = JobType(name="bulk.run", parameters=RunBulk, max_attempts=50, timeout_seconds=7200.0, at_once=3)

FEATURE = Feature(
    name="bulk",
    commands=(
        *(
            Command(
                name=f"bulk.{verb}",
                permission=ANY_OF,
                undo=UNDONE_BY_ITS_REPORT,
                live="bulk",
                audience=(person(ACTOR),),
            )
            for verb in ("start", "cancel", "undo", "finish")
        ),
        # What it does to one ticket.
        Command(name="bulk.apply", permission=ANY_OF, undo="inverse", live="bulk", audience=(person(ACTOR),)),
    ),
    jobs=(RUN_BULK,),
    job_handlers=_job_handlers,
    schedules=_schedules,
    routes=_routes,
)
