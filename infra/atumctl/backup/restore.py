"""`restore`: replaces the current state with a backup's; the current one is set aside first.

The backup is restored beside the running desk and compared; only then do the services stop, and
databases, uploads and settings change places, each step with its inverse in the journal. If one
fails, the present state comes back by itself. What was set aside stays until the next restore.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path

from atumctl.backup import encryption
from atumctl.backup.folder import find_manifest, locked
from atumctl.backup.manifest import Manifest, read_manifest
from atumctl.backup.restore_steps import Restore, existing, require_unused
from atumctl.backup.restore_undo import VERB, inverses
from atumctl.backup.uploads_of_backup import require_usable
from atumctl.core import output
from atumctl.core.desk_database import has_tickets
from atumctl.core.journal import Journal
from atumctl.core.output import CommandRefused
from atumctl.core.postgres import Postgres
from atumctl.core.releases import altering
from atumctl.core.site import Site
from atumctl.steps.changes import undo_journal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `restore`."""
    parser.add_argument("manifest", nargs="?", help="manifest file or stamp of the backup")
    parser.add_argument("--identity", type=Path, help="private key (age) of an encrypted copy")
    parser.add_argument(
        "--send-waiting-mail",
        action="store_true",
        help="let mail leave that waited at the backup; only if none was sent since",
    )
    parser.add_argument("--back", action="store_true", help="undo the last restore: what it set aside comes back")


def run(args: argparse.Namespace, site: Site) -> int:
    """Bring back the state of a backup, or the one from before the last restore."""
    if args.back:
        return _go_back(args, site)
    if not args.manifest:
        raise CommandRefused("Which backup? Name its manifest or stamp; see data/backups/index.json.")
    path = find_manifest(site, args.manifest)
    with _alone(site, args), opened_set(site, path, args.identity) as (manifest, folder):
        output.step(f"Restore of the backup of {manifest.made_at}")
        question = f"Replace the current state with that of {manifest.made_at}?"
        output.confirm(question, yes=args.yes or args.dry_run)
        restore = Restore(site, manifest, folder, dry_run=args.dry_run)
        restore.holds_mail = not args.send_waiting_mail
        restore.run()
    output.result(
        {
            "manifest": str(path),
            "steps": restore.steps,
            "aside": {"database": restore.aside.database, "folder": str(restore.aside.folder)},
        }
    )
    return 0


def restore_into(site: Site, manifest: Path, *, identity: Path | None = None, keeps_aside: bool = False) -> None:
    """Give a machine without running services the state of a backup; for `install`.

    Settings that are the machine's own stay; the secret and with it all sign-ins come along. What
    was there stays set aside with `keeps_aside` and is dropped otherwise, and the way back with it.
    Raises Refused where dropping it would drop tickets.
    """
    if not keeps_aside and has_tickets(site):
        raise CommandRefused("There are already tickets here; `restore` replaces them and sets them aside.")
    with opened_set(site, manifest.absolute(), identity) as (read, folder):
        restore = Restore(site, read, folder)
        restore.run()
        if not keeps_aside:
            restore.forget_before()


@contextmanager
def opened_set(site: Site, path: Path, identity: Path | None = None) -> Iterator[tuple[Manifest, Path]]:
    """Yield a backup and the folder of its parts, decrypted meanwhile where they are encrypted.

    Raises Refused when a part is missing or altered.
    """
    manifest = read_manifest(path)
    with ExitStack() as stack:
        folder = path.parent
        if identity:
            work = tempfile.TemporaryDirectory(prefix="decrypted-", dir=existing(site.data))
            folder = Path(stack.enter_context(work))
            encryption.decrypt_set(path.parent, manifest, identity, folder)
        elif any((folder / f"{part.file}.age").exists() for part in manifest.parts.values()):
            raise CommandRefused(f"{path} is encrypted; name its private key with --identity.")
        require_usable(manifest, folder)
        yield manifest, folder


def _alone(site: Site, args: argparse.Namespace) -> AbstractContextManager[None]:
    """Keep an upgrade or a rollback of a server away meanwhile."""
    return altering(site) if site.kind == "server" and not args.dry_run else nullcontext()


def _go_back(args: argparse.Namespace, site: Site) -> int:
    """Undo the last restore, finished or interrupted."""
    journals = Journal.of_verb(site.journal, VERB)
    if not journals:
        raise CommandRefused("There is no restore to undo.")
    require_unused(site, Postgres(site))
    what = "what was set aside comes back, what was done since is dropped"
    output.confirm(f"Undo the last restore: {what}?", yes=args.yes)
    with _alone(site, args), locked(site):
        undo_journal(journals[-1], inverses(site), "The last restore is undone")
    output.ok("the state before the last restore is back")
    output.result({"undone": str(journals[-1].path)})
    return 0


def side_databases(site: Site) -> list[str]:
    """Return the databases beside the desk's own: set aside, in the making, or of a proof."""
    postgres = Postgres(site)
    endings = ("_before_", "_incoming", "_proof")
    return [name for ending in endings for name in postgres.databases(postgres.database + ending)]
