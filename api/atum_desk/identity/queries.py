"""All SQL of people, teams, roles and sessions."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import Any, TypeVar

import asyncpg
import msgspec
from msgspec import UNSET, UnsetType

from atum_desk.identity.models import (
    AfterSend,
    EndedSession,
    Person,
    PersonPowers,
    ReplyAssigns,
    Role,
    SendingChoices,
    Session,
    Team,
)
from atum_desk.identity.permissions import SETTINGS_PEOPLE_EDIT
from atum_desk.identity.problems import PersonNotFound, TeamNotFound
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.kernel.named_ref import NamedRef
from atum_desk.kernel.problems import PermissionMissing

T = TypeVar("T")
PRUNED_AFTER = timedelta(days=30)
PRUNED_AT_ONCE = 1_000

PERSON = """
    select p.id, p.kind, p.name, a.email, p.sees_all_teams, p.active, p.version, r.id as role_id, r.name as role_name,
           absent_until(p.id),
           array(select m.team_id from team_members m where m.person_id = p.id order by 1) as team_ids
      from people p left join addresses a on a.person_id = p.id and a.is_primary
      left join roles r on r.id = p.role_id"""
TEAM = """
    select t.id, t.name, t.color, t.version, t.reply_assigns,
           array(select m.person_id from team_members m where m.team_id = t.id order by 1) as member_ids,
           (select count(*) from (select from tickets k where k.team_id = t.id and k.is_open
                                     and (k.snoozed_at is null or k.woken_at >= k.snoozed_at)
                                   limit 1000) c) as open_count
      from teams t"""


async def find_staff(transaction: ReadTransaction, email: str) -> int | None:
    """Return whose address this is among the active staff."""
    return await transaction.fetchval(
        """select p.id from addresses a join people p on p.id = a.person_id
            where a.email = lower($1) and p.kind = 'staff' and p.active order by p.id limit 1""",
        email,
    )


async def find_salt(connection: asyncpg.Connection, email: str) -> str | None:
    """Return how the password of an address is hashed, all but the hash itself."""
    return await connection.fetchval("select atum.sign_in_salt($1)", email)


async def open_browser_session(
    connection: asyncpg.Connection,
    *,
    email: str,
    password_hash: str,
    token_hash: bytes,
    user_agent: str,
    ip: str | None,
    lifetime: timedelta,
) -> bool:
    """Open a session if the hash is the stored one, which the database decides; tell whether it was."""
    try:
        session_id = await connection.fetchval(
            "select atum.sign_in($1, $2, $3, $4, $5, $6)", email, password_hash, token_hash, user_agent, ip, lifetime
        )
    except asyncpg.PostgresError as error:
        # The password was changed meanwhile.
        if error.sqlstate == "AT401":
            return False
        raise
    return session_id is not None


async def open_link_session(
    connection: asyncpg.Connection,
    *,
    ticket_id: int,
    person_id: int,
    token_hash: bytes,
    proof: bytes,
    user_agent: str,
    ip: str | None,
    lifetime: timedelta,
) -> None:
    """Open a contact's session of one request. Raises PersonNotFound for who is gone or inactive."""
    try:
        await connection.execute(
            "select atum.open_link_session($1, $2, $3, $4, $5, $6, $7)",
            ticket_id,
            person_id,
            token_hash,
            proof,
            user_agent,
            ip,
            lifetime,
        )
    except asyncpg.NoDataFoundError:
        raise PersonNotFound from None


async def list_own_teams(transaction: ReadTransaction, person_id: int) -> list[int]:
    """Return the teams a person is a member of."""
    rows = await transaction.fetch("select team_id from team_members where person_id = $1 order by 1", person_id)
    return [row["team_id"] for row in rows]


async def sees_all_teams(transaction: ReadTransaction, person_id: int) -> bool:
    """Tell whether somebody sees the tickets of all teams or of theirs only."""
    return await transaction.fetchval("select sees_all_teams from people where id = $1", person_id)


async def list_people(
    transaction: ReadTransaction, kind: str, words: str, after: tuple[str, int] | None, limit: int
) -> list[Person]:
    """Return people of a kind by name, at most `limit`, after a (name, id) pair."""
    name, person_id = after or ("", 0)
    if words:
        rows = await transaction.fetch(
            PERSON
            + """ where p.id = any(array(select person_id from people_named($1, $2, $3, $4, $5)))
               order by lower(p.name), p.id limit $5""",
            words,
            kind,
            name,
            person_id,
            limit,
        )
    else:
        rows = await transaction.fetch(
            PERSON
            + """ where p.workspace_id = (select ctx_workspace()) and p.kind = $1
               and p.merged_into_id is null and (lower(p.name), p.id) > (lower($2), $3)
             order by lower(p.name), p.id limit $4""",
            kind,
            name,
            person_id,
            limit,
        )
    return [_person(row) for row in rows]


async def get_person(transaction: ReadTransaction, person_id: int) -> Person:
    """Return a member of the staff. Raises PersonNotFound."""
    row = await transaction.fetchrow(PERSON + " where p.id = $1 and p.kind = 'staff'", person_id)
    if row is None:
        raise PersonNotFound
    return _person(row)


async def lock_person(work: UnitOfWork, person_id: int) -> int:
    """Lock a member of the staff and return their version. Raises PersonNotFound."""
    version = await work.fetchval("select version from people where id = $1 and kind = 'staff' for update", person_id)
    if version is None:
        raise PersonNotFound
    return version


async def insert_staff(work: UnitOfWork, name: str, email: str, role_id: int, sees_all_teams: bool) -> int:
    """Insert a member of the staff with their address and return their id."""
    return await work.fetchval(
        """with p as (
             insert into people (workspace_id, kind, name, role_id, sees_all_teams)
             values (ctx_workspace(), 'staff', $1, $3, $4) returning id),
           a as (
             insert into addresses (workspace_id, person_id, email)
             select ctx_workspace(), id, lower($2) from p)
           select id from p""",
        name,
        email,
        role_id,
        sees_all_teams,
    )


async def update_person(
    work: UnitOfWork,
    person_id: int,
    name: str | None,
    role_id: int | None,
    sees_all_teams: bool | None,
    active: bool | None,
) -> None:
    """Set what is not None."""
    await work.execute(
        """update people set name = coalesce($2, name), role_id = coalesce($3, role_id),
                  sees_all_teams = coalesce($4, sees_all_teams), active = coalesce($5, active) where id = $1""",
        person_id,
        name,
        role_id,
        sees_all_teams,
        active,
    )


async def update_profile(
    work: UnitOfWork,
    person_id: int,
    name: str | None,
    locale: str | None,
    undo_send_seconds: int | UnsetType | None,
    after_send: AfterSend | UnsetType,
) -> None:
    """Set one's own name or language where not None, and what follows one's replies unless unset."""
    await work.execute(
        """update people set name = coalesce($2, name), locale = coalesce($3, locale),
                  undo_send_seconds = case when $4 then $5 else undo_send_seconds end,
                  after_send = case when $6 then nullif($7, 'stay') else after_send end where id = $1""",
        person_id,
        name,
        locale,
        undo_send_seconds is not UNSET,
        None if undo_send_seconds is UNSET else undo_send_seconds,
        after_send is not UNSET,
        None if after_send is UNSET else after_send,
    )


async def get_sending_choices(transaction: ReadTransaction, person_id: int) -> SendingChoices:
    """Return what somebody chose to follow their replies."""
    row = await transaction.fetchone(
        "select undo_send_seconds, coalesce(after_send, 'stay') as after_send from people where id = $1", person_id
    )
    return SendingChoices(row["undo_send_seconds"], row["after_send"])


async def set_teams_of_person(work: UnitOfWork, person_id: int, team_ids: list[int]) -> None:
    """Make exactly these the person's teams."""
    await work.execute(
        """with gone as (delete from team_members where person_id = $1 and team_id <> all($2))
           insert into team_members (workspace_id, team_id, person_id)
           select ctx_workspace(), t.id, $1 from teams t where t.id = any($2)
               and not exists (select from team_members m where m.team_id = t.id and m.person_id = $1)""",
        person_id,
        team_ids,
    )


async def set_members_of_team(work: UnitOfWork, team_id: int, person_ids: list[int]) -> None:
    """Make exactly these staff the team's members."""
    await work.execute(
        """with gone as (delete from team_members where team_id = $1 and person_id <> all($2))
           insert into team_members (workspace_id, team_id, person_id)
           select ctx_workspace(), $1, p.id from people p where p.id = any($2) and p.kind = 'staff'
               and not exists (select from team_members m where m.team_id = $1 and m.person_id = p.id)""",
        team_id,
        person_ids,
    )


async def store_password(work: UnitOfWork, person_id: int, hashed: str) -> None:
    """Set a person's password hash through its gate function."""
    await _as_administrator(work.execute("select set_password($1, $2)", person_id, hashed))


async def find_own_password_hash(transaction: ReadTransaction, person_id: int) -> str | None:
    """Return the acting person's own hash."""
    return await transaction.fetchval("select password_hash_of($1)", person_id)


async def end_sessions(
    work: UnitOfWork, person_id: int, except_id: int | None = None, *, keep_tokens: bool = False
) -> list[EndedSession]:
    """End a person's sessions, tokens and links, all but one session, and return them."""
    return await _end(work, "select * from end_sessions($1, $2, $3)", person_id, except_id, keep_tokens)


async def end_session(work: UnitOfWork, person_id: int, session_id: int) -> list[EndedSession]:
    """End one of a person's sessions with the tokens made by it; empty when there is none."""
    return await _end(work, "select * from end_session($1, $2)", person_id, session_id)


async def end_tokens_with(work: UnitOfWork, person_id: int, permissions: list[str]) -> list[EndedSession]:
    """End a person's tokens that carry one of the permissions."""
    return await _end(work, "select * from end_tokens_with($1, $2)", person_id, permissions)


async def end_access_before_undo(work: UnitOfWork, change_id: int) -> list[EndedSession]:
    """End what undoing a change takes from people: switched off or on, or a role with fewer powers."""
    return await _end(work, "select * from end_access_before_undo($1)", change_id)


async def list_permissions_lost(transaction: ReadTransaction, from_role_id: int, to_role_id: int) -> list[str]:
    """Return the permissions of one role that another lacks."""
    return await transaction.fetchval("select permissions_lost($1, $2)", from_role_id, to_role_id)


async def lock_powers(work: UnitOfWork) -> None:
    """Let one work at a time change the workspace's roles of people."""
    await work.execute("select pg_advisory_xact_lock(hashtextextended('powers', ctx_workspace()))")


async def list_powers(transaction: ReadTransaction) -> dict[int, PersonPowers]:
    """Return the powers of every member of the staff, active or not."""
    rows = await transaction.fetch(
        """select p.id, p.role_id, r.permissions, p.sees_all_teams, p.active,
                  array(select m.team_id from team_members m where m.person_id = p.id) as team_ids
             from people p join roles r on r.id = p.role_id
            where p.workspace_id = ctx_workspace() and p.kind = 'staff'"""
    )
    return {
        row["id"]: PersonPowers(
            role_id=row["role_id"],
            permissions=frozenset(row["permissions"]),
            sees_all_teams=row["sees_all_teams"],
            team_ids=frozenset(row["team_ids"]),
            active=row["active"],
        )
        for row in rows
    }


async def count_teams_in_sight(transaction: ReadTransaction, team_ids: list[int]) -> int:
    """Return how many of these teams are among those whose tickets the actor sees."""
    return await transaction.fetchval(
        "select count(*) from teams where id = any($1) and id = any(ctx_teams())", team_ids
    )


async def list_sessions(transaction: ReadTransaction, person_id: int, current_id: int) -> list[Session]:
    """Return a person's open ways in, newest first: one's own, or of somebody whom one may administer."""
    rows = await _as_administrator(
        transaction.fetch("select *, id = $2 as current from sessions_of($1) order by id desc", person_id, current_id)
    )
    return [msgspec.convert(dict(row), Session) for row in rows]


async def prune_sessions(connection: asyncpg.Connection) -> int:
    """Delete up to `PRUNED_AT_ONCE` sessions of all workspaces that ended a while ago; return how many."""
    return await connection.fetchval("select prune_sessions($1, $2)", PRUNED_AFTER, PRUNED_AT_ONCE)


async def hold_own_session(work: UnitOfWork, session_id: int) -> bool:
    """Keep the acting session from being ended until the work ends; tell whether it is still there."""
    return await work.fetchval("select hold_own_session($1)", session_id)


async def count_tokens(transaction: ReadTransaction) -> int:
    """Return how many tokens the acting person has that still open something."""
    return await transaction.fetchval(
        """select count(*) from sessions
            where person_id = ctx_person() and kind = 'token' and expires_at > moment()"""
    )


async def insert_token(
    work: UnitOfWork,
    name: str,
    token_hash: bytes,
    scopes: list[str] | None,
    expires_at: datetime,
    *,
    parent_id: int | None,
    user_agent: str,
    ip: str | None,
) -> int:
    """Insert a script's token of the acting person and return its id; it never outlives its parent."""
    return await work.fetchval(
        """insert into sessions (workspace_id, person_id, audience, kind, token_hash, name, scopes, expires_at,
                                 parent_id, user_agent, ip)
           values (ctx_workspace(), ctx_person(), 'staff', 'token', $2, $1, $3,
                   least($4, (select p.expires_at from sessions p where p.id = $5)), $5, left($6, 400), $7)
           returning id""",
        name,
        token_hash,
        scopes,
        expires_at,
        parent_id,
        user_agent,
        ip,
    )


async def list_roles(transaction: ReadTransaction) -> list[Role]:
    """Return every role, built-in ones first."""
    rows = await transaction.fetch(
        "select id, name, permissions, built_in from roles order by built_in desc, id limit 200"
    )
    return [msgspec.convert(dict(row), Role) for row in rows]


async def find_role(transaction: ReadTransaction, role_id: int) -> Role | None:
    """Return a role or None."""
    row = await transaction.fetchrow("select id, name, permissions, built_in from roles where id = $1", role_id)
    return msgspec.convert(dict(row), Role) if row else None


async def list_teams(transaction: ReadTransaction) -> list[Team]:
    """Return the teams whose tickets the actor may see, by name."""
    rows = await transaction.fetch(
        TEAM + " where t.id = any((select ctx_teams())::bigint[]) order by lower(t.name) limit 500"
    )
    return [msgspec.convert(dict(row), Team) for row in rows]


async def get_team(transaction: ReadTransaction, team_id: int) -> Team:
    """Return a team. Raises TeamNotFound."""
    row = await transaction.fetchrow(TEAM + " where t.id = $1", team_id)
    if row is None:
        raise TeamNotFound
    return msgspec.convert(dict(row), Team)


async def lock_team(work: UnitOfWork, team_id: int) -> int:
    """Lock a team in sight and return its version. Raises TeamNotFound."""
    version = await work.fetchval(
        "select version from teams where id = $1 and id = any(ctx_teams()) for update", team_id
    )
    if version is None:
        raise TeamNotFound
    return version


async def insert_team(work: UnitOfWork, name: str, color: str, reply_assigns: ReplyAssigns) -> int:
    """Insert a team and return its id."""
    return await work.fetchval(
        """insert into teams (workspace_id, name, color, reply_assigns)
           values (ctx_workspace(), $1, $2, $3) returning id""",
        name,
        color,
        reply_assigns,
    )


async def update_team(
    work: UnitOfWork, team_id: int, name: str | None, color: str | None, reply_assigns: ReplyAssigns | None
) -> None:
    """Set what is not None."""
    await work.execute(
        """update teams set name = coalesce($2, name), color = coalesce($3, color),
                  reply_assigns = coalesce($4, reply_assigns) where id = $1""",
        team_id,
        name,
        color,
        reply_assigns,
    )


def _person(row: asyncpg.Record) -> Person:
    role = NamedRef(row["role_id"], row["role_name"]) if row["role_id"] else None
    return Person(
        id=row["id"],
        kind=row["kind"],
        name=row["name"],
        email=row["email"],
        role=role,
        team_ids=row["team_ids"],
        sees_all_teams=row["sees_all_teams"],
        active=row["active"],
        version=row["version"],
        absent_until=row["absent_until"],
    )


async def _end(work: UnitOfWork, statement: str, *values: Any) -> list[EndedSession]:
    return [EndedSession(**row) for row in await _as_administrator(work.fetch(statement, *values))]


async def _as_administrator(asked: Awaitable[T]) -> T:
    """Wait for one of the gate functions that look again at the actor's powers. Raises PermissionMissing."""
    try:
        return await asked
    except asyncpg.PostgresError as error:
        if error.sqlstate != "AT403":
            raise
        raise PermissionMissing(permission=SETTINGS_PEOPLE_EDIT) from None
