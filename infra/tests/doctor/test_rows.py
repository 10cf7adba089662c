"""Rows that are gone: the ledger knows them, whatever became of their page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from whole_desk import WholeDesk

from atumctl.probes import checksums, rows
from atumctl.probes.measurement import Measurement

PAGE_BYTES = 8192


async def test_rows_that_vanished_from_a_page_fire_where_every_page_is_in_order(still: WholeDesk) -> None:
    assert still.watched("integrity.rows").state == "ok"
    path = still.sql("checkpoint; select pg_relation_filepath('atum.messages')")[0][0]
    with _first_page_emptied(still, path):
        found = {one.trigger: one for one in still.examine(depth="whole").findings}
        gone = found["integrity.rows"]
        assert (gone.state, gone.calls_for) == ("fires", "roll back")
        assert re.search(r"messages 1-\d+: \d+ rows are gone that no change", gone.evidence)
        assert found["integrity.pages"].state == "ok", "which is why rows are looked for"
    # Who follows an index to an empty place marks its entry there as dead.
    still.sql("reindex table atum.messages")
    assert still.finding("integrity.rows", depth="whole").state == "ok"


async def test_a_row_deleted_past_the_ledger_fires_until_it_is_back(still: WholeDesk) -> None:
    assert still.watched("integrity.rows").state == "ok"
    number = still.sql(
        """set session_replication_role = replica;
           create table public.kept as select * from atum.team_members order by id limit 1;
           delete from atum.team_members using public.kept where team_members.id = kept.id;
           select id from public.kept"""
    )[0][0]
    found = still.watched("integrity.rows")
    assert found.state == "fires"
    assert f"a row is gone that no change deleted: [{number}]" in found.evidence
    still.sql(
        """set session_replication_role = replica;
           insert into atum.team_members overriding system value select * from public.kept;
           drop table public.kept"""
    )
    assert still.finding("integrity.rows").state == "ok"


async def test_a_row_that_a_change_deleted_is_not_missed(still: WholeDesk) -> None:
    still.sql(
        """set session_replication_role = replica;
           insert into atum.row_changes (change_id, workspace_id, table_name, row_id, operation, old)
           select (select max(id) from atum.changes), workspace_id, 'team_members', id, 'D', to_jsonb(p)
             from atum.team_members p order by id limit 1;
           delete from atum.team_members where id = (select min(id) from atum.team_members)"""
    )
    deleted = "select count(*) from atum.row_changes where table_name = 'team_members'"
    assert still.sql(f"{deleted} and operation = 'D'") == [["1"]]
    assert still.finding("integrity.rows", depth="whole").state == "ok"


async def test_every_table_with_a_history_is_compared_piece_by_piece(
    still: WholeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "ROWS_IN_A_PIECE", 7)
    monkeypatch.setattr(rows, "PIECES", 3)
    measurement, seen, place = Measurement(still.site, depth="slice"), [], list[Any]()
    while pieces := rows.SUBJECT.after(measurement, place):
        assert len(pieces) <= 3
        seen += [piece.name for piece in pieces]
        place = pieces[-1].place
    assert len(seen) == len(set(seen))
    tables = {name.partition(" ")[0] for name in seen}
    written = still.sql("select distinct table_name from atum.row_changes")
    assert tables == {row[0] for row in written}
    last = max(int(name.rpartition("-")[2]) for name in seen if name.startswith("messages "))
    newest = still.sql("select max(row_id) from atum.row_changes where table_name = 'messages'")
    assert last == int(newest[0][0])


@pytest.mark.parametrize(
    ("answer", "state", "words"),
    [
        ({"failures": 0, "last": None}, "ok", "data checksums are on; 0 pages"),
        ({"failures": 2, "last": "2026-01-01T00:00:00+00:00"}, "warn", "2 pages were read"),
        ({"failures": 2, "last": "now"}, "fires", "see PostgreSQL's log for which"),
        ({"on": False}, "unknown", "pg_checksums --enable --pgdata /var/lib/postgresql/15/main"),
    ],
)
async def test_checksums_are_told_and_offered(
    still: WholeDesk, answer: dict[str, Any], state: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {"on": True, "failures": 0, "last": None, "major": 15} | answer
    known["folder"] = "/var/lib/postgresql/15/main"
    if known["last"] == "now":
        known["last"] = datetime.now(UTC).isoformat()
    measurement = Measurement(still.site)
    monkeypatch.setattr(measurement.database, "ask", lambda _sql: known)
    [found] = checksums.PROBES[0].measure(measurement)
    assert found.state == state
    assert words in found.evidence
    assert state != "unknown" or found.evidence.startswith("not here: data checksums are off")


async def test_the_cluster_of_a_desk_that_atum_up_runs_has_checksums(still: WholeDesk) -> None:
    found = still.finding("integrity.checksums")
    assert "data checksums are on" in found.evidence


@contextmanager
def _first_page_emptied(desk: WholeDesk, path: str) -> Iterator[None]:
    """Empty a page: it is one that PostgreSQL could have just made, which no checksum objects to."""
    file = Path(desk.server.data_directory, path)
    content = file.read_bytes()
    with _stopped(desk):
        file.write_bytes(bytes(PAGE_BYTES) + content[PAGE_BYTES:])
    try:
        yield
    finally:
        with _stopped(desk):
            file.write_bytes(content)


@contextmanager
def _stopped(desk: WholeDesk) -> Iterator[None]:
    desk.server.stop()
    try:
        yield
    finally:
        desk.server.start()
