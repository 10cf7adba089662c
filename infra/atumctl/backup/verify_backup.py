"""`verify`: a backup counts only when proven, that is, restored and compared.

The dump is restored into a scratch database, rows and ledger are compared with the manifest,
every attachment's file is hashed, somebody signs in and searches. The time it took is the
measured recovery time.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

from atumctl.backup import damaged_uploads, uploads_of_backup
from atumctl.backup.database_contents import read_database_contents
from atumctl.backup.desk_check import DeskCheckFailed, check_desk
from atumctl.backup.encryption import decrypt_set
from atumctl.backup.env_part import SECRET
from atumctl.backup.folder import find_manifest, locked
from atumctl.backup.index import BackupEntry, Check, Index, ProofEntry, now
from atumctl.backup.manifest import BadManifest, Manifest, read_manifest, wrong_with
from atumctl.backup.restored_database import require_space
from atumctl.backup.uploads_archive import BadArchive
from atumctl.core import output
from atumctl.core.output import CommandRefused
from atumctl.core.postgres import ADMINISTRATION, Postgres
from atumctl.core.shell import ShellError
from atumctl.core.site import Site, read_env_file

NAMED = """select sha256, min(id), min(filename), max(size) from atum.attachments
            group by sha256 order by 2"""
MAX_NAMED = 5
MIN_SECRET_CHARACTERS = 32


class CheckFailed(Exception):
    """A check of a backup failed; the text says why."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `verify`."""
    parser.add_argument("manifest", nargs="?", default="", help="manifest file or stamp (newest)")
    parser.add_argument("--identity", type=Path, help="private key (age) of an encrypted copy")


def run(args: argparse.Namespace, site: Site) -> int:
    """Prove a backup, the newest unless told; exit code 1 when it is not proven."""
    path = find_manifest(site, args.manifest)
    if args.dry_run:
        output.note(f"restore {path} into {scratch_name(Postgres(site))}, compare, drop it again")
        return 0
    output.step(f"Proof of {path.name}")
    proof = _prove_copy(site, path, args.identity) if args.identity else prove(site, path)
    tell(path.name, proof)
    output.result({"manifest": str(path), **asdict(proof)})
    return 0 if proof.state == "proven" else 1


def prove(site: Site, path: Path) -> ProofEntry:
    """Prove a backup, keep the result in the index and return it."""
    if not site.backups.is_dir():
        raise CommandRefused(f"There is no folder {site.backups}.")
    with locked(site):
        # A server that does not answer says nothing about the backup.
        Postgres(site).value("select 1", ADMINISTRATION)
        began = time.monotonic()
        verification = _Verification(site, path)
        verification.look()
        failures = tuple(f"{c.what}: {c.evidence}" for c in verification.checks if not c.ok)
        proof = ProofEntry(
            state="failed" if failures else "proven",
            proven_at=now(),
            recovery_seconds=round(time.monotonic() - began, 1),
            checks=tuple(verification.checks),
            failures=failures,
        )
        index = Index(site)
        if path.parent == site.backups and (known := _entry_of(index, path)):
            if verification.lost:
                damaged_uploads.record(site, verification.lost)
            index.record_proof(known.stamp, proof)
    return proof


def _prove_copy(site: Site, path: Path, identity: Path) -> ProofEntry:
    """Prove an encrypted copy from another place; the index knows nothing of it."""
    with tempfile.TemporaryDirectory(prefix="decrypted-", dir=site.data) as work:
        decrypt_set(path.parent, read_manifest(path), identity, Path(work))
        return prove(site, Path(shutil.copy(path, work)))


def tell(name: str, proof: ProofEntry) -> None:
    """Tell how a proof went, check by check."""
    for check in proof.checks:
        (output.ok if check.ok else output.fail)(f"{check.what}: {check.evidence}")
    if proof.state == "proven":
        output.ok(f"{name} is proven; recovery takes {proof.recovery_seconds:.1f} s")
    else:
        output.fail(f"{name} is NOT proven")


def scratch_name(postgres: Postgres) -> str:
    """Return the name of the scratch database; one at a time, so a crash leaves at most one."""
    return f"{postgres.database}_proof"


@contextlib.contextmanager
def scratch_database(postgres: Postgres, dump: Path) -> Iterator[str]:
    """Yield the name of a database restored from a dump; dropped after, and before after a crash."""
    name = scratch_name(postgres)
    postgres.drop(name)
    postgres.create(name)
    try:
        postgres.restore(dump, name)
        yield name
    finally:
        postgres.drop(name)


class _Verification:
    """One proof: makes every check it can, so that all faults are named and not only the first."""

    def __init__(self, site: Site, path: Path) -> None:
        self.checks: list[Check] = []
        self.lost: list[str] = []  # stored uploads that are damaged or missing
        self._site = site
        self._path = path

    def look(self) -> None:
        manifest = self._manifest()
        if manifest is None:
            return
        whole = {part: self._is_whole(manifest, part) for part in manifest.parts}
        if whole["env"]:
            self._check("settings", lambda: self._env(manifest))
        held = self._held(manifest) if whole["uploads"] else None
        if whole["dump"]:
            self._restored(manifest, held)

    def _check(self, what: str, look: Callable[[], str]) -> bool:
        try:
            evidence, ok = look(), True
        except (CheckFailed, DeskCheckFailed, ShellError, BadArchive, BadManifest, OSError) as error:
            evidence, ok = str(error), False
        self.checks.append(Check(what, ok, evidence))
        return ok

    def _manifest(self) -> Manifest | None:
        found: list[Manifest] = []

        def look() -> str:
            found.append(read_manifest(self._path))
            return f"made {found[0].made_at} by version {found[0].version}"

        return found[0] if self._check("manifest", look) else None

    def _is_whole(self, manifest: Manifest, name: str) -> bool:
        part = manifest.parts[name]

        def look() -> str:
            if words := wrong_with(part, self._path.parent / part.file):
                raise CheckFailed(words)
            return f"{part.file}, {part.bytes:,} bytes, SHA-256 {part.sha256[:12]}…"

        return self._check(name, look)

    def _env(self, manifest: Manifest) -> str:
        values = read_env_file(self._path.parent / manifest.parts["env"].file)
        if len(values.get(SECRET, "")) < MIN_SECRET_CHARACTERS:
            raise CheckFailed(f"there is no {SECRET}: signed links and the roles' passwords need it")
        return f"{len(values)} settings, {SECRET} among them"

    def _held(self, manifest: Manifest) -> dict[str, bool] | None:
        """Return the uploads that are there, and whether their content fits their name."""
        held: dict[str, bool] = {}
        folder = self._path.parent

        def look() -> str:
            files = 0
            for name, size, fits in uploads_of_backup.check(manifest, folder):
                files += 1
                if size is not None:
                    held[name] = fits
                if not fits and not manifest.is_archived:
                    self.lost.append(name)
            if files != manifest.uploads.files:
                raise CheckFailed(f"{files:,} files, not {manifest.uploads.files:,}")
            if self.lost:
                words = damaged_uploads.describe(folder, self.lost)
                advice = "; the next backup stores it again if the desk has it right"
                raise CheckFailed(words + advice * (folder == self._site.backups))
            return f"{files:,} files hashed"

        what = "uploads archive" if manifest.is_archived else "stored uploads"
        return held if self._check(what, look) or self.lost else None

    def _restored(self, manifest: Manifest, held: dict[str, bool] | None) -> None:
        postgres = Postgres(self._site)
        dump = self._path.parent / manifest.parts["dump"].file
        try:
            require_space(postgres, manifest.database_bytes)
            with scratch_database(postgres, dump) as database:
                self.checks.append(Check("restore", True, f"{manifest.parts['dump'].file} restored"))
                self._check("contents", lambda: _contents(postgres, database, manifest))
                if held is not None:
                    self._check("attachments", lambda: _attachments(postgres, database, held))
                self._desk(postgres, database)
        except ShellError as error:
            self.checks.append(Check("restore", False, str(error)))

    def _desk(self, postgres: Postgres, database: str) -> None:
        self._check("sign-in and search", lambda: "; ".join(check_desk(postgres, database)))


def _contents(postgres: Postgres, database: str, manifest: Manifest) -> str:
    found = read_database_contents(lambda sql: postgres.query(sql, database))
    if words := manifest.contents.differences(found):
        raise CheckFailed("; ".join(words[:MAX_NAMED]))
    return (
        f"{sum(found.rows.values()):,} rows in {len(found.rows)} tables, "
        f"ledger up to change {found.last_change}, all as in the manifest"
    )


def _attachments(postgres: Postgres, database: str, held: dict[str, bool]) -> str:
    named = postgres.query(NAMED, database)
    lost = [
        f"the file of attachment {number} ({filename}) is "
        + ("altered" if sha256 in held else "missing from the backup")
        for sha256, number, filename, _size in named
        if not held.get(sha256)
    ]
    if lost:
        more = f" and {len(lost) - MAX_NAMED} more" if len(lost) > MAX_NAMED else ""
        raise CheckFailed("; ".join(lost[:MAX_NAMED]) + more)
    return f"all {len(named):,} files that attachments name are there with the right hash"


def _entry_of(index: Index, path: Path) -> BackupEntry | None:
    return next((e for e in index.entries() if e.manifest == path.name), None)
