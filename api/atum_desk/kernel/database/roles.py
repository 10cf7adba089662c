"""The database roles of ATUM DESK and how each logs in.

Roles belong to the cluster, not to a database. None is a superuser or bypasses row security; the
gate owns the few SECURITY DEFINER functions (gate functions) and sees rows through policies of its own.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from typing import Literal
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

LoginRole = Literal["atum_desk_staff", "atum_desk_contact", "atum_desk_worker", "atum_desk_sign_in"]
# Those that enter and then work; `atum_desk_sign_in` only opens sessions and is not one of the group.
ENTERING_ROLES: tuple[LoginRole, ...] = ("atum_desk_staff", "atum_desk_contact", "atum_desk_worker")
LOGIN_ROLES: tuple[LoginRole, ...] = (*ENTERING_ROLES, "atum_desk_sign_in")
GROUP_ROLES = ("atum_desk_owner", "atum_desk_gate", "atum_desk_app")
ATTEMPTS = 8
PAUSE_SECONDS = 0.05


def role_password(secret: str, role: str) -> str:
    """Return the password of a login role, derived from the installation's secret."""
    return hmac.new(secret.encode(), f"database role {role}".encode(), hashlib.sha256).hexdigest()


def role_url(database_url: str, role: LoginRole, secret: str) -> str:
    """Return the administrator's database URL rewritten to log in as one of our roles."""
    parts = urlsplit(database_url)
    host = parts.netloc.rpartition("@")[2]
    user = f"{role}:{quote(role_password(secret, role))}"
    return urlunsplit((parts.scheme, f"{user}@{host}", parts.path or "/atum_desk", parts.query, ""))


def link_key(secret: str) -> bytes:
    """Return the key that proves to the database that a portal link was verified (32 bytes)."""
    return hmac.digest(secret.encode(), b"sessions of portal links", "sha256")


def link_session_proof(secret: str, ticket_id: int, person_id: int, hashed_token: bytes) -> bytes:
    """Return what the database asks of whoever opens a portal link's session (32 bytes)."""
    opens = f"{ticket_id:d}.{person_id:d}.".encode() + hashed_token
    return hmac.digest(link_key(secret), opens, "sha256")


async def prepare_roles(connection: asyncpg.Connection, secret: str) -> None:
    """Create the roles that are missing and set the login roles' passwords.

    Needs CREATEROLE, no superuser: `atum_desk_owner` may do it for itself. From PostgreSQL 16 on
    it must have made the other roles, or have been given them WITH ADMIN OPTION.
    """
    for left in reversed(range(ATTEMPTS)):
        try:
            return await _prepare_roles(connection, secret)
        # Another database of the cluster is being prepared at this moment. No lock reaches across
        # databases, and PostgreSQL does not wait: it refuses whoever comes second to a role.
        except (asyncpg.InternalServerError, asyncpg.UniqueViolationError, asyncpg.DuplicateObjectError):
            if not left:
                raise
            await asyncio.sleep(PAUSE_SECONDS)


async def _prepare_roles(connection: asyncpg.Connection, secret: str) -> None:
    existing = {r[0] for r in await connection.fetch("select rolname from pg_roles")}
    for role in (*GROUP_ROLES, *LOGIN_ROLES):
        if role not in existing:
            login = "login inherit" if role in LOGIN_ROLES else "nologin"
            await connection.execute(f"create role {role} {login}")
    await _lend_gate(connection)
    has_lz4 = await connection.fetchval(
        "select 'lz4' = any(enumvals) from pg_settings where name = 'default_toast_compression'"
    )
    for role in LOGIN_ROLES:
        password = role_password(secret, role)
        await connection.execute(
            f"alter role {role} password '{password}';alter role {role} set idle_in_transaction_session_timeout = '10s'"
        )
        if has_lz4:
            # Of the role and not of columns: a dump can be restored where PostgreSQL was built without it.
            await connection.execute(f"alter role {role} set default_toast_compression = 'lz4'")
        if role in ENTERING_ROLES:
            await connection.execute(f"grant atum_desk_app to {role}")


async def _lend_gate(connection: asyncpg.Connection) -> None:
    """Make the migrating role a member of the gate, to whom it hands the gate functions it creates.

    Since PostgreSQL 16 whoever makes a role administers it but is not a member that may act as it.
    """
    if await connection.fetchval("select pg_has_role('atum_desk_gate', 'USAGE')"):
        return
    await connection.execute("grant atum_desk_gate to current_user")
