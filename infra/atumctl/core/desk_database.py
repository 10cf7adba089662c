"""The schema of a desk's database, and whether there is anything in it."""

from __future__ import annotations

import shutil

from atumctl.core.postgres import Postgres
from atumctl.core.shell import ShellError
from atumctl.core.site import Site

SCHEMA = "select version_num from public.schema_revision"
HAS_SCHEMA = "select to_regclass('public.schema_revision') is not null"


def schema_of(postgres: Postgres, database: str | None = None) -> str:
    """Return the schema revision of a desk's database, the site's own unless told."""
    return postgres.value(SCHEMA, database)


def schema_of_site(site: Site) -> str | None:
    """Return the schema revision of a site's database; None without one. Raises ShellError."""
    postgres = Postgres(site)
    if not _is_there(postgres) or postgres.value(HAS_SCHEMA) != "t":
        return None
    rows = postgres.query(SCHEMA)
    return rows[0][0] if rows else None


def has_tickets(site: Site) -> bool:
    """Say whether the database is there with tickets in it."""
    return _holds(site, "atum.tickets", "select exists (select from atum.tickets)")


def has_workspace(site: Site) -> bool:
    """Say whether the database is there with a workspace in it."""
    return _holds(site, "atum.workspaces", "select exists (select from atum.workspaces)")


def has_attachments_table(site: Site) -> bool:
    """Say whether the database is there with the table of attachments."""
    return _holds(site, "atum.attachments", "select true")


def _holds(site: Site, table: str, question: str) -> bool:
    postgres = Postgres(site)
    try:
        if not _is_there(postgres):
            return False
        exists = postgres.value(f"select to_regclass('{table}') is not null") == "t"
        return exists and postgres.value(question) == "t"
    except ShellError:
        return False  # it does not answer, which the checks of the machine say


def _is_there(postgres: Postgres) -> bool:
    has_client = shutil.which(postgres.tool("psql")) is not None
    return has_client and postgres.exists(postgres.database)
