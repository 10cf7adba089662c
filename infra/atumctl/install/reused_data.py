"""What a removal kept, for an installation that uses the same database again.

Uploads are found by their SHA-256, which is their name, so it does not matter which removal kept
them. They are copied: what was kept stays as it was.
"""

from __future__ import annotations

import os
import pwd
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from atumctl.core import output
from atumctl.core.desk_database import has_attachments_table, has_workspace
from atumctl.core.durable_files import file_sha256
from atumctl.core.output import Failed
from atumctl.core.postgres import Postgres
from atumctl.core.site import Site
from atumctl.core.uploads import NAMED_FILES, PIECE, stored_path
from atumctl.steps.changes import Changes


@dataclass(frozen=True)
class KeptData:
    """The folder of a removal and what of it is still there."""

    folder: Path

    @property
    def env(self) -> Path | None:
        """Return the settings."""
        return _if_there(self.folder / "env")

    @property
    def tls(self) -> Path | None:
        """Return the folder of certificate and key."""
        return _if_there(self.folder / "tls")


def kept_by_rollback(site: Site) -> KeptData | None:
    """Return what the newest removal kept; those before it were of another database perhaps."""
    return next((KeptData(folder) for folder in _folders(site)), None)


def kept_database(site: Site) -> bool:
    """Say whether there is a database with a workspace in it, of which no installation knows."""
    return not site.current.is_symlink() and has_workspace(site)


def uploads_to_bring_back(site: Site) -> dict[str, Path]:
    """Return kept files, by their SHA-256, that attachments name and the store has not."""
    stores = [store for folder in _folders(site) if (store := folder / "uploads").is_dir()]
    if not stores or not has_attachments_table(site):
        return {}
    named = (row[0] for row in Postgres(site).query(NAMED_FILES))
    missing = (name for name in named if not stored_path(site.uploads, name).exists())
    places = ((name, [stored_path(store, name) for store in stores]) for name in missing)
    found = ((name, next((p for p in paths if p.is_file()), None)) for name, paths in places)
    return {name: path for name, path in found if path}


def lost_uploads(site: Site) -> int:
    """Return how many files that attachments name are not in the store."""
    if not has_attachments_table(site):
        return 0
    named = (row[0] for row in Postgres(site).query(NAMED_FILES))
    return sum(not stored_path(site.uploads, name).exists() for name in named)


def bring_uploads_back(changes: Changes, *, reused: bool) -> None:
    """Copy kept uploads that attachments name into the store, each compared with its name.

    Where the database is `reused`, what is lost all the same is counted in a warning.
    """
    found = uploads_to_bring_back(changes.site)
    if found:
        megabytes = sum(path.stat().st_size for path in found.values()) / 1e6
        changes.act(
            f"{len(found):,} uploads that a removal kept, {megabytes:,.1f} MB",
            {"kind": "nothing"},  # by content they are what rows name, so they may stay
            lambda: _copy_all(changes.site, found),
        )
    if reused and not changes.dry_run and (lost := lost_uploads(changes.site)):
        output.warn(f"{lost:,} files that attachments name are lost: neither here nor kept by a removal")


def _copy_all(site: Site, found: dict[str, Path]) -> None:
    account = pwd.getpwnam(site.user)
    owner = (account.pw_uid, account.pw_gid)
    for name, source in found.items():
        target = stored_path(site.uploads, name)
        for folder in (target.parent.parent, target.parent):
            if not folder.is_dir():
                folder.mkdir(mode=0o755)
                _give(folder, owner)
        draft = target.with_name(f".{name}.new")
        with source.open("rb") as content, draft.open("wb") as file:
            shutil.copyfileobj(content, file, PIECE)
        if file_sha256(draft) != name:
            draft.unlink()
            raise Failed(f"{source} was altered: its content is not what its name says")
        draft.chmod(0o644)
        _give(draft, owner)
        draft.replace(target)
    os.sync()


def _give(path: Path, owner: tuple[int, int]) -> None:
    if os.geteuid() == 0:
        os.chown(path, *owner)


def _folders(site: Site) -> Iterator[Path]:
    """Yield the folders of removals, newest first; their names hold the moment."""
    yield from sorted(site.kept_folder.glob("rollback_*"), reverse=True)


def _if_there(path: Path) -> Path | None:
    return path if path.exists() else None
