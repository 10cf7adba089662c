"""HTTP routes of signing in, one's own account, people, roles and teams."""

from __future__ import annotations

from typing import Annotated, Literal

from litestar import Response, delete, get, patch, post
from litestar.params import Parameter

from atum_desk.http.access import PUBLIC, SIGNED_IN, needs
from atum_desk.http.authentication import presented
from atum_desk.http.device_cookie import DEVICE_COOKIE, device_cookie
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import IfMatch, Limit, version_of
from atum_desk.http.rate_limits import RateLimits
from atum_desk.http.requests import AnyRequest
from atum_desk.http.session_cookies import STAFF_COOKIE, ended_cookies, live_address, session_cookies
from atum_desk.http.sign_in_throttle import CurrentPasswordThrottle, SignInThrottle
from atum_desk.identity import commands, problems, queries, session_ends, workspaces
from atum_desk.identity.models import Person, Team, Workspace, WorkspaceRef
from atum_desk.identity.passwords import salt_of
from atum_desk.identity.permissions import (
    CONTACT_READ,
    SETTINGS_PEOPLE_EDIT,
    SETTINGS_ROLES_EDIT,
    SETTINGS_TEAMS_EDIT,
    STAFF_READ,
)
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
    WorkspaceChange,
)
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor, token_hash
from atum_desk.kernel.cursors import DEFAULT_LIMIT, cut_page, decode_cursor, encode_cursor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.named_ref import NamedRef
from atum_desk.kernel.problems import AlreadyExists, RateLimited, VersionConflict


@post("/session", opt=PUBLIC, status_code=200, responses=answers(problems.SignInFailed, RateLimited))
async def sign_in(
    request: AnyRequest, database: Database, settings: Settings, limits: RateLimits, client_ip: str, data: SignIn
) -> Response[Me]:
    """Sign in with e-mail address and password; the answer sets the session's cookie."""
    device_cookie_sent = request.cookies.get(DEVICE_COOKIE)
    throttle = SignInThrottle(limits, settings.secret, email=data.email, ip=client_ip, device_cookie=device_cookie_sent)
    opened = await commands.sign_in(
        database,
        data.email,
        data.password,
        user_agent=request.headers.get("user-agent", ""),
        ip=client_ip,
        lifetime_days=settings.session_days,
        throttle=throttle,
    )
    actor = await database.authenticate(token_hash(opened.token), "staff")
    me = await _me(request, database, settings, actor)
    device = device_cookie(device_cookie_sent, settings, throttle.salt or "", throttle.device)
    return Response(me, cookies=[*session_cookies(STAFF_COOKIE, opened.token, opened.lifetime, settings), device])


@delete("/session", opt=SIGNED_IN)
async def sign_out(request: AnyRequest, database: Database, actor: Actor, settings: Settings) -> Response[None]:
    """End this session, and any other whose cookie this browser also sends."""
    await session_ends.end_session(database, actor, actor.session_id)
    for other in await presented(request, database, "staff"):
        if other.session_id != actor.session_id:
            await session_ends.end_session(database, other, other.session_id)
    return Response(None, cookies=ended_cookies(STAFF_COOKIE, settings), status_code=204)


@get("/me", opt=SIGNED_IN)
async def get_me(request: AnyRequest, database: Database, settings: Settings, actor: Actor) -> Me:
    """Tell who is signed in and what they may do."""
    return await _me(request, database, settings, actor)


@patch("/me", opt=SIGNED_IN)
async def change_me(request: AnyRequest, database: Database, settings: Settings, actor: Actor, data: MeChange) -> Me:
    """Change one's own name or language."""
    await commands.change_profile(database, actor, data)
    database.forget(actor.token_hash)
    return await _me(request, database, settings, await database.authenticate(actor.token_hash, "staff"))


@post(
    "/me/password",
    opt=SIGNED_IN,
    status_code=204,
    responses=answers(problems.SignInFailed, problems.WeakPassword, RateLimited),
)
async def change_my_password(
    request: AnyRequest,
    database: Database,
    settings: Settings,
    actor: Actor,
    limits: RateLimits,
    client_ip: str,
    data: PasswordChange,
) -> Response[None]:
    """Change one's own password; one's other sessions end, and one's tokens unless kept."""
    proof = CurrentPasswordThrottle(limits, actor)
    hashed = await commands.change_password(database, actor, data, proof)
    if actor.session_kind != "cookie":
        return Response(None, status_code=204)
    sent = request.cookies.get(DEVICE_COOKIE)
    here = SignInThrottle(limits, settings.secret, email=actor.email or "", ip=client_ip, device_cookie=sent)
    await here.know_from_now_on(salt_of(hashed))
    device = device_cookie(sent, settings, salt_of(hashed), None)
    return Response(None, cookies=[device], status_code=204)


@get("/me/sessions", opt=SIGNED_IN)
async def list_my_sessions(database: Database, actor: Actor) -> SessionList:
    """List one's open sessions and tokens."""
    async with database.reading(actor) as transaction:
        return SessionList(items=await queries.list_sessions(transaction, actor.person_id, actor.session_id))


@delete("/me/sessions/{session_id:int}", opt=SIGNED_IN, responses=answers(problems.SessionNotFound))
async def end_my_session(database: Database, actor: Actor, session_id: int) -> None:
    """End one of one's own sessions or tokens, and the tokens made by it."""
    await session_ends.end_session(database, actor, session_id)


@delete("/me/sessions", opt=SIGNED_IN)
async def end_my_other_sessions(database: Database, actor: Actor, keep_tokens: bool = False) -> None:
    """End all of one's sessions and tokens but this one; with `keep_tokens` only the sessions."""
    await session_ends.end_other_sessions(database, actor, keep_tokens=keep_tokens)


@post("/me/tokens", opt=SIGNED_IN, responses=answers(problems.NoSuchPermission, problems.TooManyTokens))
async def make_token(
    request: AnyRequest, database: Database, actor: Actor, client_ip: str, data: NewToken
) -> TokenMade:
    """Make a token for scripts (`Authorization: Bearer ...`); it is shown this once."""
    return await commands.make_token(
        database, actor, data, user_agent=request.headers.get("user-agent", ""), ip=client_ip
    )


@get("/people", opt=needs(*STAFF_READ, CONTACT_READ))
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
    rows = await commands.list_people(database, actor, kind, q.strip(), after, limit + 1)
    items, more = cut_page(rows, limit)
    return PersonPage(items, encode_cursor(items[-1].name, items[-1].id) if more else None)


@post(
    "/people",
    opt=needs(SETTINGS_PEOPLE_EDIT),
    responses=answers(AlreadyExists, problems.GrantTooWide, problems.RoleNotFound, problems.WeakPassword),
)
async def add_person(database: Database, actor: Actor, data: NewPerson) -> PersonMade:
    """Add a member of the staff."""
    return await commands.add_person(database, actor, data)


@patch(
    "/people/{person_id:int}",
    opt=needs(SETTINGS_PEOPLE_EDIT),
    responses=answers(problems.PersonNotFound, problems.LastAdministrator, problems.GrantTooWide, VersionConflict),
)
async def change_person(
    database: Database, actor: Actor, person_id: int, data: PersonChange, if_match: IfMatch = None
) -> Person:
    """Change a member of the staff.

    Making them inactive, or active again, ends their sessions, tokens and links; a role with fewer
    powers ends the tokens that carry what was lost.
    """
    await commands.change_person(database, actor, person_id, data, version_of(if_match))
    async with database.reading(actor) as transaction:
        return await queries.get_person(transaction, person_id)


@post(
    "/people/{person_id:int}/password",
    opt=needs(SETTINGS_PEOPLE_EDIT),
    status_code=200,
    responses=answers(problems.PersonNotFound),
)
async def reset_password(database: Database, actor: Actor, person_id: int) -> PasswordMade:
    """Give a member of the staff a new password, shown this once; their sessions, tokens and links end."""
    return PasswordMade(await commands.reset_password(database, actor, person_id))


@get("/people/{person_id:int}/sessions", opt=needs(SETTINGS_PEOPLE_EDIT), responses=answers(problems.PersonNotFound))
async def list_sessions_of(database: Database, actor: Actor, person_id: int) -> SessionList:
    """List the sessions and tokens of a member of the staff; what would open them is never told."""
    async with database.reading(actor) as transaction:
        await queries.get_person(transaction, person_id)
        return SessionList(items=await queries.list_sessions(transaction, person_id, actor.session_id))


@delete(
    "/people/{person_id:int}/sessions",
    opt=needs(SETTINGS_PEOPLE_EDIT),
    responses=answers(problems.PersonNotFound, problems.GrantTooWide),
)
async def end_sessions_of(database: Database, actor: Actor, person_id: int) -> None:
    """End all sessions, tokens and links of a member of the staff; of one's own all but this one."""
    await session_ends.end_sessions_of(database, actor, person_id)


@delete(
    "/people/{person_id:int}/sessions/{session_id:int}",
    opt=needs(SETTINGS_PEOPLE_EDIT),
    responses=answers(problems.PersonNotFound, problems.SessionNotFound, problems.GrantTooWide),
)
async def end_session_of(database: Database, actor: Actor, person_id: int, session_id: int) -> None:
    """End one session or token of a member of the staff, and the tokens made by it."""
    await session_ends.end_session_of(database, actor, person_id, session_id)


@get("/roles", opt=needs(*STAFF_READ))
async def list_roles(database: Database, actor: Actor) -> RoleList:
    """List the roles and their permissions."""
    async with database.reading(actor) as transaction:
        return RoleList(await queries.list_roles(transaction))


@get("/teams", opt=needs(*STAFF_READ))
async def list_teams(database: Database, actor: Actor) -> TeamList:
    """List the teams whose tickets the actor sees."""
    async with database.reading(actor) as transaction:
        return TeamList(await queries.list_teams(transaction))


@post("/teams", opt=needs(SETTINGS_TEAMS_EDIT), responses=answers(AlreadyExists))
async def add_team(database: Database, actor: Actor, data: NewTeam) -> Team:
    """Add a team."""
    team_id = await commands.add_team(database, actor, data)
    async with database.reading(actor) as transaction:
        return await queries.get_team(transaction, team_id)


@patch(
    "/teams/{team_id:int}",
    opt=needs(SETTINGS_TEAMS_EDIT),
    responses=answers(problems.TeamNotFound, AlreadyExists, VersionConflict),
)
async def change_team(
    database: Database, actor: Actor, team_id: int, data: TeamChange, if_match: IfMatch = None
) -> Team:
    """Change a team's name, colour or members."""
    await commands.change_team(database, actor, team_id, data, version_of(if_match))
    async with database.reading(actor) as transaction:
        return await queries.get_team(transaction, team_id)


@get("/workspace", opt=SIGNED_IN)
async def get_workspace(database: Database, actor: Actor) -> Workspace:
    """Tell the workspace's name."""
    async with database.reading(actor) as transaction:
        return await workspaces.get_workspace(transaction)


@patch("/workspace", opt=needs(SETTINGS_ROLES_EDIT), responses=answers(VersionConflict))
async def rename_workspace(
    database: Database, actor: Actor, data: WorkspaceChange, if_match: IfMatch = None
) -> Workspace:
    """Give the workspace another name, as staff and requesters see it."""
    await workspaces.rename_workspace(database, actor, data, version_of(if_match))
    async with database.reading(actor) as transaction:
        return await workspaces.get_workspace(transaction)


async def _me(request: AnyRequest, database: Database, settings: Settings, actor: Actor) -> Me:
    async with database.reading(actor) as transaction:
        team_ids = await queries.list_own_teams(transaction, actor.person_id)
        sees_all_teams = await queries.sees_all_teams(transaction, actor.person_id)
        choices = await queries.get_sending_choices(transaction, actor.person_id)
        # what a process remembers of an actor may hold the name of before
        workspace = await workspaces.get_workspace(transaction)
    # as entered just now: the remembered one may hold powers of yesterday
    actor = transaction.actor if isinstance(transaction.actor, Actor) else actor
    chosen = choices.undo_send_seconds
    role = NamedRef(actor.role_id, actor.role_name or "") if actor.role_id else None
    return Me(
        person=MePerson(
            actor.person_id, actor.name, actor.email, actor.person_kind, role, actor.locale, team_ids, sees_all_teams
        ),
        workspace=WorkspaceRef(workspace.id, workspace.name, workspace.logo),
        permissions=sorted(actor.permissions),
        audience=actor.audience,
        live_url=live_address(request.headers.get("host", ""), settings),
        settings=MeSettings(
            undo_send_seconds=settings.undo_send_seconds if chosen is None else chosen,
            undo_send_default=settings.undo_send_seconds,
            undo_send_chosen=chosen is not None,
            after_send=choices.after_send,
            upload_max_bytes=settings.upload_max_bytes,
        ),
    )


routes = [
    sign_in,
    sign_out,
    get_me,
    change_me,
    change_my_password,
    list_my_sessions,
    end_my_session,
    end_my_other_sessions,
    make_token,
    list_people,
    add_person,
    change_person,
    reset_password,
    list_sessions_of,
    end_sessions_of,
    end_session_of,
    list_roles,
    list_teams,
    get_workspace,
    rename_workspace,
    add_team,
    change_team,
]
