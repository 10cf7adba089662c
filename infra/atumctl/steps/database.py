"""Roles and database: made by the cluster's superuser, owned and migrated by one who is none."""

from __future__ import annotations

import secrets
import shutil

from atumctl.core.journal import Inverse
from atumctl.core.output import CommandRefused
from atumctl.core.postgres import ADMINISTRATION, Postgres, identifier, literal
from atumctl.core.site import DEFAULT_PREFIX, Site, read_env_file
from atumctl.steps.changes import Changes
from atumctl.steps.files import write_file

# Which installation it is does not matter to reach the machine's server.
ANY_SITE = Site(DEFAULT_PREFIX)


def make_roles_and_database(changes: Changes) -> bool:
    """Make what is missing of both; return whether the database was.

    The owner administers the other roles, so that it can set their passwords.
    """
    site, postgres = changes.site, Postgres(changes.site)
    if changes.dry_run and shutil.which("psql") is None:
        changes.act(f"roles and database {site.database}", {}, lambda: None)
        return True
    missing = [role for role in site.roles if not _role_exists(postgres, role)]
    if missing:
        statements = [_create(role, site) for role in missing]
        others = [role for role in site.roles if role != site.owner_role]
        statements += [f"grant {role} to {site.owner_role} with admin option" for role in others]
        changes.act(
            f"roles {' '.join(missing)}",
            {"kind": "drop_roles", "roles": missing},
            lambda: postgres.query(f"begin; {'; '.join(statements)}; commit", ADMINISTRATION),
        )
    if postgres.exists(site.database):
        if words := foreign_owner(postgres, site):
            raise CommandRefused(words)
        return False
    changes.act(
        f"database {site.database}",
        {"kind": "drop_database", "database": site.database},
        lambda: postgres.create(site.database, site.owner_role),
    )
    return True


def set_owner_password(changes: Changes, port: int) -> None:
    """Give the owner role a password and keep its address for root, unless that is there."""
    site, postgres = changes.site, Postgres(changes.site)
    if "ATUM_OWNER_URL" in read_env_file(site.owner_env_file):
        return
    password = secrets.token_hex(24)
    url = f"postgresql://{site.owner_role}:{password}@127.0.0.1:{port}/{site.database}"
    write_file(changes, site.owner_env_file, f"ATUM_OWNER_URL={url}\n", mode=0o600)
    if changes.dry_run:
        return
    known = f"select coalesce(rolpassword, 'none') from pg_authid where rolname = '{site.owner_role}'"
    inverse = {"kind": "restore_role_password", "role": site.owner_role}
    changes.act(
        f"password of {site.owner_role}",
        # What PostgreSQL keeps is a hash, and it takes the hash back as it is.
        inverse | {"found": postgres.value(known, ADMINISTRATION)},
        lambda: postgres.change_role(f"alter role {site.owner_role} password {literal(password)}"),
    )


def drop_roles(inverse: Inverse) -> None:
    """Drop roles that were made; a role that owns something elsewhere stays and says so."""
    postgres = Postgres(ANY_SITE)
    for role in reversed(inverse["roles"]):
        postgres.change_role(f"drop role if exists {identifier(role)}")


def drop_database(inverse: Inverse) -> None:
    """Drop a database that was made."""
    Postgres(ANY_SITE).drop(inverse["database"])


def restore_role_password(inverse: Inverse) -> None:
    """Give a role the password it had."""
    found = "null" if inverse["found"] == "none" else literal(inverse["found"])
    postgres, role = Postgres(ANY_SITE), inverse["role"]
    if _role_exists(postgres, role):
        postgres.change_role(f"alter role {identifier(role)} password {found}")


def _create(role: str, site: Site) -> str:
    if role == site.owner_role:
        return f"create role {role} login createrole"
    return f"create role {role} {'login' if role in site.login_roles else 'nologin'}"


def _role_exists(postgres: Postgres, role: str) -> bool:
    sql = f"select 1 from pg_roles where rolname = {literal(role)}"
    return bool(postgres.query(sql, ADMINISTRATION))


def foreign_owner(postgres: Postgres, site: Site) -> str:
    """Return why a database of our name is not ours, in a sentence; empty when it is or is missing."""
    found = postgres.query(
        f"""select pg_get_userbyid(datdba) from pg_database
             where datname = {literal(postgres.database)}""",
        ADMINISTRATION,
    )
    if not found or found[0][0] == site.owner_role:
        return ""
    return (
        f"The database {postgres.database} already exists and belongs to {found[0][0]}. Rename it "
        f"(alter database {postgres.database} rename to ...) or give it to {site.owner_role}."
    )
