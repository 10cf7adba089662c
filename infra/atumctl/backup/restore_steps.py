"""The steps of a restore, each with its inverse."""

from __future__ import annotations

import pwd
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from atumctl.backup import restored_database, uploads_of_backup
from atumctl.backup.database_contents import read_database_contents
from atumctl.backup.env_part import SECRET, files_to_write, secret_of, write_settings
from atumctl.backup.folder import locked, prepare_folder
from atumctl.backup.manifest import Manifest
from atumctl.backup.restore_undo import VERB, finish_earlier, inverses, move_folder
from atumctl.backup.restored_database import require_space
from atumctl.core import health, output, shell
from atumctl.core.journal import Inverse, Journal
from atumctl.core.output import CommandRefused, Failed, NeedsPerson
from atumctl.core.postgres import ADMINISTRATION, Postgres, literal
from atumctl.core.shell import ShellError, reason_of
from atumctl.core.site import Site, read_env_file
from atumctl.core.uploads import NAMED_FILES
from atumctl.steps import units
from atumctl.steps.changes import Changes
from atumctl.steps.files import found_at

MAX_MIGRATION_SECONDS = 1800.0
SINCE = """
select (select count(*) from atum.tickets where created_at > {moment}::timestamptz),
       (select count(*) from atum.messages where created_at > {moment}::timestamptz),
       (select count(*) from atum.mails where received_at > {moment}::timestamptz)"""
MIGRATIONS = "migrations/versions/*.sql"


@dataclass(frozen=True)
class StateSetAside:
    """Where a restore put the state that it replaced."""

    database: str
    folder: Path

    def drop(self, postgres: Postgres) -> None:
        """Let go of it."""
        postgres.drop(self.database)
        shutil.rmtree(self.folder, ignore_errors=True)


class Restore:
    """One restore, step by step."""

    def __init__(self, site: Site, manifest: Manifest, folder: Path, *, dry_run: bool = False) -> None:
        self.holds_mail = True
        self._site = site
        self._manifest = manifest
        self._folder = folder
        self._postgres = Postgres(site)
        self._changes = Changes(site, VERB, dry_run=dry_run)
        self._incoming = f"{self._postgres.database}_incoming"
        stamp = f"{datetime.now(UTC):%Y%m%d_%H%M%S}"
        self.aside = StateSetAside(f"{self._postgres.database}_before_{stamp}", site.data / f"before_{stamp}")

    @property
    def steps(self) -> list[str]:
        """Return what was done, or in a dry run what would be."""
        return self._changes.steps

    def run(self) -> None:
        """Restore. Raises Refused before anything is touched, Failed when all is as it was."""
        self._require_fitting()
        prepare_folder(self._site)
        with locked(self._site):
            if not self._changes.dry_run:
                finish_earlier(self._site)
            try:
                self._restore()
            except (Exception, KeyboardInterrupt) as error:
                if isinstance(error, NeedsPerson):
                    raise
                raise self._changes.undo(inverses(self._site), reason_of(error)) from error
            self._changes.close()
            self._drop_older()

    def forget_before(self) -> None:
        """Drop what was set aside and with it the way back, where it was of no worth.

        The journal goes first: played without what it brings back, it would take the desk away.
        """
        for journal in Journal.of_verb(self._site.journal, VERB):
            journal.path.unlink()
        self.aside.drop(self._postgres)

    def _require_fitting(self) -> None:
        known = {path.name.partition("_")[0] for path in _code(self._site).glob(MIGRATIONS)}
        if known and self._manifest.contents.schema not in known:
            raise CommandRefused(
                f"The backup is of version {self._manifest.version}, schema "
                f"{self._manifest.contents.schema}, which this release does not know; upgrade first."
            )
        require_unused(self._site, self._postgres)
        require_space(self._postgres, self._manifest.database_bytes)
        free = shutil.disk_usage(existing(self._site.data)).free
        if free < self._manifest.uploads.bytes:
            raise CommandRefused(
                f"The uploads need {self._manifest.uploads.bytes / 1e6:,.0f} MB and "
                f"{self._site.data} has {free / 1e6:,.0f} MB free."
            )

    def _restore(self) -> None:
        site, aside = self._site, self.aside
        self._act(
            "the backup's database beside the present one",
            {"kind": "drop_database", "database": self._incoming},
            self._make_incoming,
        )
        incoming = site.data / "uploads.incoming"
        self._act(
            "the backup's uploads beside the present ones",
            {"kind": "remove_folder", "path": str(incoming)},
            lambda: self._unpack(incoming),
        )
        stopped = self._stop_services()
        self._act(
            f"folder {aside.folder}",
            {"kind": "remove_folder_if_empty", "path": str(aside.folder)},
            lambda: aside.folder.mkdir(mode=0o700),
        )
        self._rename_database(self._postgres.database, aside.database)
        self._rename_database(self._incoming, self._postgres.database)
        self._move(site.uploads, aside.folder / "uploads")
        self._move(incoming, site.uploads)
        self._settings()
        self._migrate()
        self._start_services(stopped)
        self._tell()

    def _act(self, step: str, inverse: Inverse, action: Callable[[], object]) -> None:
        self._changes.act(step, inverse, action)

    def _make_incoming(self) -> None:
        postgres, manifest = self._postgres, self._manifest
        restored_database.make_roles(self._site, postgres)
        postgres.drop(self._incoming)
        owner = self._site.owner_role if self._site.kind == "server" else None
        postgres.create(self._incoming, owner)
        postgres.restore(self._folder / manifest.parts["dump"].file, self._incoming)
        found = read_database_contents(lambda sql: postgres.query(sql, self._incoming))
        if words := manifest.contents.differences(found):
            raise Failed(f"What was restored is not what was backed up: {'; '.join(words[:5])}")
        restored_database.renumber_transactions(postgres, self._incoming)
        restored_database.renew_seal_key(postgres, self._incoming)
        if self.holds_mail:
            held = restored_database.hold_mail(postgres, self._incoming, manifest.made_at)
            if held:
                output.warn(f"{held} mails were waiting when the backup was made; review them under Mail (unknown)")

    def _unpack(self, incoming: Path) -> None:
        shutil.rmtree(incoming, ignore_errors=True)
        uploads = self._site.uploads
        owner = _owner_of(self._site)
        packed = uploads_of_backup.unpack(self._manifest, self._folder, incoming, owner)
        if uploads.exists():
            incoming.chmod(uploads.stat().st_mode & 0o7777)
        lost = {row[0] for row in self._postgres.query(NAMED_FILES, self._incoming)} - packed.names
        if lost - set(self._manifest.uploads.missing):
            raise Failed(f"{len(lost)} files that attachments name are not in the backup")

    def _rename_database(self, name: str, target: str) -> None:
        inverse = {"kind": "rename_database", "from": target, "to": name}

        def rename() -> None:
            if self._postgres.exists(name):
                self._postgres.rename(name, target)

        self._act(f"database {name} becomes {target}", inverse, rename)

    def _move(self, path: Path, target: Path) -> None:
        inverse = {"kind": "move", "from": str(target), "to": str(path)}
        self._act(
            f"{path.name} becomes {target.relative_to(self._site.data)}", inverse, lambda: move_folder(path, target)
        )

    def _settings(self) -> None:
        backed_up = (self._folder / self._manifest.parts["env"].file).read_text(encoding="utf-8")
        for path, text in files_to_write(self._site, backed_up).items():
            inverse = {"kind": "restore_file", "path": str(path), "found": found_at(path)}
            self._act(f"settings in {path}", inverse, partial(write_settings, path, text))

    def _migrate(self) -> None:
        """Bring the schema to this release, and the roles' passwords to the restored secret."""
        dry = self._changes.dry_run
        kept = {} if dry else restored_database.role_passwords(self._postgres)
        inverse = {"kind": "restore_role_passwords", "found": kept}
        self._act("schema and roles of this release", inverse, self._run_migration)

    def _run_migration(self) -> None:
        site = self._site
        settings = read_env_file(site.env_file)
        python = Path(sys.executable)
        if site.kind == "server":
            python = site.python()
            settings |= read_env_file(site.owner_env_file)
            settings["ATUM_DATABASE_URL"] = settings.pop("ATUM_OWNER_URL")
        else:
            settings["ATUM_DATA"] = str(site.data)
            settings["ATUM_DATABASE_URL"] = self._postgres.url(self._postgres.database)
            settings.setdefault(SECRET, secret_of(site))
        code = _code(site)
        plain = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(code)}
        words = [str(python), "-m", "atum_desk.entry.cli", "migrate", "--json"]
        shell.run(words, env=settings | plain, cwd=code, timeout=MAX_MIGRATION_SECONDS)

    def _stop_services(self) -> list[str]:
        if self._site.kind != "server":
            return []
        active = [f"{name}.service" for name in self._site.services]
        active = [unit for unit in active if units.is_active(unit)]
        for unit in reversed(active):
            sockets = units.sockets_of(self._site, unit)
            words = {"unit": unit, "sockets": [one for one in sockets if units.is_active(one)]}
            inverse = {"kind": "start_unit", **words}
            self._act(f"stop {unit}", inverse, partial(units.stop_unit, words))
        return active

    def _start_services(self, stopped: list[str]) -> None:
        for unit in stopped:
            units.start_unit(self._changes, unit)
        if stopped and not self._changes.dry_run:
            health.await_ready(self._site.ports[0], health.READY, "API")
            health.await_ready(self._site.ports[1], health.READY, "live service")

    def _drop_older(self) -> None:
        """Drop what earlier restores have set aside, and with it their way back."""
        if self._changes.dry_run:
            return
        prefix = f"{self._postgres.database}_before_"
        for name in self._postgres.databases(prefix):
            older = StateSetAside(name, self._site.data / f"before_{name.removeprefix(prefix)}")
            if older != self.aside:
                older.drop(self._postgres)
        for journal in Journal.of_verb(self._site.journal, VERB)[:-1]:
            journal.path.unlink()

    def _tell(self) -> None:
        if self._changes.dry_run:
            return
        aside = self.aside
        if not self._postgres.exists(aside.database):
            return
        moment = literal(self._manifest.made_at)
        try:
            sql = SINCE.replace("{moment}", moment)
            tickets, messages, mails = self._postgres.query(sql, aside.database)[0]
        except ShellError:
            return
        output.note(f"set aside: database {aside.database}, folder {aside.folder}")
        output.note(f"in it and not in the backup: {tickets} tickets, {messages} messages, {mails} mails")


def _owner_of(site: Site) -> tuple[int, int] | None:
    """Return who the uploads belong to, also where they are lost; None when we all are one."""
    if site.uploads.exists():
        found = site.uploads.stat()
        return found.st_uid, found.st_gid
    if site.kind == "embedded":
        return None
    account = pwd.getpwnam(site.user)
    return account.pw_uid, account.pw_gid


def _code(site: Site) -> Path:
    """Return the folder of the application's code that is in use."""
    return site.current / "api" if site.current.exists() else site.api


def require_unused(site: Site, postgres: Postgres) -> None:
    """Raise Refused while `./atum up` runs; a server's services are stopped instead."""
    there = f"""select exists (select from pg_stat_activity where usename like 'atum_desk_%'
                        and datname = {literal(postgres.database)})"""
    if site.kind == "embedded" and postgres.value(there, ADMINISTRATION) == "t":
        raise CommandRefused("The desk is running; stop ./atum up and try again.")


def existing(path: Path) -> Path:
    """Return a folder, or the nearest one above it that exists."""
    return next(one for one in (path, *path.parents) if one.exists())
