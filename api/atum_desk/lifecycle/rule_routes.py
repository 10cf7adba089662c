"""HTTP routes of the rules of closing and reopening."""

from __future__ import annotations

from litestar import delete, get, patch

from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import IfMatch, version_of
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.problems import VersionConflict
from atum_desk.lifecycle import queries, rule_commands
from atum_desk.lifecycle.permissions import SETTINGS_STATUSES_EDIT, TICKET_READ
from atum_desk.lifecycle.problems import RulesTeamUnknown
from atum_desk.lifecycle.schemas import RulesChange, RulesList


@get("/lifecycle-rules", opt=needs(TICKET_READ))
async def list_rules(database: Database, actor: Actor) -> RulesList:
    """Return when tickets close and reopen, for the workspace and for the teams that have rules of their own."""
    return await _read(database, actor)


@patch("/lifecycle-rules", opt=needs(SETTINGS_STATUSES_EDIT), responses=answers(VersionConflict))
async def change_rules(database: Database, actor: Actor, data: RulesChange, if_match: IfMatch = None) -> RulesList:
    """Change the rules of the workspace, which hold for every team without its own."""
    await rule_commands.change_rules(database, actor, data, version_of(if_match))
    return await _read(database, actor)


@patch(
    "/lifecycle-rules/teams/{team_id:int}",
    opt=needs(SETTINGS_STATUSES_EDIT),
    responses=answers(RulesTeamUnknown, VersionConflict),
)
async def change_team_rules(
    database: Database, actor: Actor, team_id: int, data: RulesChange, if_match: IfMatch = None
) -> RulesList:
    """Give a team rules of its own, or change them."""
    await rule_commands.change_team_rules(database, actor, team_id, data, version_of(if_match))
    return await _read(database, actor)


@delete(
    "/lifecycle-rules/teams/{team_id:int}",
    opt=needs(SETTINGS_STATUSES_EDIT),
    status_code=200,
    responses=answers(RulesTeamUnknown),
)
async def follow_workspace(database: Database, actor: Actor, team_id: int) -> RulesList:
    """Let a team follow the workspace's rules."""
    await rule_commands.follow_workspace(database, actor, team_id)
    return await _read(database, actor)


async def _read(database: Database, actor: Actor) -> RulesList:
    async with database.reading(actor) as transaction:
        return RulesList(await queries.get_rules(transaction, None), await queries.list_team_rules(transaction))


routes = [list_rules, change_rules, change_team_rules, follow_workspace]
