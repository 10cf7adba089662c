"""Rehearses an upgrade: the proven backup is restored, migrated and used by both releases.

Nothing of the running desk is touched. The new release must migrate the copy without altering what
was there, and work on it; the old one must work on it too, for that makes going back free.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from atumctl.backup import restored_database
from atumctl.backup.desk_check import ADMINISTRATOR
from atumctl.backup.manifest import Manifest
from atumctl.backup.restored_database import require_space
from atumctl.core import desk_database, output
from atumctl.core.journal import Inverse
from atumctl.core.output import AtumctlError, CommandRefused
from atumctl.core.postgres import ADMINISTRATION, Postgres, identifier, literal
from atumctl.core.releases import needed_schema
from atumctl.core.shell import ShellError
from atumctl.core.site import Site
from atumctl.probes.load import Counters, between, read_counters, why_others
from atumctl.probes.security import GUARDED, ROW_SECURITY_ASKED
from atumctl.rehearsal import table_digests
from atumctl.rehearsal.copy_of_site import CopyOfSite, end_services
from atumctl.rehearsal.smoke_test import DeskUnderTest, Times

MAILBOX = "select address from atum.mailboxes order by id limit 1"
# Slower than this many times, and by more than the spare, is refused.
SLOWER_TIMES = 3.0
SPARE_SECONDS = 0.25
# What seems slow is measured so many times more.
MORE_PAIRS = 2
MAX_NAMED = 6


@dataclass(frozen=True)
class RehearsalResult:
    """The outcome of a rehearsal: median seconds of each release, and what the migration took."""

    seconds: float
    migration_seconds: float
    tables: int
    rows: int
    old: Times
    new: Times

    def as_json(self) -> dict[str, Any]:
        """Return it for machines."""
        return asdict(self)


def begin(site: Site) -> Inverse:
    """Return the inverse of a rehearsal, with the roles as they are."""
    postgres = Postgres(site)
    kept = {"roles": _roles(postgres), "passwords": restored_database.role_passwords(postgres)}
    return {"kind": "end_rehearsal", "database": database_name(postgres)} | kept


def end(site: Site, inverse: Inverse) -> None:
    """Leave nothing of a rehearsal, also of one that was interrupted; harmless where there was none."""
    if site.kind == "server":
        end_services()
    postgres, site_copy = Postgres(site), CopyOfSite(site, inverse["database"])
    postgres.drop(inverse["database"])
    site_copy.remove()
    for role in set(_roles(postgres)) - set(inverse["roles"]):
        postgres.query(f"drop role {identifier(role)}", ADMINISTRATION)
    restored_database.restore_role_passwords(postgres, inverse["passwords"])


def database_name(postgres: Postgres) -> str:
    """Return the name of the copy; one at a time, so a crash leaves at most one."""
    return f"{postgres.database}_rehearsal"


def rehearse(site: Site, manifest: Manifest, old: Path, new: Path) -> RehearsalResult:
    """Rehearse; the caller ends it. Raises Refused with what is wrong with the release."""
    return _Rehearsal(site, manifest, old, new).run()


class _Rehearsal:
    def __init__(self, site: Site, manifest: Manifest, old: Path, new: Path) -> None:
        self._site, self._manifest, self._old, self._new = site, manifest, old, new
        self._postgres = Postgres(site)
        self._database = database_name(self._postgres)
        self._site_copy = CopyOfSite(site, self._database)
        self._unguarded_before: set[str] = set()

    def run(self) -> RehearsalResult:
        began = time.monotonic()
        self._copy()
        before, since = table_digests.read_before(self._postgres, self._database)
        self._unguarded_before = self._unguarded()
        migration_seconds = self._migrate()
        self._compare(before, since)
        password = self._password()
        counts = table_digests.lasting_counts(self._postgres, self._database)
        new = self._try(self._new, password, "the new release")
        lost = table_digests.fallen(counts, table_digests.lasting_counts(self._postgres, self._database))
        if lost:
            raise CommandRefused(f"While the new release worked on the copy, rows disappeared: {lost[0]}.")
        old = self._try(self._old, password, "the release in use, on the migrated copy,")
        old, new = self._compare_times(old, new, password)
        return RehearsalResult(
            seconds=round(time.monotonic() - began, 1),
            migration_seconds=migration_seconds,
            tables=len(before),
            rows=sum(one.rows for one in before.values()),
            old=old,
            new=new,
        )

    def _copy(self) -> None:
        postgres, database = self._postgres, self._database
        require_space(postgres, self._manifest.database_bytes)
        self._site_copy.prepare()
        postgres.drop(database)
        postgres.create(database, self._site.owner_role if self._site.kind == "server" else None)
        dump = self._site.backups / self._manifest.parts["dump"].file
        postgres.restore(dump, database)
        restored_database.hold_mail(postgres, database, self._manifest.made_at)
        output.ok(f"{dump.name} restored into {database}")

    def _migrate(self) -> float:
        began = time.monotonic()
        known = restored_database.role_passwords(self._postgres)
        try:
            self._site_copy.migrate(self._new)
        except ShellError as error:
            raise CommandRefused(f"The migration fails on a copy: {error}") from None
        finally:
            # Roles belong to the cluster: the running desk signs in with them, now too.
            restored_database.restore_role_passwords(self._postgres, known)
        there = desk_database.schema_of(self._postgres, self._database)
        wanted = needed_schema(self._new)
        # Beyond it where a newer release was taken back: its additions stay.
        if there < wanted:
            raise CommandRefused(f"The migrated copy is at schema {there}, the release names {wanted}.")
        seconds = round(time.monotonic() - began, 1)
        output.ok(f"migrated to schema {there} in {seconds} s")
        return seconds

    def _compare(self, before: table_digests.Digests, since: str) -> None:
        words = table_digests.compare(self._postgres, self._database, before, since)
        if words:
            more = f"; and {len(words) - MAX_NAMED} more" if len(words) > MAX_NAMED else ""
            raise CommandRefused(f"The migration changes existing data: {'; '.join(words[:MAX_NAMED])}{more}.")
        if unguarded := self._unguarded() - self._unguarded_before:
            raise CommandRefused(f"The migration exposes private data: {', '.join(sorted(unguarded))}.")
        rows = sum(one.rows for one in before.values())
        output.ok(f"all {rows:,} rows of {len(before)} tables are as they were")

    def _unguarded(self) -> set[str]:
        """Return the tables without forced row security, and the roles past it."""
        found = json.loads(self._postgres.value(GUARDED + ROW_SECURITY_ASKED, self._database))
        return {f"table {name}" for name in found["open"]} | {f"role {name}" for name in found["roles"]}

    def _password(self) -> tuple[str, str]:
        """Give an administrator of the copy a password; return e-mail address and password."""
        found = self._postgres.query(ADMINISTRATOR, self._database)
        if not found:
            raise CommandRefused("Nobody could sign in: no active staff member has a password.")
        email = found[0][1]
        said = self._site_copy.call(self._new, "atum_desk.entry.cli", "password", email)
        return email, said.strip().splitlines()[-1]

    def _try(self, release: Path, password: tuple[str, str], what: str, *, again: bool = False) -> Times:
        """Start a release on the copy and work with it; the second time it is only measured."""
        self._site_copy.start(release)
        desk = DeskUnderTest(self._site_copy.ports, self._site_copy.is_dead)
        try:
            desk.await_ready()
            desk.refuse_strangers()
            desk.sign_in(*password)
            if not again:
                desk.write()
                desk.take_mail(self._postgres.value(MAILBOX, self._database))
            times = desk.measure()
        except AtumctlError as fault:
            words = " / ".join(self._site_copy.last_words().strip().splitlines()[-3:])
            raise CommandRefused(f"In the rehearsal {what} fails: {fault}. Its log: {words}") from None
        finally:
            self._site_copy.stop()
        output.ok(f"{what} works: list {times.list * 1000:.0f} ms, ticket {times.ticket * 1000:.0f} ms")
        return times

    def _compare_times(self, old: Times, new: Times, password: tuple[str, str]) -> tuple[Times, Times]:
        """Return the best times of both. Raises Refused when the new release is slow by itself.

        The new one was tried first, on cold caches, and others use the machine too: what seems slow
        is measured again, both releases one right after the other, and the best of each counts.
        """
        others = ""
        for _pair in range(MORE_PAIRS):
            if not self._slower(old, new):
                return old, new
            output.note(f"{self._slower(old, new)}; both are measured again")
            before = self._counters()
            new = new.best(self._try(self._new, password, "the new release", again=True))
            old = old.best(self._try(self._old, password, "the release in use", again=True))
            others = why_others(between(before, self._counters()))
        words = self._slower(old, new)
        if words and others:
            output.warn(f"{words}, but the machine is busy, by others: {others}")
        elif words:
            most = self._site.number("ATUM_OPS_SLOWER_TIMES", SLOWER_TIMES)
            raise CommandRefused(
                f"The new release is too slow: {words}, measured {MORE_PAIRS + 1} times; "
                f"ATUM_OPS_SLOWER_TIMES allows {most:g} times as long."
            )
        return old, new

    def _slower(self, old: Times, new: Times) -> str:
        """Return in words which page takes longer than may be; nothing when none does."""
        most = self._site.number("ATUM_OPS_SLOWER_TIMES", SLOWER_TIMES)
        for what, was, now in (("list", old.list, new.list), ("ticket", old.ticket, new.ticket)):
            if now > was * most and now > was + SPARE_SECONDS:
                return f"the {what} takes {now:.2f} s and took {was:.2f}"
        return ""

    def _counters(self) -> Counters:
        return read_counters(self._site, self._database, self._site_copy.ports["api"])


def _roles(postgres: Postgres) -> list[str]:
    sql = f"select rolname from pg_roles where starts_with(rolname, {literal('atum_desk_')})"
    return [row[0] for row in postgres.query(sql, ADMINISTRATION)]
