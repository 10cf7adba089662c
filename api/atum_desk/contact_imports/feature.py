"""What files of contacts add to the product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from atum_desk.contact_imports.permissions import CONTACT_EDIT
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
    commands=(
        Command(
            name="contact_import.start",
            permission=CONTACT_EDIT,
            undo="inverse",
            live="contact_imports",
            audience=(staff(CONTACT_EDIT),),
        ),
        # Answers of the start, so that they are taken back with it.
        Command(
            name="contact_import.batch",
            permission=CONTACT_EDIT,
            undo="inverse",
            live="contact_imports",
            audience=(staff(CONTACT_EDIT),),
        ),
    ),
    routes=_routes,
    large_bodies={"/contact-imports": "upload_max_bytes"},
    jobs=(RUN_IMPORT,),
    job_handlers=_job_handlers,
)
