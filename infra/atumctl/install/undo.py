"""Undoing an installation: its inverses, and a run that was interrupted."""

from __future__ import annotations

from pathlib import Path

from atumctl.backup import restore_undo
from atumctl.core import output
from atumctl.core.desk_database import has_tickets
from atumctl.core.journal import Inverse, Inverses, Journal
from atumctl.core.output import CommandRefused
from atumctl.core.site import Site
from atumctl.steps.changes import undo_journal
from atumctl.steps.inverses import INVERSES as STEPS

VERB = "install"


def undo_restore_of(site: Site) -> Inverse:
    """Return the inverse of a restore that is about to begin."""
    known = [journal.path.name for journal in Journal.of_verb(site.journal, restore_undo.VERB)]
    return {"kind": "undo_restore", "prefix": str(site.prefix), "known": known}


def undo_restore(inverse: Inverse) -> None:
    """Undo the restore that came after those known; one that failed has undone itself."""
    site = Site(Path(inverse["prefix"]))
    for journal in reversed(Journal.of_verb(site.journal, restore_undo.VERB)):
        if journal.path.name not in inverse["known"]:
            undo_journal(journal, restore_undo.inverses(site), "The restore is undone")


INVERSES: Inverses = {**STEPS, "undo_restore": undo_restore}


def finish_earlier(site: Site, *, dry_run: bool) -> None:
    """Undo an installation that was interrupted, so that this one begins on known ground."""
    for journal in Journal.unfinished(site.journal, VERB):
        if _has_served(journal) and has_tickets(site):
            # Cut off at its very end and used since: it is carried on, for undoing would lose them.
            journal.close("taken over")
            continue
        if dry_run:
            raise CommandRefused(
                f"An installation was interrupted ({journal.path}); install without --dry-run undoes it first."
            )
        output.step("Undoing an interrupted installation")
        undo_journal(journal, INVERSES, "An earlier installation was interrupted")


def _has_served(journal: Journal) -> bool:
    """Say whether a run has started services, so that people and mail may have come since."""
    return any(entry.inverse["kind"] == "stop_unit" for entry in journal.entries())
