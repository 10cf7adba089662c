"""Integrity: one wrong byte, one lost mail, one stale proof is found."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from whole_desk import WholeDesk

from atumctl.backup.index import Index
from atumctl.core.uploads import stored_files
from atumctl.probes import files, sliced_checks
from atumctl.probes.measurement import Measurement


async def test_a_flipped_byte_in_an_upload_fires_until_it_is_put_back(still: WholeDesk) -> None:
    assert still.watched("integrity.files").state == "ok"
    file = _named_file(still)
    content = file.read_bytes()
    file.chmod(0o600)
    file.write_bytes(_flipped(content, len(content) // 2))
    found = still.watched("integrity.files")
    assert (found.state, found.value, found.calls_for) == ("fires", 1, "roll back")
    assert f"{file.name}: {file} has {len(content)} bytes that hash to" in found.evidence
    since = found.since
    found = still.finding("integrity.files")
    assert (found.state, found.since) == ("fires", since), "the doctor knows it from the watch"
    file.write_bytes(content)
    assert still.finding("integrity.files").state == "ok"
    assert still.watched("integrity.files").state == "ok"


async def test_a_lost_upload_fires(still: WholeDesk) -> None:
    file = _named_file(still)
    file.unlink()
    found = still.watched("integrity.files")
    assert found.state == "fires"
    assert f"{file} cannot be read: No such file or directory" in found.evidence


async def test_a_flipped_byte_in_a_table_page_fires_and_names_the_table(still: WholeDesk) -> None:
    assert still.watched("integrity.pages").state == "ok"
    page = _first_page(still, "atum.messages")
    content = page.read_bytes()
    with _server_stopped(still):
        page.write_bytes(_flipped(content, 6000))
    try:
        found = still.watched("integrity.pages")
        assert found.state == "fires"
        assert "atum.messages: ERROR:  invalid page in block 0" in found.evidence
    finally:
        with _server_stopped(still):
            page.write_bytes(content)
    assert still.watched("integrity.pages").state == "ok"


async def test_a_damaged_index_fires_also_where_every_checksum_is_right(still: WholeDesk) -> None:
    assert still.watched("integrity.pages").state == "ok"
    # Read the other way round, every two entries are out of their order.
    still.sql("update pg_index set indoption = '1' where indexrelid = 'atum.tickets_pkey'::regclass")
    found = still.watched("integrity.pages")
    assert found.state == "fires"
    assert "atum.tickets_pkey: ERROR:  item order invariant violated" in found.evidence


async def test_the_whole_is_checked_slice_by_slice_and_the_place_is_remembered(still: WholeDesk) -> None:
    still.set(ATUM_OPS_SLICE_MB="2")
    places: list[list[Any]] = []
    while not places or places[-1]:
        still.watched("integrity.pages")
        pages = still.memory["rolling"]["integrity.pages"]
        places.append(pages["place"])
        assert bool(pages["whole_at"]) == (pages["place"] == [])
    assert len(places) > 3
    assert places[:-1] == sorted(places[:-1])


async def test_a_slice_grows_with_the_whole_so_that_a_day_is_enough(still: WholeDesk) -> None:
    """A run a minute must get through within a day, however much there is."""
    still.set(ATUM_OPS_SLICE_MB="0")
    still.watched("integrity.files")
    share = still.memory["rolling"]["integrity.files"]
    total = int(still.sql("select sum(size) from atum.attachments")[0][0])
    measurement = Measurement(still.site, depth="slice")
    budget = sliced_checks._budget(files.SUBJECT, measurement, share | {"ran": time.time() - 60})
    assert budget * 1440 > 2 * total


async def test_a_check_that_is_not_whole_after_a_day_warns(still: WholeDesk) -> None:
    still.watched("integrity.files")
    memory = still.memory
    long_ago = (datetime.now(UTC) - timedelta(hours=30)).isoformat()
    memory["rolling"]["integrity.files"]["whole_at"] = long_ago
    still.remember(memory)
    found = still.finding("integrity.files")
    assert found.state == "warn"
    assert f"last checked whole at {long_ago}" in found.evidence


async def test_an_unvalidated_constraint_and_a_broken_index_fire(still: WholeDesk) -> None:
    still.sql(
        """alter table atum.tickets add constraint soon check (number > 0) not valid;
           update pg_index set indisvalid = false where indexrelid = 'atum.messages_ticket'::regclass"""
    )
    found = still.finding("integrity.constraints")
    assert (found.state, found.value, found.calls_for) == ("fires", 2, "degraded")
    assert "not validated: atum.tickets: soon" in found.evidence
    assert "not valid: atum.messages_ticket" in found.evidence


async def test_a_schema_at_two_revisions_fires(still: WholeDesk) -> None:
    still.sql("insert into public.schema_revision values ('0002')")
    assert still.finding("integrity.migrations").state == "fires"


@pytest.mark.parametrize("lost", ["message", "bytes"])
async def test_a_lost_mail_fires(still: WholeDesk, lost: str) -> None:
    state = "ticketed" if lost == "message" else "quarantined"
    still.sql(_MAIL.format(state=state, age="1 minute"))
    if lost == "message":
        still.sql(_SOURCE)
    found = still.finding("integrity.mail")
    assert (found.state, found.value) == ("fires", 1)
    assert f"1 received = 1 {state}" in found.evidence


async def test_a_mail_that_the_ledger_saw_and_that_is_gone_fires(still: WholeDesk) -> None:
    still.sql(
        """insert into atum.row_changes (change_id, workspace_id, table_name, row_id, operation, new)
           select 0, min(id), 'mails', 4711, 'I', '{}' from atum.workspaces"""
    )
    found = still.finding("integrity.mail")
    assert (found.state, found.value) == ("fires", 1)
    assert "1 that the ledger saw come are gone" in found.evidence


async def test_a_mail_that_is_kept_is_not_lost_and_one_that_waits_too_long_is_told(still: WholeDesk) -> None:
    still.sql(_MAIL.format(state="received", age="20 minutes") + ";" + _SOURCE)
    states = {one.trigger: one.state for one in still.examine(family="integrity").findings}
    assert states["integrity.mail"] == "ok"
    assert states["integrity.mail_waits"] == "fires"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("update atum.outbox set state = 'sent', sent_at = null where id = {id}", "1 wait for nothing: [{id}]"),
        ("update atum.outbox set state = 'held', held_until = null where id = {id}", "1 wait for nothing: [{id}]"),
        ("delete from atum.outbox where id = {id}", "1 that the ledger saw written are gone"),
        (
            "update atum.outbox set message_id = (select o.message_id from atum.outbox o"
            " where o.id <> {id} and o.message_id is not null limit 1) where id = {id}",
            "1 too many for their messages",
        ),
    ],
)
async def test_an_outgoing_mail_in_no_place_of_its_own_fires(still: WholeDesk, wrong: str, words: str) -> None:
    assert still.finding("integrity.mail_out").state == "ok"
    [[one]] = still.sql(
        """select id from atum.outbox where message_id is not null and id in
             (select row_id from atum.row_changes where table_name = 'outbox') order by id limit 1"""
    )
    still.sql(f"set session_replication_role = replica; {wrong.format(id=one)}")
    found = still.finding("integrity.mail_out")
    assert (found.state, found.value, found.calls_for) == ("fires", 1, "roll back")
    assert words.format(id=one) in found.evidence


@pytest.mark.parametrize(("hours", "state"), [(1, "ok"), (25, "ok"), (27, "fires")])
async def test_a_proof_is_good_for_a_day(still: WholeDesk, hours: int, state: str) -> None:
    _write_index(still, [_entry("20260101_000000", hours, "proven")])
    found = still.finding("integrity.backup")
    assert (found.state, found.calls_for) == (state, "degraded")
    assert "proven at" in found.evidence


async def test_a_backup_that_was_not_proven_does_not_count(still: WholeDesk) -> None:
    _write_index(still, [_entry("20260101_000000", 1, "failed")])
    found = still.finding("integrity.backup")
    assert found.state == "fires"
    assert "the dump is torn" in found.evidence
    _write_index(still, [_entry("20260102_000000", 1, "failed"), _entry("20260101_000000", 2, "proven")])
    assert still.finding("integrity.backup").state == "warn"


@pytest.mark.parametrize(("hours", "state"), [(0.1, "ok"), (27, "fires")])
async def test_a_first_backup_has_a_day_to_be_proven(still: WholeDesk, hours: float, state: str) -> None:
    _write_index(still, [_entry("20260101_000000", hours, "proven") | {"proof": None}])
    found = still.finding("integrity.backup")
    assert (found.state, found.calls_for) == (state, "degraded")
    assert "no backup is proven yet" in found.evidence


_MAIL = """set session_replication_role = replica;
  insert into atum.mails (workspace_id, state, envelope_from, envelope_to, size, sha256, dedupe_key, received_at)
  select min(id), '{state}', 'a@example.com', array['b@example.com'], 1, repeat('0', 64),
         decode(repeat('00', 32), 'hex'), now() - interval '{age}' from atum.workspaces"""
_SOURCE = """set session_replication_role = replica;
  insert into atum.mail_sources (workspace_id, mail_id, raw)
  select workspace_id, id, 'x' from atum.mails"""


def _named_file(desk: WholeDesk) -> Path:
    named = {row[0] for row in desk.sql("select sha256 from atum.attachments")}
    return next(path for path in stored_files(desk.site.uploads) if path.name in named)


def _flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 0x10]) + content[place + 1 :]


def _first_page(desk: WholeDesk, table: str) -> Path:
    [[place]] = desk.sql(f"checkpoint; select pg_relation_filepath('{table}')")
    return desk.server.data_directory / place


@contextmanager
def _server_stopped(desk: WholeDesk) -> Iterator[None]:
    desk.server.stop()
    try:
        yield
    finally:
        desk.server.start()


def _entry(stamp: str, hours_ago: float, state: str) -> dict[str, object]:
    at = (datetime.now(UTC) - timedelta(hours=hours_ago)).isoformat(timespec="seconds")
    failures = [] if state == "proven" else ["the dump is torn"]
    proof = {"state": state, "proven_at": at, "recovery_seconds": 2.5, "checks": [], "failures": failures}
    return {
        "stamp": stamp,
        "made_at": at,
        "bytes": 1,
        "version": "0.1.0",
        "schema": "0005",
        "tickets": 40,
        "manifest": f"manifest_{stamp}.json",
        "proof": proof,
        "copies": [],
    }


def _write_index(desk: WholeDesk, entries: list[dict[str, object]]) -> None:
    desk.site.backups.mkdir(exist_ok=True)
    for entry in entries:
        (desk.site.backups / f"manifest_{entry['stamp']}.json").write_text("{}")
    (desk.site.backups / "index.json").write_text(json.dumps({"backups": entries}))
    assert len(Index(desk.site).entries()) == len(entries)
