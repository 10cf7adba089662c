"""The ledger in parts, as the doctor sees it: made ahead, sampled through all of them, short of old texts."""

from __future__ import annotations

from whole_desk import WholeDesk

from atumctl.backup.backup import make_backup
from atumctl.backup.index import Index, ProofEntry, now

BEGIN = "begin; select atum.enter_system_and_open((select min(id) from atum.workspaces));"
FINISH = "select atum.finish_change('test.alter', 'job', null, false, '{}', null, null); commit;"
ALTER = """update atum.messages set text = repeat('What it says now. ', 40)
            where id = (select min(id) from atum.messages);"""
TURN = """update atum.ledger_parts set began_at = began_at - interval '40 days' where ended_at is null;
          select atum.keep_ledger_parts(30, 0);"""
AGE = "update atum.ledger_parts set ended_at = now() - interval '40 days' where ended_at is not null;"


def remove_texts(desk: WholeDesk) -> None:
    """As the caretaker does it."""
    desk.sql("select atum.begin_text_removal(now() - interval '30 days')")
    while desk.sql("select atum.copy_without_texts('row_changes_0', 500)") != [["0"]]:
        pass
    desk.sql(f"{BEGIN} select atum.finish_text_removal('row_changes_0'); {FINISH}")


async def test_the_parts_are_told_with_their_size_and_what_is_kept(still: WholeDesk) -> None:
    found = still.finding("integrity.ledger_parts")
    assert found.state == "ok"
    assert found.evidence.startswith("1 part of ")
    assert "2 made ahead; old texts are kept for ever, 0 were removed" in found.evidence


async def test_parts_that_nobody_makes_ahead_fire_and_only_degrade(still: WholeDesk) -> None:
    still.sql("select setval('atum.changes_id_seq', 2500000000)")
    found = still.finding("integrity.ledger_parts")
    assert (found.state, found.calls_for) == ("fires", "degraded")
    assert "does the worker run?" in found.evidence


async def test_texts_that_stay_too_long_warn(still: WholeDesk) -> None:
    still.sql(TURN)
    still.sql(AGE)
    assert still.finding("integrity.ledger_parts").state == "ok"
    still.set(ATUM_LEDGER_TEXT_DAYS="30")
    found = still.finding("integrity.ledger_parts")
    assert found.state == "warn"
    assert "the texts of row_changes_0 should be gone" in found.evidence


async def test_the_sample_goes_on_in_the_next_part(still: WholeDesk) -> None:
    still.sql(TURN)
    still.sql(f"{BEGIN} {ALTER} {FINISH}")
    assert still.finding("security.ledger", depth="whole").state == "ok"
    [[change]] = still.sql("select max(id) from atum.changes")
    assert int(change) >= 1_000_000_000
    still.sql(f"set session_replication_role = replica; delete from atum.changes where id = {change}")
    found = still.finding("security.ledger", depth="whole")
    assert found.state == "fires"
    assert f"change {change} is gone" in found.evidence


async def test_texts_removed_by_the_settings_are_no_damage_and_others_are(still: WholeDesk) -> None:
    for text in ("'short'", "repeat('In between. ', 60)", "repeat('At last. ', 60)"):
        other = ALTER.replace("repeat('What it says now. ', 40)", text)
        still.sql(f"{BEGIN} {other} {FINISH}")
        still.sql(f"{BEGIN} {ALTER} {FINISH}")
    still.sql(TURN)
    still.sql(f"{BEGIN} {ALTER.replace('now', 'then')} {FINISH}")
    stamp = make_backup(still.site).stamp
    Index(still.site).record_proof(stamp, ProofEntry("proven", now(), 1.0))
    assert still.finding("security.ledger_seal", depth="whole").state == "ok"
    still.sql(AGE)
    remove_texts(still)
    [[removed]] = still.sql("select texts_removed from atum.ledger_parts where removed_at is not null")
    assert int(removed) > 4
    assert still.finding("security.ledger_seal", depth="whole").state == "ok"
    assert still.finding("security.ledger", depth="whole").state == "ok"
    assert still.finding("security.row_security").state == "ok"
    assert f"{removed} were removed" in still.finding("integrity.ledger_parts").evidence
    still.sql(
        """set session_replication_role = replica;
           update atum.row_changes set new = new || '{"kind": "note"}' where table_name = 'messages'
              and operation = 'I' and row_id = (select min(id) from atum.messages)"""
    )
    assert still.finding("security.ledger_seal", depth="whole").state == "fires"
