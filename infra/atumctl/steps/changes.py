"""The changes of a run, made in one place, so that plan, journal and undo always agree."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from atumctl.core import output
from atumctl.core.journal import UNDONE_IN_PART, Inverse, Inverses, Journal
from atumctl.core.output import Failed, NeedsPerson
from atumctl.core.site import Site


class Changes:
    """The changes of one run. The journal begins with the first, so a run without any leaves none."""

    def __init__(self, site: Site, verb: str, *, dry_run: bool = False) -> None:
        self.site = site
        self.dry_run = dry_run
        self.steps: list[str] = []
        self.journal: Journal | None = None
        self._verb = verb

    def act(self, step: str, inverse: Inverse, action: Callable[[], object]) -> None:
        """Alter the machine: written down with its inverse first; in a dry run only told."""
        self.steps.append(step)
        if self.dry_run:
            output.note(f"would: {step}")
            return
        (self.journal or self._begin()).act(step, inverse, action)
        output.ok(step)

    def close(self) -> None:
        """Write that all went well."""
        if self.journal:
            self.journal.close("done")

    def undo(self, inverses: Inverses, cause: str) -> Failed:
        """Undo everything; return the failure to raise. Raises NeedsPerson when something is left."""
        if self.journal is None:
            return Failed(cause)
        output.step("Undoing the changes")
        undo_journal(self.journal, inverses, cause)
        return Failed(f"{cause}. All changes are undone.")

    def _begin(self) -> Journal:
        folder = self.site.journal
        missing = [path for path in (folder, *folder.parents) if not path.exists()]
        # Known before its own folder is a step: that can fail as any other.
        self.journal = journal = Journal.begin(folder, self._verb)
        if missing:
            inverse = {"kind": "remove_new_folders", "paths": [str(path) for path in missing]}
            journal.act(f"folder {folder}", inverse, _nothing)
        # Whoever may write here decides what root does when it is undone.
        self.site.data.chmod(0o755)
        return journal


def undo_journal(journal: Journal, inverses: Inverses, cause: str) -> None:
    """Undo a journal whole and remove it. Raises NeedsPerson when something is left."""
    left = journal.undo(inverses)
    if left:
        journal.close(UNDONE_IN_PART)
        raise NeedsPerson(
            f"{cause}. Not everything could be undone: {'; '.join(left)}. Correct that and run "
            f"the same command again; the journal is {journal.path}."
        )
    # Folders that were not there before: what else is in them came with this run as well.
    folders = [Path(p) for e in journal.entries() for p in e.inverse.get("paths", [])]
    journal.path.unlink(missing_ok=True)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _nothing() -> None:
    """Do nothing: the journal has made its own folder."""
