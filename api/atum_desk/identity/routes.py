"""Doors of signing in, one's own account, people, roles and teams."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from litestar import Response, delete, get, patch, post
from litestar.params import Parameter

from atum_desk.http.answers import answers
from atum_desk.http.headers import IfMatch, Limit, version_of
from atum_desk.http.limits import RateLimits
from atum_desk.http.requests import AnyRequest
from atum_desk.http.sessions import STAFF_COOKIE, live_address, session_cookie
from atum_desk.identity import commands, problems, queries
from atum_desk.identity.models import NamedRef, Person, Team
from atum_desk.identity.schemas import (
    Me,
    MeChange,
    MePerson,
    MeSettings,
    NewPerson,
    NewTeam,
    NewToken,
    PasswordChange,
    PasswordMade,
    PersonChange,
    PersonMade,
    PersonPage,
    RoleList,
    SessionList,
    SignIn,
    TeamChange,
    TeamList,
    TokenMade,
)
from atum_desk.kernel.context import Actor, token_hash
from atum_desk.kernel.db import Database
from atum_desk.kernel.paging import DEFAULT_LIMIT, cut_page, decode_cursor, encode_cursor
from atum_desk.kernel.problems import AlreadyExists, RateLimited, VersionConflict
from atum_desk.kernel.settings import Settings


@post("/session", status_code=200, responses=answers(problems.SignInFailed, RateLimited))
async def sign_in(
    request: AnyRequest,
    database: Database,
    settings: Settings,
    limits: RateLimits,
    client_ip: str,
    data: SignIn,
) -> Response[Me]:
    """Sign in with e-mail address and password; the answer sets the session's cookie."""
    await limits.count("sign_in_ip", client_ip)
    await limits.count("sign_in_email", data.email.strip().lower())
    opened = await commands.sign_in(
        database, data.email, data.password,
        user_agent=request.headers.get("user-agent", ""), ip=client_ip, lifetime_days=settings.session_days,
    )  # fmt: skip
    await limits.forget("sign_in_email", data.email.strip().lower())
    actor = await database.authenticate(token_hash(opened.token), "staff")
    me = await _me(request, database, settings, actor)
    return Response(
        me, cookies=[session_cookie(STAFF_COOKIE, opened.token, opened.lifetime, settings)]
    )


@delete("/session")
async def sign_out(database: Database, actor: Actor, settings: Settings) -> Response[None]:
    """End this session."""
    await commands.end_session(database, actor, actor.session_id)
    gone = session_cookie(STAFF_COOKIE, "", timedelta(0), settings)
    return Response(None, cookies=[gone], status_code=204)


@get("/me")
async def get_me(request: AnyRequest, database: Database, settings: Settings, actor: Actor) -> Me:
    """Tell who is signed in and what they may do."""
    return await _me(request, database, settings, actor)


@patch("/me")
async def change_me(
    request: AnyRequest, database: Database, settings: Settings, actor: Actor, data: MeChange
) -> Me:
    """Change one's own name or language."""
    await commands.change_profile(database, actor, data)
    database.forget(actor.token_hash)
    return await _me(
        request, database, settings, await database.authenticate(actor.token_hash, "staff")
    )


@post("/me/password", status_code=204, responses=answers(problems.SignInFailed, RateLimited))
async def change_my_password(
    database: Database, actor: Actor, limits: RateLimits, data: PasswordChange
) -> None:
    """Change one's own password; one's other sessions end."""
    await limits.count("sign_in_email", f"person {actor.person_id}")
    await commands.change_password(database, actor, data.current_password, data.new_password)


@get("/me/sessions")
async def list_my_sessions(database: Database, actor: Actor) -> SessionList:
    """List one's open sessions and tokens."""
    async with database.reading(actor) as view:
        return SessionList(
            items=await queries.list_sessions(view, actor.person_id, actor.session_id)
        )


@delete("/me/sessions/{session_id:int}", responses=answers(problems.SessionNotFound))
async def end_my_session(database: Database, actor: Actor, session_id: int) -> None:
    """End one of one's own sessions or tokens."""
    await commands.end_session(database, actor, session_id)


@post("/me/tokens", responses=answers(problems.NoSuchPermission))
async def make_token(database: Database, actor: Actor, data: NewToken) -> TokenMade:
    """Make a token for scripts (`Authorization: Bearer ...`); it is shown this once."""
    return await commands.make_token(database, actor, data)


@get("/people")
async def list_people(
    database: Database,
    actor: Actor,
    kind: Literal["staff", "contact"] = "staff",
    q: Annotated[str, Parameter(max_length=200)] = "",
    limit: Limit = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> PersonPage:
    """List people by name."""
    after = decode_cursor(cursor, tuple[str, int])
    async with database.reading(actor) as view:
        rows = await queries.list_people(view, kind, q.strip(), after, limit + 1)
    items, more = cut_page(rows, limit)
    return PersonPage(items, encode_cursor(items[-1].name, items[-1].id) if more else None)


@post("/people", responses=answers(AlreadyExists, problems.GrantTooWide, problems.RoleNotFound))
async def add_person(database: Database, actor: Actor, data: NewPerson) -> PersonMade:
    """Add a member of the staff."""
    return await commands.add_person(database, actor, data)


@patch(
    "/people/{person_id:int}",
    responses=answers(
        problems.PersonNotFound, problems.LastAdministrator, problems.GrantTooWide, VersionConflict
    ),
)
async def change_person(
    database: Database, actor: Actor, person_id: int, data: PersonChange, if_match: IfMatch = None
) -> Person:
    """Change a member of the staff; making them inactive ends their sessions."""
    await commands.change_person(database, actor, person_id, data, version_of(if_match))
    async with database.reading(actor) as view:
        return await queries.get_person(view, person_id)


@post(
    "/people/{person_id:int}/password", status_code=200, responses=answers(problems.PersonNotFound)
)
async def reset_password(database: Database, actor: Actor, person_id: int) -> PasswordMade:
    """Give a member of the staff a new password, shown this once; their sessions end."""
    return PasswordMade(await commands.reset_password(database, actor, person_id))


@get("/roles")
async def list_roles(database: Database, actor: Actor) -> RoleList:
    """List the roles and their permissions."""
    async with database.reading(actor) as view:
        return RoleList(await queries.list_roles(view))


@get("/teams")
async def list_teams(database: Database, actor: Actor) -> TeamList:
    """List the teams whose tickets the actor sees."""
    async with database.reading(actor) as view:
        return TeamList(await queries.list_teams(view))


@post("/teams", responses=answers(AlreadyExists))
async def add_team(database: Database, actor: Actor, data: NewTeam) -> Team:
    """Add a team."""
    team_id = await commands.add_team(database, actor, data)
    async with database.reading(actor) as view:
        return await queries.get_team(view, team_id)


@patch(
    "/teams/{team_id:int}", responses=answers(problems.TeamNotFound, AlreadyExists, VersionConflict)
)
async def change_team(
    database: Database, actor: Actor, team_id: int, data: TeamChange, if_match: IfMatch = None
) -> Team:
    """Change a team's name, colour or members."""
    await commands.change_team(database, actor, team_id, data, version_of(if_match))
    async with database.reading(actor) as view:
        return await queries.get_team(view, team_id)


async def _me(request: AnyRequest, database: Database, settings: Settings, actor: Actor) -> Me:
    async with database.reading(actor) as view:
        team_ids = await queries.list_own_teams(view, actor.person_id)
        chosen = await queries.find_undo_send_seconds(view, actor.person_id)
    # as entered just now: the remembered one may hold powers of yesterday
    actor = view.actor if isinstance(view.actor, Actor) else actor
    role = NamedRef(actor.role_id, actor.role_name or "") if actor.role_id else None
    return Me(
        person=MePerson(actor.person_id, actor.name, actor.email, actor.person_kind, role, actor.locale, team_ids),
        workspace=NamedRef(actor.workspace_id, actor.workspace_name),
        permissions=sorted(actor.permissions), audience=actor.audience,
        live_url=live_address(request.headers.get("host", ""), settings),
        settings=MeSettings(
            undo_send_seconds=settings.undo_send_seconds if chosen is None else chosen,
            undo_send_default=settings.undo_send_seconds, undo_send_chosen=chosen is not None,
            upload_max_bytes=settings.upload_max_bytes,
        ),
    )  # fmt: skip


routes = [
    sign_in,
    sign_out,
    get_me,
    change_me,
    change_my_password,
    list_my_sessions,
    end_my_session,
    make_token,
    list_people,
    add_person,
    change_person,
    reset_password,
    list_roles,
    list_teams,
    add_team,
    change_team,
]
