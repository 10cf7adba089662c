"""`backup`: database, uploads, settings and a manifest, of one consistent point.

Of the uploads, only those are copied that no backup has yet; all share one store (ADR 0024).

The point is the snapshot the dump is made of. A file is in the store before the row that names it
commits, and the store is read after the snapshot was taken: so no upload is missing that the dump
names. Rows are counted and the ledger is sealed in the same snapshot.
"""

from __future__ import annotations

import argparse
import contextlib
import grp
import hashlib
import io
import json
import os
import shutil
import time
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

from atumctl.backup import copies, damaged_uploads, retention, uploads_archive, uploads_store, verify_backup
from atumctl.backup.database_contents import read_database_contents
from atumctl.backup.env_part import env_text
from atumctl.backup.folder import locked, prepare_folder
from atumctl.backup.index import Index
from atumctl.backup.manifest import PARTS, BackupPart, Manifest, Uploads, manifest_name
from atumctl.backup.uploads_store import BackupStore
from atumctl.core import output
from atumctl.core.durable_files import sync_folder, write_durably
from atumctl.core.output import CommandRefused, Failed
from atumctl.core.postgres import SUPERUSER, Postgres, PsqlSession
from atumctl.core.site import Site
from atumctl.core.uploads import NAMED_FILES, stored_files

DRAFT = ".making"
MOVING = "moving.json"
# Measured on 100,000 tickets: more effort takes minutes, no effort doubles what is written.
DUMP_COMPRESSION = 1
SPARE_BYTES = 256 << 20
SNAPSHOT = "begin isolation level repeatable read read only; select pg_export_snapshot()"
ABOUT = "select current_setting('server_version'), pg_database_size(current_database())"
# Nothing is removed from the store while this is held (api: files/queries.py, STORE_LOCK).
HOLD_STORE = "select pg_advisory_lock_shared(4707481300889062469)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `backup`."""
    parser.add_argument("--to", default="", help="also copy it there (folder or host:/folder)")
    parser.add_argument("--verify", action="store_true", help="prove it right after (see verify)")


def run(args: argparse.Namespace, site: Site) -> int:
    """Make a backup, copy it where the settings or `--to` say, and remove what need not stay."""
    if args.dry_run:
        _tell_plan(site, args.to)
        return 0
    output.step("Backup")
    manifest = make_backup(site)
    output.ok(
        f"{manifest.file}: {manifest.new_bytes / 1e6:,.1f} MB new of {manifest.bytes / 1e6:,.1f} MB "
        f"in {manifest.took_seconds:.1f} s, {manifest.contents.rows['atum.tickets']:,} tickets, "
        f"{manifest.uploads.files:,} uploads"
    )
    if manifest.uploads.missing:
        output.warn(
            f"{len(manifest.uploads.missing)} files that the database names are lost or damaged, here and in "
            "all backups"
        )
    document: dict[str, object] = {"manifest": str(site.backups / manifest.file)}
    if args.verify:
        proof = verify_backup.prove(site, site.backups / manifest.file)
        verify_backup.tell(manifest.stamp, proof)
        document["proof"] = proof.state
    document["removed"] = _remove_superfluous(site)
    document["copies"] = copies.copy_to_all(site, manifest, args.to)
    output.result(document)
    return 1 if document.get("proof") == "failed" else 0


def make_backup(site: Site) -> Manifest:
    """Make one backup in the site's folder and return its manifest.

    Raises Refused when another one runs or the disk is too small, Failed when it cannot be
    written; nothing half is left then.
    """
    prepare_folder(site)
    with locked(site):
        remove_leftovers(site)
        postgres = Postgres(site)
        _require_space(site, postgres)
        draft = site.backups / DRAFT
        draft.mkdir(mode=0o700)
        is_made = False
        try:
            manifest = _make(site, postgres, draft)
            _move_into_place(draft, manifest)
            is_made = True
        except OSError as error:
            raise Failed(f"The backup could not be written: {error}. Nothing is left of it.") from error
        finally:
            remove_leftovers(site)
            if not is_made:
                # By what manifests name: it may have failed just after its own was written.
                with contextlib.suppress(OSError):
                    uploads_store.remove_unnamed(site.backups)
        Index(site).add(manifest)
        damaged_uploads.forget_healed(site)
    return manifest


def remove_leftovers(site: Site) -> None:
    """Remove what an interrupted backup has left."""
    draft = site.backups / DRAFT
    with contextlib.suppress(OSError, ValueError):
        stamp = json.loads((draft / MOVING).read_text())["stamp"]
        if not (site.backups / manifest_name(stamp)).exists():
            retention.remove_set(site.backups, stamp)
    shutil.rmtree(draft, ignore_errors=True)


def application_version(site: Site) -> str:
    """Return the version of the release in use, or of the tree that was unpacked."""
    with contextlib.suppress(OSError, ValueError, KeyError):
        return str(json.loads((site.current / "release.json").read_text())["version"])
    with contextlib.suppress(OSError, ValueError, KeyError):
        return str(tomllib.loads((site.api / "pyproject.toml").read_text())["project"]["version"])
    return ""


def _make(site: Site, postgres: Postgres, draft: Path) -> Manifest:
    began = time.monotonic()
    stamp = _free_stamp(site)
    names = {part: pattern.format(stamp) for part, pattern in PARTS.items()}
    with postgres.session() as session:
        # Before the snapshot: what it names must still be there when the store is read.
        session.ask(HOLD_STORE)
        snapshot = session.ask(SNAPSHOT)[0][0]
        made_at = datetime.now(UTC).isoformat(timespec="seconds")
        with (draft / names["dump"]).open("w+b") as dump:
            with postgres.dumping(snapshot, dump, DUMP_COMPRESSION) as dumping:
                uploads, listed = _store(site, session, draft / names["uploads"])
                contents = read_database_contents(session.ask)
                dumping.finish()
            parts = {"dump": _sealed(dump, names["dump"]), "uploads": listed}
        version, size = session.ask(ABOUT)[0]
    parts["env"] = _write_part(draft / names["env"], env_text(site).encode())
    _let_postgres_read(site, draft / names["dump"])
    return Manifest(
        stamp=stamp,
        made_at=made_at,
        took_seconds=round(time.monotonic() - began, 1),
        version=application_version(site),
        postgres=version,
        database_bytes=int(size),
        contents=contents,
        uploads=uploads,
        parts=parts,
    )


def _store(site: Site, session: PsqlSession, path: Path) -> tuple[Uploads, BackupPart]:
    """Store the uploads that no backup has, and list all; the snapshot must be taken already.

    A file that the desk has lost and an earlier backup has not stays in this one, too.
    """
    store = BackupStore(site.backups)
    sizes: dict[str, int] = {}
    new_bytes = 0
    for live in _live(site):
        size, kept = live.stat().st_size, store.size(live.name)
        if kept != size and store.add(live, path.parent):
            new_bytes += size
            kept = size
        elif kept != size:
            output.warn(f"{live} is damaged: its content does not match its name")
        if kept is not None:
            sizes[live.name] = kept
    store.finish()
    missing = []
    for name in {row[0] for row in session.ask(NAMED_FILES)} - sizes.keys():
        if (kept := store.size(name)) is None:
            missing.append(name)
        else:
            output.warn(f"the desk has lost the upload {name}; it is taken from earlier backups")
            sizes[name] = kept
    listed = _write_part(path, uploads_store.write_list(sizes))
    total = sum(sizes.values())
    return Uploads(len(sizes), total, tuple(sorted(missing)), new_bytes), listed


def _write_part(path: Path, content: bytes) -> BackupPart:
    write_durably(path, content)
    return BackupPart(path.name, hashlib.sha256(content).hexdigest(), len(content))


def _sealed(file: IO[bytes], name: str) -> BackupPart:
    """Make a written file survive a power cut and return it as a part."""
    file.flush()
    os.fsync(file.fileno())
    os.fchmod(file.fileno(), 0o600)
    file.seek(0)
    digest = uploads_archive.sha256_of(file)
    return BackupPart(name, digest, file.seek(0, io.SEEK_END))


def _let_postgres_read(site: Site, dump: Path) -> None:
    """Let the server's account read the dump, so that it is restored with several jobs.

    It holds nothing that account does not have already.
    """
    if site.kind == "server":
        with contextlib.suppress(KeyError):
            os.chown(dump, 0, grp.getgrnam(SUPERUSER).gr_gid)
            dump.chmod(0o640)


def _move_into_place(draft: Path, manifest: Manifest) -> None:
    """Give the parts their names; the manifest comes last, and with it the backup exists."""
    folder = draft.parent
    write_durably(draft / MOVING, json.dumps({"stamp": manifest.stamp}).encode())
    for part in manifest.parts.values():
        (draft / part.file).rename(folder / part.file)
    sync_folder(folder)
    write_durably(folder / manifest.file, manifest.to_json().encode())


def _free_stamp(site: Site) -> str:
    """Return this second's stamp, or the next one that no backup has."""
    moment = datetime.now(UTC)
    while (site.backups / manifest_name(f"{moment:%Y%m%d_%H%M%S}")).exists():
        moment += timedelta(seconds=1)
    return f"{moment:%Y%m%d_%H%M%S}"


def needed_bytes(site: Site, postgres: Postgres) -> int:
    """Return what a backup may need at most, in bytes; a dump is smaller than its database."""
    database = int(postgres.value("select pg_database_size(current_database())"))
    store = BackupStore(site.backups)
    found = ((store.size(path.name), path.stat().st_size) for path in _live(site))
    return database + sum(size for kept, size in found if kept != size) + SPARE_BYTES


def _live(site: Site) -> Iterator[Path]:
    return stored_files(site.uploads)


def _remove_superfluous(site: Site) -> list[str]:
    """Remove what need not stay, unless another one works with the backups at this moment."""
    try:
        with locked(site):
            return [entry.stamp for entry in retention.remove_superfluous(site)]
    except CommandRefused as refusal:
        output.note(f"old backups are removed after the next one: {refusal}")
        return []


def _require_space(site: Site, postgres: Postgres) -> None:
    needed, free = needed_bytes(site, postgres), shutil.disk_usage(site.backups).free
    if free < needed:
        raise CommandRefused(
            f"A backup may need {needed / 1e6:,.0f} MB and {site.backups} has {free / 1e6:,.0f} MB "
            "free. Make room, or move the folder to a larger disk."
        )


def _tell_plan(site: Site, to: str) -> None:
    needed = needed_bytes(site, Postgres(site))
    plan = [f"write at most {needed / 1e6:,.0f} MB to {site.backups}"]
    plan += [f"copy it to {one}" for one in copies.wanted(site, to)]
    plan += [f"remove the backup {entry.stamp}" for entry in retention.superfluous(site)]
    for line in plan:
        output.note(line)
    output.result({"plan": plan})
