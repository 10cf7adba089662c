"""What uploaded files add to the product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from atum_desk.kernel.audience import TICKET_READ, person, seeing_ticket
from atum_desk.kernel.feature import Command, Feature, Irreversible, Table
from atum_desk.kernel.jobs.job_types import JobType

if TYPE_CHECKING:
    from atum_desk.kernel.jobs.handlers import HandledJob
    from atum_desk.kernel.jobs.schedules import Schedule

PART_OF_A_MESSAGE = Irreversible("an upload belongs to its message.")


def _routes() -> Sequence[Any]:
    from atum_desk.files import routes

    return routes.routes


def _schedules() -> Mapping[str, Schedule]:
    from atum_desk.files import jobs

    return jobs.schedules


def _job_handlers() -> Sequence[HandledJob]:
    from atum_desk.files import jobs

    return jobs.job_handlers


class RemoveContents(msgspec.Struct):
    """Contents, by SHA-256, that go as soon as nothing names them: what was redacted waits for no sweep."""

    sha256: list[str]


REMOVE_CONTENTS = JobType(name="files.remove", parameters=RemoveContents)

FEATURE = Feature(
    name="files",
    commands=(
        Command(name="attachment.upload", permission=None, undo=PART_OF_A_MESSAGE, is_quiet=True),
        Command(name="attachment.refuse", permission=None, undo=PART_OF_A_MESSAGE),
        Command(name="attachment.sweep", permission=None, undo=PART_OF_A_MESSAGE),
    ),
    tables=(
        # An upload that belongs to no message yet is its uploader's alone.
        Table(name="attachments", live="attachments", audience=(seeing_ticket(), person("uploaded_by", TICKET_READ))),
    ),
    settings=("upload_keep_hours",),
    routes=_routes,
    large_bodies={"/attachments": "upload_max_bytes"},
    jobs=(REMOVE_CONTENTS,),
    job_handlers=_job_handlers,
    schedules=_schedules,
)
