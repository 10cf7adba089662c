"""Makes a database ready for this release: roles, schema, and the first workspace."""

from __future__ import annotations

import asyncpg

from atum_desk.entry.features import FEATURES
from atum_desk.fetching.refused_servers import RefusedServer, list_refused_servers
from atum_desk.identity.public import FirstSignIn, renew_built_in_roles, reset_password_of, seed_workspace
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.database.migrate import migrate
from atum_desk.kernel.database.stored_reads import store_reads
from atum_desk.kernel.database.units_of_work import Database


async def prepare_database(admin_url: str, settings: Settings) -> FirstSignIn | None:
    """Migrate, seed, renew the built-in roles; return the administrator's first sign-in when this made the workspace.

    `admin_url` logs in as the database's administrator; `settings.secret` must be set.
    """
    await migrate(admin_url, settings.secret)
    owner = await asyncpg.connect(admin_url, server_settings={"search_path": "atum, public"})
    database = Database(settings, admin_url, settings.secret)
    await database.open("atum_desk_worker", size=2)
    try:
        await store_reads(owner, (read for one in FEATURES for read in one.stored_reads()))
        first = await seed_workspace(owner, database, settings)
        await renew_built_in_roles(database)
        return first
    finally:
        await database.close()
        await owner.close()


async def find_refused_servers(admin_url: str, settings: Settings) -> list[RefusedServer]:
    """Return the mailboxes' servers that this release would not connect to."""
    database = Database(settings, admin_url, settings.secret)
    await database.open("atum_desk_worker", size=2)
    try:
        return await list_refused_servers(database, settings)
    finally:
        await database.close()


async def reset_password(admin_url: str, settings: Settings, email: str) -> str:
    """Give a member of the staff a new password and return it. Raises PersonNotFound."""
    database = Database(settings, admin_url, settings.secret)
    await database.open("atum_desk_worker", size=2)
    try:
        return await reset_password_of(database, email)
    finally:
        await database.close()
