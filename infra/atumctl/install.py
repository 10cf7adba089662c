"""`atumctl install`: from a tree laid at the install root to services that answer.

Everything is checked first; every step looks before it acts, so that a second run changes
nothing; a failure undoes what this run did.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from atumctl import health, output, preflight, releases, shell
from atumctl.journal import Journal
from atumctl.output import Failed, NeedsPerson, Refused
from atumctl.postgres import ADMINISTRATION, Postgres
from atumctl.shell import ShellError
from atumctl.site import Site, read_env_file
from atumctl.steps import database, env, files, nginx, packages, release, tls, units, user
from atumctl.steps.changes import Changes, undo_journal
from atumctl.steps.inverses import INVERSES
from atumctl.steps.nginx import SiteOptions

VERB = "install"
READY = "/api/v1/health/ready"


@dataclass(frozen=True)
class Options:
    """What the command line and the settings of an earlier run decide."""

    url: str
    tls: bool
    certificate: tuple[Path, Path] | None
    proxies: list[str]
    admin_email: str | None

    @property
    def host(self) -> str:
        """Return the name people type."""
        return urlsplit(self.url).hostname or "localhost"

    @property
    def site(self) -> SiteOptions:
        """Return what nginx needs of it."""
        return SiteOptions(self.host, self.tls, self.proxies)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of this verb."""
    parser.add_argument("--host", help="name or address people type (default: this machine's)")
    parser.add_argument("--certificate", type=Path, help="certificate with its chain, PEM")
    parser.add_argument("--key", type=Path, help="private key of --certificate, PEM")
    parser.add_argument("--no-tls", action="store_true", help="plain HTTP behind another proxy")
    parser.add_argument("--url", help="public address, where another proxy stands before nginx")
    parser.add_argument(
        "--trusted-proxy", action="append", default=[], metavar="NETWORK",
        help="proxy whose X-Forwarded-For is believed; may be repeated",
    )  # fmt: skip
    parser.add_argument("--admin-email", help="sign-in of the first administrator")
    parser.add_argument(
        "--from-backup", type=Path, metavar="MANIFEST", help="begin with the state of a backup"
    )


def run(args: argparse.Namespace, site: Site) -> int:
    """Install, or bring an installation up to what it should be."""
    if os.geteuid() != 0:
        raise Refused("Run it as root.")
    _hand_over(site)
    with releases.altering(site):
        return _run_alone(args, site)


def _run_alone(args: argparse.Namespace, site: Site) -> int:
    started = time.monotonic()
    options = _options(args, site)
    _finish_earlier(site, dry_run=args.dry_run)
    output.step("Checking this machine")
    preflight.check(site, tls=options.tls)
    if not _seen(site):
        release.check_tree(site.prefix)
    output.ok("ready to install")
    agreed = args.yes or args.dry_run or _seen(site)
    output.confirm(f"Install ATUM DESK in {site.prefix}?", yes=agreed)
    changes = Changes(site, VERB, dry_run=args.dry_run)
    try:
        first = _install(changes, args, options)
    except (Exception, KeyboardInterrupt) as error:
        if isinstance(error, NeedsPerson):
            raise
        raise changes.undo(INVERSES, _cause(error)) from error
    changes.close()
    _tell(site, options, first, changes, time.monotonic() - started)
    return 0


def _hand_over(site: Site) -> None:
    """Let the tool of the release in use do it: after an upgrade the tree's own is an older one."""
    tool = site.current / "infra/atumctl"
    own = Path(__file__).resolve()
    is_older = tool.is_dir() and release.version_of(site.prefix) != release.current_version(site)
    if is_older and not own.is_relative_to(tool.resolve()):
        os.execv(sys.executable, [sys.executable, str(tool), *sys.argv[1:]])


def _install(changes: Changes, args: argparse.Namespace, options: Options) -> dict[str, str]:
    site = changes.site
    output.step("Packages and user")
    brought = packages.install_packages(changes)
    user.make_user(changes)
    output.step("Folders and settings")
    _make_folders(changes)
    port = 5432 if changes.dry_run else _database_port(site)
    _write_settings(changes, options, port)
    output.step("Release")
    if not _seen(site):
        laid = release.lay_release(changes, site.prefix)
        files.make_link(changes, site.current, f"releases/{laid.name}")
    output.step("Database")
    database.make_roles_and_database(changes)
    database.set_owner_password(changes, port)
    first = _migrate(changes, options)
    if args.from_backup:
        _restore(changes, args.from_backup)
    output.step("Services")
    if units.write_units(changes):
        units.restart_running(changes)
    for unit in site.enabled_units:
        units.enable_unit(changes, unit)
    for service in site.services:
        units.start_unit(changes, f"{service}.service")
    output.step("nginx")
    if options.tls:
        tls.provide_certificate(changes, options.host, options.certificate)
    nginx.provide_site(changes, options.site, nginx_is_ours="nginx" in brought)
    if not changes.dry_run:
        _await_health(options)
    for unit in (*(f"{name}.timer" for name in site.timers), "atum-desk-requests.path"):
        units.start_unit(changes, unit)
    return first


def _make_folders(changes: Changes) -> None:
    site = changes.site
    # Root's, so that nothing the services can write decides where root writes.
    for folder in (site.data, site.releases, site.watch):
        files.make_folder(changes, folder)
    files.make_folder(changes, site.backups, mode=0o755)
    for folder in (site.uploads, site.quarantine, site.requests):
        files.make_folder(changes, folder, mode=0o750, owner=site.user)


def _write_settings(changes: Changes, options: Options, port: int) -> None:
    kind = "given" if options.certificate else "self-signed" if options.tls else "off"
    wanted = env.server_settings(changes.site, options.url, port, kind)
    if options.proxies:
        wanted["ATUM_OPS_PROXIES"] = ",".join(options.proxies)
    if options.admin_email:
        wanted["ATUM_ADMIN_EMAIL"] = options.admin_email
    env.write_env(changes, wanted)


def _database_port(site: Site) -> int:
    return int(Postgres(site).value("show port", ADMINISTRATION))


def _migrate(changes: Changes, options: Options) -> dict[str, str]:
    """Bring the schema to this release; return the first sign-in if this made the workspace."""
    site = changes.site
    if _schema_is_current(site):
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
    laid = site.current / release.NAME
    if not laid.exists() or shutil.which("psql") is None or not postgres.exists(site.database):
        return False
    wanted = json.loads(laid.read_text())["schema"]
    known = "select to_regclass('public.schema_revision') is not null"
    if postgres.value(known) != "t":
        return False
    passwords = f"""select count(*) from pg_authid where rolpassword is not null
                     and rolname in ({", ".join(f"'{role}'" for role in database.LOGINS)})"""
    complete = postgres.value(passwords) == str(len(database.LOGINS))
    return complete and postgres.value("select version_num from public.schema_revision") == wanted


def _restore(changes: Changes, manifest: Path) -> None:
    """Replace the fresh state by a backup's; the services do not run yet."""
    from atumctl.restore import restore_into

    changes.act(
        f"state of {manifest}", {"kind": "nothing"}, lambda: restore_into(changes.site, manifest)
    )


def _await_health(options: Options) -> None:
    health.await_ready(8000, READY, "API")
    health.await_ready(8001, READY, "live service")
    port = 443 if options.tls else 80
    health.await_ready(port, READY, "way through nginx", host=options.host, tls=options.tls)
    output.ok("API, live service and the way through nginx answer")


def _options(args: argparse.Namespace, site: Site) -> Options:
    known = site.read_env()
    if bool(args.certificate) != bool(args.key):
        raise Refused("--certificate and --key belong together.")
    if args.no_tls and args.certificate:
        raise Refused("--no-tls and --certificate exclude each other.")
    nginx.check_proxies(args.trusted_proxy)
    off = args.no_tls or (known.get("ATUM_OPS_TLS") == "off" and not args.certificate)
    scheme = "http" if off else "https"
    host = args.host or _machine_name()
    url = args.url or known.get("ATUM_URL") or f"{scheme}://{host}"
    proxies = args.trusted_proxy or known.get("ATUM_OPS_PROXIES", "").split(",")
    pair = (args.certificate.absolute(), args.key.absolute()) if args.certificate else None
    return Options(url, not off, pair, [p for p in proxies if p], args.admin_email)


def _machine_name() -> str:
    """Return the name others know this machine by, otherwise its address."""
    name = socket.getfqdn()
    if "." in name and not name.startswith("localhost"):
        return name
    # No packet is sent: it only asks the kernel which address would be used.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "localhost"
        return str(probe.getsockname()[0])


def _finish_earlier(site: Site, *, dry_run: bool) -> None:
    """Undo an installation that was cut off, so that this one begins on known ground."""
    for journal in Journal.of_verb(site.journal, VERB):
        if journal.outcome() not in (None, "undone in part"):
            continue
        if _has_tickets(site):
            # Cut off at its very end and used since: it is carried on, for undoing would lose them.
            journal.close("taken over")
            continue
        if dry_run:
            raise Refused(f"An installation was cut off: {journal.path}; it is undone first.")
        output.step("Undoing an installation that was cut off")
        undo_journal(journal, INVERSES, "An earlier installation was cut off")


def _has_tickets(site: Site) -> bool:
    postgres = Postgres(site)
    if shutil.which("psql") is None or not postgres.exists(site.database):
        return False
    if postgres.value("select to_regclass('atum.tickets') is not null") != "t":
        return False
    return postgres.value("select exists (select from atum.tickets)") == "t"


def _seen(site: Site) -> bool:
    """Say whether this is an installation already: then there is nothing to agree to."""
    return site.current.is_symlink()


def _cause(error: BaseException) -> str:
    if isinstance(error, (Failed, Refused, ShellError)):
        return str(error).rstrip(".")
    return f"{type(error).__name__}: {error}" if str(error) else "interrupted"


def _tell(
    site: Site, options: Options, first: dict[str, str], changes: Changes, seconds: float
) -> None:
    document: dict[str, Any] = {
        "address": options.url,
        "version": release.current_version(site),
        "changed": changes.steps,
        "first_sign_in": first or None,
        "seconds": round(seconds, 1),
    }
    if changes.dry_run:
        output.step(f"{len(changes.steps)} steps; nothing was done")
    else:
        output.step(f"ATUM DESK is ready ({seconds:.0f} s, {len(changes.steps)} steps)")
        output.note(f"address   {options.url}")
        if first:
            output.note(f"sign in   {first['email']}  password: {first['password']}")
            output.note("          (shown only now)")
        output.note(f"settings  {site.env_file}")
        output.note(f"state     python3 {str(site.prefix / 'infra/atumctl')!r} doctor")
    output.result(document)
