"""Use cases of signing in, one's own account, people and teams."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, Protocol

import asyncpg
import msgspec
from msgspec import UNSET, UnsetType

from atum_desk.identity import queries
from atum_desk.identity.models import EndedSession, Person
from atum_desk.identity.notices import AddressTaken, TeamNamed
from atum_desk.identity.password_strength import require_strong_password
from atum_desk.identity.passwords import hash_password, hash_with_salt, make_password, password_matches, salt_of
from atum_desk.identity.permissions import CONTACT_READ, SETTINGS_PEOPLE_EDIT, SETTINGS_TEAMS_EDIT, STAFF_READ
from atum_desk.identity.powers import (
    StaffPowers,
    lock_powers,
    require_covers,
    require_role,
    require_sees_all_teams,
    require_sound_powers,
    require_teams,
)
from atum_desk.identity.problems import NoSuchPermission, PersonNotFound, SignInFailed, TooManyTokens
from atum_desk.identity.schemas import (
    MeChange,
    NewPerson,
    NewTeam,
    NewToken,
    PasswordChange,
    PersonChange,
    PersonMade,
    TeamChange,
    TokenMade,
)
from atum_desk.identity.session_ends import ended_in_words
from atum_desk.kernel import clock
from atum_desk.kernel.context import Actor, SystemActor, keep_answer_secret, new_token, token_hash
from atum_desk.kernel.database.roles import link_session_proof
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.kernel.database.workspaces import for_each_workspace
from atum_desk.kernel.mail_address import read_address
from atum_desk.kernel.problems import AlreadyExists, NotSignedIn, require_text, require_version

MAX_TOKENS = 100


class Throttle(Protocol):
    """What slows down whoever guesses passwords (http/sign_in_throttle.py)."""

    async def admit(self, salt: str | None) -> None:
        """Raise RateLimited when this attempt is one too many; `salt` is that of the stored password."""

    async def succeed(self) -> None:
        """Note that the password was right."""


class OpenedSession(msgspec.Struct, frozen=True):
    """A session's secret token, for its cookie, and its lifetime."""

    token: str
    lifetime: timedelta


async def sign_in(
    database: Database,
    email: str,
    password: str,
    *,
    user_agent: str,
    ip: str | None,
    lifetime_days: int,
    throttle: Throttle | None = None,
) -> OpenedSession:
    """Open a browser session, always with a fresh token.

    Raises SignInFailed alike for a wrong address and a wrong password, RateLimited alike for an
    address that somebody has and one that nobody has.
    """
    email = email.strip()
    async with database.connection("atum_desk_sign_in") as connection:
        salt = await queries.find_salt(connection, email)
    if throttle:
        await throttle.admit(salt)
    # An address without a password costs as much as one with: its hash is never the stored one.
    hashed = await hash_with_salt(salt, password)
    opened = OpenedSession(token=new_token("staff"), lifetime=timedelta(days=lifetime_days))
    async with database.connection("atum_desk_sign_in") as connection:
        if not await queries.open_browser_session(
            connection,
            email=email,
            password_hash=hashed,
            token_hash=token_hash(opened.token),
            user_agent=user_agent,
            ip=ip,
            lifetime=opened.lifetime,
        ):
            raise SignInFailed
    if throttle:
        await throttle.succeed()
    return opened


async def start_link_session(
    database: Database, person_id: int, ticket_id: int, *, user_agent: str, ip: str | None, lifetime: timedelta
) -> OpenedSession:
    """Open a contact's session of one request, for whoever holds its link, which the caller verified."""
    opened = OpenedSession(token=new_token("contact"), lifetime=lifetime)
    hashed = token_hash(opened.token)
    async with database.connection("atum_desk_contact") as connection:
        await queries.open_link_session(
            connection,
            ticket_id=ticket_id,
            person_id=person_id,
            token_hash=hashed,
            proof=link_session_proof(database.secret, ticket_id, person_id, hashed),
            user_agent=user_agent,
            ip=ip,
            lifetime=lifetime,
        )
    return opened


async def make_token(
    database: Database, actor: Actor, new: NewToken, *, user_agent: str = "", ip: str | None = None
) -> TokenMade:
    """Make a token for scripts; it never carries more than the actor may do.

    Made by a token it ends with that token at the latest; made in a browser it belongs to the
    person and outlives the browser's session. Raises NoSuchPermission or TooManyTokens.
    """
    token = new_token("staff")
    keep_answer_secret()
    async with database.writing(actor, "token.make") as work:
        if not await queries.hold_own_session(work, actor.session_id):
            raise NotSignedIn
        if await queries.count_tokens(work) >= MAX_TOKENS:
            raise TooManyTokens(limit=MAX_TOKENS)
        new.name = require_text("name", new.name)
        token_id = await queries.insert_token(
            work,
            new.name,
            token_hash(token),
            _scopes_of(work.actor, new.scopes),
            clock.now() + timedelta(days=new.expires_in_days),
            parent_id=actor.session_id if actor.session_kind == "token" else None,
            user_agent=user_agent,
            ip=ip,
        )
        work.summary = {"session_id": token_id, "name": new.name}
        sessions = await queries.list_sessions(work, actor.person_id, actor.session_id)
    return TokenMade(id=token_id, token=token, session=next(s for s in sessions if s.id == token_id))


async def change_profile(database: Database, actor: Actor, change: MeChange) -> None:
    """Change one's own name, language, time to undo, or where one goes after a reply."""
    async with database.writing(actor, "person.profile") as work:
        name = None if change.name is UNSET else require_text("name", change.name)
        await queries.update_profile(
            work, actor.person_id, name, change.locale or None, change.undo_send_seconds, change.after_send
        )


async def change_password(
    database: Database, actor: Actor, change: PasswordChange, throttle: Throttle | None = None
) -> str:
    """Change one's own password and return its hash; sessions, links and tokens not kept end.

    Raises SignInFailed if the current password is wrong, WeakPassword or RateLimited.
    """
    async with database.reading(actor) as transaction:
        stored = await queries.find_own_password_hash(transaction, actor.person_id)
    if throttle:
        await throttle.admit(salt_of(stored) if stored else None)
    if not await password_matches(stored, change.current_password):
        raise SignInFailed
    if throttle:
        await throttle.succeed()
    known = (actor.name, actor.email, actor.workspace_name)
    await require_strong_password("new_password", change.new_password, known)
    hashed = await hash_password(change.new_password)
    async with database.writing(actor, "person.password") as work:
        await queries.store_password(work, actor.person_id, hashed)
        ended = await queries.end_sessions(work, actor.person_id, actor.session_id, keep_tokens=change.keep_tokens)
        work.summary = ended_in_words(ended)
    return hashed


async def add_person(database: Database, actor: Actor, new: NewPerson) -> PersonMade:
    """Add a member of the staff, with a made password unless one is given. Raises GrantTooWide."""
    if new.password:
        known = (new.name, new.email, actor.workspace_name)
        await require_strong_password("password", new.password, known)
    made = None if new.password else make_password()
    hashed = await hash_password(new.password or made or "")
    keep_answer_secret()
    async with database.writing(actor, "person.add") as work:
        work.actor.require(SETTINGS_PEOPLE_EDIT)
        before = await lock_powers(work)
        await require_role(work, new.role_id)
        await require_teams(work, new.team_ids)
        new.name = require_text("name", new.name)
        try:
            person_id = await queries.insert_staff(
                work, new.name, read_address("email", new.email), new.role_id, _sees_all_teams(new, before)
            )
        except asyncpg.UniqueViolationError:
            raise AlreadyExists(what=AddressTaken(new.email.lower())) from None
        await queries.store_password(work, person_id, hashed)
        await queries.set_teams_of_person(work, person_id, new.team_ids)
        await require_sound_powers(work, before)
        work.summary = {"person_id": person_id, "name": new.name}
        person = await queries.get_person(work, person_id)
    return PersonMade(person=person, password=made)


async def change_person(
    database: Database, actor: Actor, person_id: int, change: PersonChange, version: int | None
) -> None:
    """Change a member of the staff. Raises GrantTooWide and LastAdministrator (powers.py).

    Switching somebody off or on ends all their sessions, tokens and links; a role with fewer powers
    ends the tokens that carry what was lost.
    """
    async with database.writing(actor, "person.edit") as work:
        work.actor.require(SETTINGS_PEOPLE_EDIT)
        before = await lock_powers(work)
        require_version(_seen(version, change), await queries.lock_person(work, person_id))
        require_covers(before, person_id)
        name = None if change.name is UNSET else require_text("name", change.name)
        if change.role_id is not UNSET:
            await require_role(work, change.role_id)
        ended = await _end_lost_access(work, person_id, change)
        await queries.update_person(
            work,
            person_id,
            name,
            None if change.role_id is UNSET else change.role_id,
            _given(change.sees_all_teams),
            _given(change.active),
        )
        if change.team_ids is not UNSET:
            await require_teams(work, change.team_ids)
            await queries.set_teams_of_person(work, person_id, change.team_ids)
        await require_sound_powers(work, before)
        work.summary = {"person_id": person_id, **ended_in_words(ended)}


async def reset_password(database: Database, actor: Actor | SystemActor, person_id: int) -> str:
    """Give a member of the staff a new password and return it once; sessions, tokens and links end."""
    password = make_password()
    hashed = await hash_password(password)
    keep_answer_secret()
    async with database.writing(actor, "person.reset_password") as work:
        work.actor.require(SETTINGS_PEOPLE_EDIT)
        before = await lock_powers(work)
        person = await queries.get_person(work, person_id)
        require_covers(before, person_id)
        await queries.store_password(work, person_id, hashed)
        ended = await queries.end_sessions(work, person_id)
        work.summary = {"person_id": person_id, "name": person.name, **ended_in_words(ended)}
    return password


async def reset_password_of(database: Database, email: str) -> str:
    """Give whoever signs in with an address a new password, as the system: the way back in.

    Raises PersonNotFound.
    """
    async for actor in for_each_workspace(database, "cli"):
        async with database.reading(actor) as transaction:
            # Also somebody who never had a password, whom signing in does not know.
            person_id = await queries.find_staff(transaction, email.strip())
        if person_id is not None:
            return await reset_password(database, actor, person_id)
    raise PersonNotFound


async def give_password(database: Database, actor: SystemActor, person_ids: list[int]) -> str:
    """Give several members of the staff one new password, as the system, and return it."""
    password = make_password()
    # Each has a salt of their own: it stands for the person where wrong passwords are counted.
    hashes = [await hash_password(password) for _ in person_ids]
    async with database.writing(actor, "person.password") as work:
        for person_id, hashed in zip(person_ids, hashes, strict=True):
            await queries.store_password(work, person_id, hashed)
    return password


async def add_team(database: Database, actor: Actor, new: NewTeam) -> int:
    """Add a team and return its id."""
    async with database.writing(actor, "team.add") as work:
        work.actor.require(SETTINGS_TEAMS_EDIT)
        before = await lock_powers(work)
        # Whoever sees some teams only would not see the one they add.
        require_sees_all_teams(before)
        new.name = require_text("name", new.name)
        try:
            team_id = await queries.insert_team(work, new.name, new.color, new.reply_assigns)
        except asyncpg.UniqueViolationError:
            raise AlreadyExists(what=TeamNamed(new.name)) from None
        await queries.set_members_of_team(work, team_id, new.member_ids)
        await require_sound_powers(work, before)
        work.summary = {"team_id": team_id, "name": new.name}
    return team_id


async def change_team(database: Database, actor: Actor, team_id: int, change: TeamChange, version: int | None) -> None:
    """Change a team's name, colour, members, or whom a reply assigns."""
    async with database.writing(actor, "team.edit") as work:
        work.actor.require(SETTINGS_TEAMS_EDIT)
        before = await lock_powers(work)
        require_version(_seen(version, change), await queries.lock_team(work, team_id))
        name = None if change.name is UNSET else require_text("name", change.name)
        try:
            await queries.update_team(work, team_id, name, change.color or None, change.reply_assigns or None)
        except asyncpg.UniqueViolationError:
            raise AlreadyExists(what=TeamNamed(str(change.name))) from None
        if change.member_ids is not UNSET:
            await queries.set_members_of_team(work, team_id, change.member_ids)
            await require_sound_powers(work, before)
        work.summary = {"team_id": team_id}


async def _end_lost_access(work: UnitOfWork, person_id: int, change: PersonChange) -> list[EndedSession]:
    """End what a change takes from somebody, before the change: afterwards it could not be told."""
    person = await queries.get_person(work, person_id)
    if change.active is not UNSET and change.active != person.active:
        return await queries.end_sessions(work, person_id)
    if change.role_id is UNSET or person.role is None or change.role_id == person.role.id:
        return []
    lost = await queries.list_permissions_lost(work, person.role.id, change.role_id)
    return await queries.end_tokens_with(work, person_id, lost)


def _scopes_of(maker: Actor | SystemActor, wanted: list[str]) -> list[str] | None:
    """Return what a token may do, None for all of its person's; never more than its maker."""
    for permission in wanted:
        if not maker.may(permission):
            raise NoSuchPermission(permission=permission)
    if wanted:
        return sorted(set(wanted))
    if isinstance(maker, Actor) and maker.session_kind == "token":
        return sorted(maker.permissions)
    return None


def _sees_all_teams(new: NewPerson, before: StaffPowers) -> bool:
    if not isinstance(new.sees_all_teams, UnsetType):
        return new.sees_all_teams
    return before.own is None or before.own.sees_all_teams


def _seen(if_match: int | None, change: PersonChange | TeamChange) -> int | None:
    return change.version if if_match is None else if_match


def _given(value: bool | UnsetType) -> bool | None:
    return None if isinstance(value, UnsetType) else value


async def list_people(
    database: Database,
    actor: Actor,
    kind: Literal["staff", "contact"],
    words: str,
    after: tuple[str, int] | None,
    limit: int,
) -> list[Person]:
    """Return people of a kind by name, at most `limit`, after a (name, id) pair. Raises PermissionMissing."""
    async with database.reading(actor) as transaction:
        transaction.actor.require_any(*(STAFF_READ if kind == "staff" else (CONTACT_READ,)))
        return await queries.list_people(transaction, kind, words, after, limit)
