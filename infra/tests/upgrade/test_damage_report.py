"""Damaged uploads come back from the backup; altered rows are told with their undo."""

from __future__ import annotations

import time
from typing import Any

import pytest

from atumctl.backup.manifest import Manifest
from atumctl.core.journal import Journal
from atumctl.core.output import CommandRefused
from atumctl.core.postgres import Postgres
from atumctl.core.site import Site
from atumctl.core.uploads import stored_files
from atumctl.upgrade import damage_report
from atumctl.upgrade.undo import inverses

ALTER = """
set search_path = atum, public;
do $$ begin
  perform atum.enter_system(1), atum.open_change();
  update atum.tickets set subject = 'Altered' where id = (select min(id) from atum.tickets);
  perform atum.finish_change('ticket.change', 'cli', null, false, '{}', null, null);
end $$"""


@pytest.fixture
def since(manifest: Manifest) -> float:
    """A moment after the backup and before what a release does."""
    time.sleep(0.05)
    return damage_report.moment_of_files()


def test_damaged_and_removed_uploads_come_back(site: Site, manifest: Manifest, since: float) -> None:
    damaged, removed, *others = list(stored_files(site.uploads))
    assert others
    damaged.write_bytes(b"something else")
    removed.unlink()
    repaired = damage_report.repair_uploads(site, manifest, since)
    assert sorted(repaired.restored) == sorted([damaged.name, removed.name])
    assert repaired.lost == []
    assert not any(damage_report.is_damaged(path) for path in stored_files(site.uploads))
    assert removed.exists()


def test_a_damaged_upload_that_came_after_the_backup_is_told(site: Site, manifest: Manifest, since: float) -> None:
    name = "ab" * 32
    path = site.uploads / "ab/ab" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"not what its name says")
    assert damage_report.repair_uploads(site, manifest, since).lost == [name]


def test_what_nobody_wrote_since_is_not_read(site: Site, manifest: Manifest, since: float) -> None:
    assert list(damage_report.altered_since(site.uploads, since)) == []
    path = next(stored_files(site.uploads))
    path.write_bytes(path.read_bytes())
    assert list(damage_report.altered_since(site.uploads, since)) == [path]
    assert not damage_report.is_damaged(path)


def test_changes_that_altered_what_was_there_are_told_with_their_undo(postgres: Postgres) -> None:
    mark = damage_report.last_change(postgres)
    assert damage_report.altered_rows(postgres, mark) == []
    postgres.query(ALTER)
    (row,) = damage_report.altered_rows(postgres, mark)
    assert (row["command"], row["tables"], row["rows_altered"]) == ("ticket.change", "tickets", "1")
    assert row["undo"] == f"POST /api/v1/changes/{row['change']}/undo"


def test_rows_that_came_since_are_nobodys_loss(postgres: Postgres) -> None:
    before_all = 0
    assert damage_report.altered_rows(postgres, before_all) == []


def test_an_undo_goes_on_after_an_inverse_that_refuses(site: Site) -> None:
    done: list[dict[str, Any]] = []
    played = {**inverses(site), "note": done.append}
    journal = Journal.begin(site.journal, "upgrade")
    journal.act("first", {"kind": "note"}, lambda: None)
    journal.act("second", {"kind": "repair", "manifest": "none.json", "since": 0, "mark": 0}, int)
    left = journal.undo(played)
    assert len(done) == 1
    assert "none.json" in left[0]


def test_a_missing_backup_is_refused_in_words(site: Site) -> None:
    with pytest.raises(CommandRefused, match=r"no manifest"):
        damage_report.repair(site, {"manifest": "none.json", "since": 0, "mark": 0})
