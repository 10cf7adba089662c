"""The worker acts for a person who is not there: with their powers and their sight of this moment.

A job that somebody asked for may run after they closed the browser. It enters as they would, by a
session of the kind `job` that the database opens for it alone (migration 0040). Their powers are read
anew in each transaction, so what they lose meanwhile is refused; when they are switched off, or the
token that asked is ended, the session is gone and `NotSignedIn` is raised.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from atum_desk.kernel.context import Actor, new_token, token_hash
from atum_desk.kernel.problems import NotSignedIn

if TYPE_CHECKING:
    from atum_desk.kernel.jobs.handlers import JobContext

LONGEST = timedelta(hours=2)


@asynccontextmanager
async def acting_person(
    job: JobContext, person_id: int, *, name: str, token_id: int | None, scopes: list[str] | None
) -> AsyncIterator[Actor]:
    """Act as a member of the staff; `token_id` and `scopes` are those of the token that asked, if one did.

    `name` tells the job; another run of the same job ends the session of the one before. Raises NotSignedIn.
    """
    hashed = token_hash(new_token("staff"))
    async with job.database.marking(job.actor) as transaction:
        session_id = await transaction.fetchval(
            "select open_job_session($1, $2, $3, $4, $5, $6)", person_id, name, hashed, token_id, scopes, LONGEST
        )
    if session_id is None:
        raise NotSignedIn
    try:
        yield await job.database.authenticate(hashed, "staff")
    finally:
        job.database.forget(hashed)
        async with job.database.marking(job.actor) as transaction:
            await transaction.execute("select close_job_session($1)", session_id)
