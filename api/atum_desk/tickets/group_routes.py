"""HTTP routes of lists in groups."""

from __future__ import annotations

from typing import Annotated, get_args

from litestar import get
from litestar.params import Parameter

from atum_desk.conditions.public import MAX_CHARACTERS, ConditionInvalid
from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import numbers_of, words_of, zone_of
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.lifecycle.public import CATEGORIES
from atum_desk.tickets import permissions, problems
from atum_desk.tickets.asked_lists import assignee_of, view_of
from atum_desk.tickets.group_schemas import TicketGroups
from atum_desk.tickets.queries.grouped_lists import read_grouped_list
from atum_desk.tickets.schemas import TicketFilter, View
from atum_desk.tickets.values import PRIORITIES

TEXT = "A condition in its text form; words in it are looked for in each ticket"
Words = Annotated[str | None, Parameter(description="As of `GET /tickets`, separated by commas")]


@get(
    "/tickets/groups",
    opt=needs(permissions.READ),
    responses=answers(problems.GroupUnknown, problems.ListTooBroad, problems.ViewNotFound, ConditionInvalid),
)
async def list_groups(
    database: Database,
    actor: Actor,
    by: Annotated[str, Parameter(max_length=60, description="The key of a field with `can_group` of `GET /fields`")],
    view: Annotated[
        str, Parameter(max_length=40, description=f"The id of a view, or one of {', '.join(get_args(View))}")
    ] = "all_open",
    team_id: Words = None,
    assignee_id: Annotated[str | None, Parameter(description="An id, `me` or `none`")] = None,
    status: Words = None,
    category: Words = None,
    priority: Words = None,
    tag: Annotated[str | None, Parameter(max_length=50)] = None,
    requester_id: int | None = None,
    organization_id: int | None = None,
    q: Annotated[str, Parameter(max_length=MAX_CHARACTERS, description=TEXT)] = "",
    zone: Annotated[str, Parameter(max_length=60, description="The reader's time zone: when days begin")] = "UTC",
) -> TicketGroups:
    """List the groups of a list by a field, at most 100, each with its count, exact up to a thousand."""
    named, view_id = view_of(view)
    wanted = TicketFilter(
        view=named,
        view_id=view_id,
        team_ids=numbers_of(team_id, "team_id"),
        assignee_id=assignee_of(assignee_id, actor),
        statuses=words_of(status, "status"),
        categories=words_of(category, "category", CATEGORIES),  # type: ignore[arg-type]
        priorities=words_of(priority, "priority", PRIORITIES),  # type: ignore[arg-type]
        tag=tag,
        requester_id=requester_id,
        organization_id=organization_id,
    )
    return await read_grouped_list(database, actor, wanted, by, q, zone_of(zone))


routes = [list_groups]
