"""What files of contacts add to the product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from atum_desk.contact_imports.permissions import CONTACT_EDIT, ORGANIZATION_EDIT
from atum_desk.kernel.audience import staff
from atum_desk.kernel.feature import Command, Feature
from atum_desk.kernel.jobs.job_types import JobType

if TYPE_CHECKING:
    from atum_desk.kernel.jobs.handlers import HandledJob


class RunImport(msgspec.Struct, frozen=True):
    """The import whose rows are to be carried out."""

    import_id: int


RUN_IMPORT = JobType(name="contact_imports.run", parameters=RunImport, timeout_seconds=1800.0, at_once=1)


def _routes() -> Sequence[Any]:
    from atum_desk.contact_imports import routes

    return routes.routes


def _job_handlers() -> Sequence[HandledJob]:
    from atum_desk.contact_imports import jobs

    return jobs.job_handlers


FEATURE = Feature(
    name="contact_imports",
    # A batch answers the start, so that it is taken back with it.
    commands=tuple(
        Command(
            name=f"{entity}_import.{step}",
            permission=permission,
            undo="inverse",
            live="contact_imports",
            audience=(staff(permission),),
        )
        for entity, permission in (("contact", CONTACT_EDIT), ("organization", ORGANIZATION_EDIT))
        for step in ("start", "batch")
    ),
    routes=_routes,
    large_bodies={"/contact-imports": "upload_max_bytes"},
    jobs=(RUN_IMPORT,),
    job_handlers=_job_handlers,
)
