"""Undoing a restore: its inverses, and a run that was interrupted."""

from __future__ import annotations

import shutil
from pathlib import Path

from atumctl.backup import restored_database
from atumctl.core import output
from atumctl.core.durable_files import sync_folder
from atumctl.core.journal import Inverse, Inverses, Journal
from atumctl.core.postgres import Postgres
from atumctl.core.site import Site
from atumctl.steps import units
from atumctl.steps.changes import undo_journal
from atumctl.steps.files import restore_file

VERB = "restore"


def move_folder(path: Path, target: Path) -> None:
    """Move a folder within a file system; one that is not there is left so."""
    if path.exists():
        path.rename(target)
        sync_folder(path.parent)
        sync_folder(target.parent)


def inverses(site: Site) -> Inverses:
    """Return every inverse by its kind; each is harmless when its step never happened."""
    postgres = Postgres(site)

    def rename_database(inverse: Inverse) -> None:
        if postgres.exists(inverse["from"]) and not postgres.exists(inverse["to"]):
            postgres.rename(inverse["from"], inverse["to"])

    def move(inverse: Inverse) -> None:
        source, target = Path(inverse["from"]), Path(inverse["to"])
        if source.exists() and not target.exists():
            move_folder(source, target)

    def remove_folder_if_empty(inverse: Inverse) -> None:
        folder = Path(inverse["path"])
        if folder.is_dir():
            folder.rmdir()

    return {
        "drop_database": lambda inverse: postgres.drop(inverse["database"]),
        "remove_new_folders": lambda inverse: None,
        "remove_folder": lambda inverse: shutil.rmtree(inverse["path"], ignore_errors=True),
        "remove_folder_if_empty": remove_folder_if_empty,
        "rename_database": rename_database,
        "move": move,
        "restore_file": restore_file,
        "restore_role_passwords": lambda inverse: restored_database.restore_role_passwords(postgres, inverse["found"]),
        "start_unit": lambda inverse: units.start(inverse["unit"], *inverse.get("sockets", ())),
        "stop_unit": units.stop_unit,
    }


def finish_earlier(site: Site) -> None:
    """Undo a restore that was interrupted, so that the next begins on known ground."""
    for journal in Journal.unfinished(site.journal, VERB):
        output.step("Undoing an interrupted restore")
        undo_journal(journal, inverses(site), "An earlier restore was interrupted")
