"""What is already on the machine and would stop an installation half-way, or be harmed by it."""

from __future__ import annotations

import pwd
import shutil
from collections.abc import Iterator
from pathlib import Path

from atumctl.backup import uploads_of_backup
from atumctl.backup.manifest import Manifest, read_manifest
from atumctl.core.desk_database import has_tickets, schema_of_site
from atumctl.core.output import CommandRefused
from atumctl.core.postgres import ADMINISTRATION, Postgres, literal
from atumctl.core.shell import ShellError
from atumctl.core.site import Site
from atumctl.install import reused_data
from atumctl.install.install_options import Options
from atumctl.steps.certificate_check import problem_with
from atumctl.steps.database import foreign_owner

NO_HOME = "/nonexistent"
NO_SHELLS = ("/usr/sbin/nologin", "/sbin/nologin", "/bin/false", "/usr/bin/false")
POWERFUL = """
select rolname from pg_roles where (rolsuper or rolbypassrls) and rolname in ({roles}) order by 1"""


def offences(site: Site, options: Options) -> Iterator[str]:
    """Yield what stands in the way, each in a sentence with what to do."""
    yield from user_offences(site)
    if options.certificate and (problem := problem_with(*options.certificate)):
        yield f"{problem}."
    yield from _database(site)
    if options.from_backup:
        yield from _backup(site, options)
    yield from _uploads(site)


def user_offences(site: Site) -> Iterator[str]:
    """Yield what is wrong with a user of our name: one that somebody lives in is not ours."""
    try:
        account = pwd.getpwnam(site.user)
    except KeyError:
        return
    advice = f"Rename it (usermod --login OTHER {site.user}) or remove it."
    if account.pw_uid == 0:
        yield f"The user {site.user} is root under another name. {advice}"
    elif account.pw_dir != NO_HOME or account.pw_shell not in NO_SHELLS:
        yield (
            f"The user {site.user} already exists, with the home {account.pw_dir} and the shell "
            f"{account.pw_shell}; ATUM DESK needs a user of its own. {advice}"
        )


def _database(site: Site) -> Iterator[str]:
    postgres = Postgres(site)
    if shutil.which(postgres.tool("psql")) is None:
        return
    try:
        if words := foreign_owner(postgres, site):
            yield words
            return
        named = ", ".join(map(literal, site.roles))
        for row in postgres.query(POWERFUL.format(roles=named), ADMINISTRATION):
            yield (
                f"The database role {row[0]} is a superuser or bypasses row security, so it is "
                f"not ours. Rename it (alter role {row[0]} rename to ...)."
            )
        schema = schema_of_site(site)
    except ShellError:
        return  # PostgreSQL does not answer, which another check says
    if schema and schema not in (known := _known_schemas(site)):
        yield (
            f"The database {postgres.database} has the schema {schema}, which this release does "
            f"not know (its newest is {max(known, default='none')}). Install a newer release."
        )


def _backup(site: Site, options: Options) -> Iterator[str]:
    assert options.from_backup is not None
    if site.current.is_symlink() and has_tickets(site):
        yield ("This desk already has tickets; restore.sh replaces them with a backup's and sets them aside.")
    try:
        manifest = read_manifest(options.from_backup)
    except CommandRefused as refusal:
        yield str(refusal)
        return
    yield from _parts(manifest, options.from_backup.parent, options.identity)
    if manifest.contents.schema not in _known_schemas(site):
        yield (
            f"The backup is of version {manifest.version}, schema {manifest.contents.schema}, "
            "which this release does not know. Install a newer release."
        )
    free = _free_bytes(site.prefix)
    if free < manifest.uploads.bytes:
        yield (
            f"The backup's uploads need {manifest.uploads.bytes / 1e6:,.0f} MB and {site.prefix} "
            f"has {free / 1e6:,.0f} MB free."
        )


def _parts(manifest: Manifest, folder: Path, identity: Path | None) -> Iterator[str]:
    names = [part.file for part in manifest.parts.values()]
    encrypted = [name for name in names if (folder / f"{name}.age").exists()]
    if not encrypted:
        wrong = uploads_of_backup.why_unusable(manifest, folder)
        yield from (f"The backup cannot be used: {words}." for words in wrong)
    elif identity is None:
        yield "The backup is encrypted; name its private key with --identity."
    elif not identity.is_file():
        yield f"There is no private key {identity}."
    else:
        missing = [name for name in names if name not in encrypted]
        yield from (f"The backup cannot be used: {name}.age is missing." for name in missing)


def _uploads(site: Site) -> Iterator[str]:
    try:
        found = reused_data.uploads_to_bring_back(site)
    except ShellError:
        return
    needed, free = sum(path.stat().st_size for path in found.values()), _free_bytes(site.prefix)
    if free < needed:
        yield (
            f"The uploads that a removal kept need {needed / 1e6:,.0f} MB and {site.prefix} has "
            f"{free / 1e6:,.0f} MB free."
        )


def _known_schemas(site: Site) -> set[str]:
    tree = site.current if site.current.is_symlink() else site.prefix
    return {path.name.partition("_")[0] for path in tree.glob("api/migrations/versions/*.sql")}


def _free_bytes(place: Path) -> int:
    return shutil.disk_usage(next(one for one in (place, *place.parents) if one.exists())).free
