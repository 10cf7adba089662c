"""Undoing an upgrade or a switch: its inverses, and a run that was interrupted."""

from __future__ import annotations

from collections.abc import Callable

from atumctl.backup import restored_database
from atumctl.core import output
from atumctl.core.journal import Inverse, Inverses, Journal
from atumctl.core.output import AtumctlError
from atumctl.core.postgres import Postgres
from atumctl.core.site import Site
from atumctl.rehearsal import rehearse
from atumctl.steps.changes import undo_journal
from atumctl.steps.inverses import INVERSES
from atumctl.upgrade import damage_report, release_switch


def inverses(site: Site) -> Inverses:
    """Return every inverse; each is harmless when its step never happened."""
    postgres = Postgres(site)
    ours: dict[str, Callable[[Inverse], None]] = {
        "switch_release": lambda inverse: release_switch.switch(site, inverse["to"], hurry=True),
        "end_rehearsal": lambda inverse: rehearse.end(site, inverse),
        "repair": lambda inverse: damage_report.repair(site, inverse),
        "restore_role_passwords": lambda inverse: restored_database.restore_role_passwords(postgres, inverse["found"]),
    }
    return {**INVERSES, **{kind: _told(inverse) for kind, inverse in ours.items()}}


def _told(inverse: Callable[[Inverse], None]) -> Callable[[Inverse], None]:
    """Let the undo go on after one that fails: it takes OSError for that."""

    def run(words: Inverse) -> None:
        try:
            inverse(words)
        except AtumctlError as error:
            raise OSError(str(error)) from None

    return run


def finish_earlier(site: Site, verb: str) -> None:
    """Undo a run that was interrupted, so that the next begins on known ground."""
    for journal in Journal.unfinished(site.journal, verb):
        output.step(f"Undoing an interrupted {verb}")
        undo_journal(journal, inverses(site), f"An earlier {verb} was interrupted")
