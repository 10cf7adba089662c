"""`atumctl install`: turns a tree at the install root into services that answer.

Everything is checked first; every step looks before it acts, so that a second run changes
nothing; a failure undoes what this run did.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from typing import Any

from atumctl.backup.restore import restore_into
from atumctl.core import health, output, releases, shell
from atumctl.core.desk_database import schema_of_site
from atumctl.core.output import CommandRefused, NeedsPerson
from atumctl.core.postgres import ADMINISTRATION, Postgres
from atumctl.core.shell import reason_of
from atumctl.core.site import Site, read_env_file
from atumctl.install import preflight, reused_data
from atumctl.install.install_options import Options, add_arguments, read_options
from atumctl.install.undo import INVERSES, VERB, finish_earlier, undo_restore_of
from atumctl.steps import database, env, files, nginx, packages, release, tls, units, user
from atumctl.steps.changes import Changes

__all__ = ["add_arguments", "run"]


def run(args: argparse.Namespace, site: Site) -> int:
    """Install, or bring an installation up to what it should be."""
    if os.geteuid() != 0:
        raise CommandRefused("Run this as root.")
    with releases.altering(site):
        return _run_alone(args, site)


def _run_alone(args: argparse.Namespace, site: Site) -> int:
    started = time.monotonic()
    finish_earlier(site, dry_run=args.dry_run)
    output.step("Checking this machine")
    options = read_options(args, site)
    preflight.check(site, options)
    if not _seen(site):
        release.check_tree(site.prefix)
    output.ok("ready to install")
    _tell_existing(site, options)
    agreed = args.yes or args.dry_run or _seen(site)
    output.confirm(f"Install ATUM DESK in {site.prefix}?", yes=agreed)
    changes = Changes(site, VERB, dry_run=args.dry_run)
    try:
        first = _install(changes, options)
    except (Exception, KeyboardInterrupt) as error:
        if isinstance(error, NeedsPerson):
            raise
        raise changes.undo(INVERSES, reason_of(error)) from error
    changes.close()
    _tell(site, options, first, changes, time.monotonic() - started)
    return 0


def _tell_existing(site: Site, options: Options) -> None:
    """Tell what of an earlier installation is used again, or set aside for a backup's state."""
    if not reused_data.kept_database(site):
        return
    if options.from_backup:
        output.note(f"the existing database {site.database} is set aside, not dropped")
        return
    output.note(f"the existing database {site.database} is used again")
    if options.beginning:
        output.note("with the settings, uploads and certificate that the last removal kept")
    elif not site.env_file.exists():
        output.warn(
            "no removal kept its settings: without their ATUM_SECRET, links and reply "
            "addresses already sent are no longer valid, and mailboxes need their passwords again"
        )


def _install(changes: Changes, options: Options) -> dict[str, str]:
    site = changes.site
    reused = reused_data.kept_database(site)
    output.step("Packages and user")
    brought = packages.install_packages(changes)
    user.make_user(changes)
    output.step("Folders and settings")
    _make_folders(changes)
    port = 5432 if changes.dry_run else _database_port(site)
    changed = _write_settings(changes, options, port)
    output.step("Release")
    if not _seen(site):
        installed_release = release.install_release(changes, site.prefix)
        files.make_link(changes, site.current, f"releases/{installed_release.name}")
    output.step("Database")
    is_new = database.make_roles_and_database(changes)
    database.set_owner_password(changes, port)
    if options.from_backup:
        first = _restore(changes, options, is_new=is_new)
    else:
        first = _migrate(changes, renewed="ATUM_SECRET" in changed)
        reused_data.bring_uploads_back(changes, reused=reused)
    output.step("Services")
    _start_services(changes, changed)
    output.step("nginx")
    certificate = _certificate(site, options) if options.has_tls else {}
    nginx.provide_site(changes, options.site, certificate, nginx_is_ours="nginx" in brought)
    if not changes.dry_run:
        _await_health(site, options)
    for unit in (*(f"{name}.timer" for name in site.timers), "atum-desk-requests.path"):
        units.start_unit(changes, unit)
    return first


def _start_services(changes: Changes, changed: list[str]) -> None:
    """Start the services, or have those that run follow new units and settings."""
    site = changes.site
    stale = units.write_units(changes)
    if stale or any(map(env.is_read_by_services, changed)):
        units.restart_running(changes, stale)
    for unit in site.enabled_units:
        units.enable_unit(changes, unit)
    for service in site.services:
        units.start_unit(changes, f"{service}.service")


def _certificate(site: Site, options: Options) -> tls.Files:
    return tls.wanted_files(
        site, options.host, options.certificate, options.kept_tls, self_signed=options.tls_kind == "self-signed"
    )


def _make_folders(changes: Changes) -> None:
    site = changes.site
    # Root's, so that nothing the services can write decides where root writes.
    for folder in (site.data, site.releases, site.watch):
        files.make_folder(changes, folder)
    files.make_folder(changes, site.backups, mode=0o755)
    # Of a removal that was interrupted, or kept the data: while it is there, all writes are refused.
    files.remove_file(changes, site.draining)
    for folder in (site.uploads, site.quarantine, site.requests):
        # Kept by a rollback, they belong to the number of a user that is gone.
        files.give_tree(changes, folder, site.user)
        files.make_folder(changes, folder, mode=0o750, owner=site.user)


def _write_settings(changes: Changes, options: Options, port: int) -> list[str]:
    """Write the settings; return the names of those that are new or changed."""
    site = changes.site
    wanted = env.server_settings(site, options.url, port, options.tls_kind)
    if options.proxies:
        wanted["ATUM_OPS_PROXIES"] = ",".join(options.proxies)
    asked = dict(options.asked)
    if options.beginning:
        # Kept from another place perhaps: where things are on this machine is known better.
        asked |= {name: wanted[name] for name in env.OF_THE_MACHINE}
    if not (_seen(site) or options.from_backup or reused_data.kept_database(site)):
        wanted |= options.first_settings
    planned = env.plan(site, wanted, asked, options.beginning or env.HEAD)
    running = units.running_services(site) if planned.changed else []
    if running and any(map(env.is_read_by_services, planned.changed)):
        # Written down first, so that it is undone last: when the old settings are back.
        inverse = {"kind": "restart_running", "units": running}
        changes.act("services read their settings again", inverse, lambda: None)
    env.write_env(changes, planned)
    return planned.changed


def _database_port(site: Site) -> int:
    return int(Postgres(site).value("show port", ADMINISTRATION))


def _migrate(changes: Changes, *, renewed: bool) -> dict[str, str]:
    """Bring the schema to this release; return the first sign-in if this made the workspace.

    `renewed` says that the secret is new, from which the passwords of the roles derive.
    """
    site = changes.site
    if not renewed and _schema_is_current(site):
        return {}
    first: dict[str, str] = {}

    def migrate() -> None:
        secrets = site.read_env() | read_env_file(site.owner_env_file)
        secrets["ATUM_DATABASE_URL"] = secrets.pop("ATUM_OWNER_URL")
        argv = [str(site.python()), "-m", "atum_desk.entry.cli", "migrate", "--json"]
        plain = {"PYTHONDONTWRITEBYTECODE": "1"}
        done = shell.run(argv, env=secrets | plain, cwd=site.current / "api", timeout=1800)
        first.update({k: v for k, v in json.loads(done.stdout.splitlines()[-1]).items() if v})

    changes.act("schema of the database", {"kind": "nothing"}, migrate)
    return first


def _schema_is_current(site: Site) -> bool:
    """Say whether the database is at this release's revision and its roles can sign in."""
    postgres = Postgres(site)
    description = site.current / releases.NAME
    if not description.exists() or (schema := schema_of_site(site)) is None:
        return False
    wanted = json.loads(description.read_text())["schema"]
    passwords = f"""select count(*) from pg_authid where rolpassword is not null
                     and rolname in ({", ".join(f"'{role}'" for role in site.login_roles)})"""
    return schema == wanted and postgres.value(passwords) == str(len(site.login_roles))


def _restore(changes: Changes, options: Options, *, is_new: bool) -> dict[str, str]:
    """Give the desk the state of a backup; a database of before is set aside, an empty one goes.

    No first sign-in comes of it: no workspace is made for the backup's to replace.
    """
    site, manifest = changes.site, options.from_backup
    assert manifest is not None

    def restore() -> None:
        restore_into(site, manifest, identity=options.identity, keeps_aside=not is_new)

    inverse = {"kind": "nothing"} if is_new else undo_restore_of(site)
    changes.act(f"state of {manifest}", inverse, restore)
    return {}


def _await_health(site: Site, options: Options) -> None:
    health.await_ready(8000, health.READY, "API")
    health.await_ready(8001, health.READY, "live service")
    port = 443 if options.has_tls else 80
    health.await_ready(port, health.READY, "desk behind nginx", host=options.host, tls=options.has_tls)
    if options.has_tls:
        health.await_certificate(tls.certificate(site), options.host)
    output.ok("API, live service and nginx answer")


def _seen(site: Site) -> bool:
    """Say whether this is an installation already: then there is nothing to agree to."""
    return site.current.is_symlink()


def _tell(site: Site, options: Options, first: dict[str, str], changes: Changes, seconds: float) -> None:
    document: dict[str, Any] = {
        "address": options.url,
        "version": releases.current_version(site),
        "changed": changes.steps,
        "first_sign_in": first or None,
        "seconds": round(seconds, 1),
    }
    if changes.dry_run:
        output.step(f"{len(changes.steps)} steps; nothing was changed")
    else:
        output.step(f"ATUM DESK is ready ({seconds:.0f} s, {len(changes.steps)} steps)")
        output.note(f"address   {options.url}")
        _tell_sign_in(site, options, first)
        output.note(f"settings  {site.env_file}")
        output.note(f"state     python3 {str(site.prefix / 'infra/atumctl')!r} doctor")
    output.result(document)


def _tell_sign_in(site: Site, options: Options, first: dict[str, str]) -> None:
    reset = f"bash {str(site.prefix / 'infra/scripts/desk.sh')!r} password ADDRESS"
    if first:
        output.note(f"mailbox   {site.setting('ATUM_MAIL_ADDRESS', 'support@atum.localhost')}")
        output.note(f"sign in   {first['email']}  password: {first['password']}")
        output.note("          (shown only once)")
    elif options.from_backup:
        output.note("sign in   as before the backup, with the same passwords; to reset one:")
        output.note(f"          {reset}")
