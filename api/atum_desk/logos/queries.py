"""All SQL of logos."""

from __future__ import annotations

import asyncpg
import msgspec

from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork


class LockedWorkspace(msgspec.Struct, frozen=True):
    """What a command reads of the workspace it holds the lock of."""

    name: str
    version: int
    logo_id: int | None


async def lock_workspace(work: UnitOfWork) -> LockedWorkspace:
    """Lock the workspace that was entered."""
    row = await work.fetchone(
        """select name, version, logo_id from workspaces
            where id = (select ctx_workspace()) for update"""
    )
    return msgspec.convert(dict(row), LockedWorkspace)


async def find_logo(transaction: ReadTransaction, sha256: str) -> int | None:
    """Return the id of the workspace's logo of a content, present or past."""
    return await transaction.fetchval("select id from workspace_logos where sha256 = $1", sha256)


async def insert_logo(work: UnitOfWork, attachment_id: int, sha256: str, width: int, height: int) -> int:
    """Insert a logo of a stored upload and return its id."""
    return await work.fetchval(
        """insert into workspace_logos (workspace_id, attachment_id, sha256, width, height)
           values (ctx_workspace(), $1, $2, $3, $4) returning id""",
        attachment_id,
        sha256,
        width,
        height,
    )


async def is_logo(connection: asyncpg.Connection, sha256: str) -> bool:
    """Tell whether a content is or was a workspace's logo; the connection need not have entered."""
    return await connection.fetchval("select is_logo($1)", sha256)
