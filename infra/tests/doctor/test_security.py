"""Security: what lets somebody in who must stay out fires."""

from __future__ import annotations

import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from stub import Stub
from whole_desk import WholeDesk

from atumctl.backup.backup import make_backup
from atumctl.backup.index import Index, ProofEntry, now
from suite.machine_speed import scaled

HOME = (200, json.dumps({"signed_in": True}))
REFUSED = (401, "{}")
TICKET = (200, json.dumps({"subject": "not for you"}))


async def test_a_build_that_lets_everybody_read_fires_for_every_canary(still: WholeDesk) -> None:
    answers = {
        "/api/v1/portal/tickets": TICKET,
        "/api/v1/tickets": TICKET,
        "/api/v1/portal/attachments": (201, "{}"),
        "/api/v1/attachments": (201, "{}"),
        "/api/v1/portal": HOME,
    }
    with Stub(answers) as broken:
        still.set(ATUM_API_PORT=str(broken.port))
        found = still.examine(family="security")
    firing = {one.trigger: one for one in found.firing}
    assert set(firing) == {"security.anonymous", "security.foreign", "security.expired", "security.uploads"}
    assert "GET /api/v1/tickets/40 by nobody: 200" in firing["security.anonymous"].evidence
    assert firing["security.uploads"].value == 6
    assert found.verdict == "roll back"


async def test_a_build_that_shows_contacts_what_is_not_theirs_fires_alone(still: WholeDesk) -> None:
    answers = {
        "/api/v1/portal/tickets": TICKET,
        "/api/v1/portal/attachments": REFUSED,
        "/api/v1/portal": HOME,
        "/api/v1": REFUSED,
    }
    with Stub(answers) as broken:
        still.set(ATUM_API_PORT=str(broken.port))
        found = still.examine(family="security")
    assert {one.trigger for one in found.firing} == {"security.anonymous", "security.foreign"}


async def test_a_canary_whose_key_does_not_work_is_no_proof(still: WholeDesk) -> None:
    with Stub({"/api/v1": REFUSED}) as closed:
        still.set(ATUM_API_PORT=str(closed.port))
        found = still.finding("security.foreign")
    assert found.state == "unknown"
    assert "the key itself does not work" in found.evidence


async def test_a_desk_without_a_ticket_says_that_none_can_be_asked_for(still: WholeDesk) -> None:
    still.sql("set session_replication_role = replica; delete from atum.tickets")
    found = still.finding("security.anonymous")
    assert found.evidence == "not here: there is no ticket yet that could be asked for"


async def test_no_key_stands_in_the_evidence(desk: WholeDesk) -> None:
    said = json.dumps(desk.examine(family="security").as_json())
    assert "Bearer" not in said
    assert "a foreign contact: 40" in said
    assert not [word for word in said.split() if len(word.strip('",.')) > 60]


async def test_a_table_without_forced_row_security_fires_and_is_named(still: WholeDesk) -> None:
    still.sql("alter table atum.tickets no force row level security")
    found = still.finding("security.row_security")
    assert found.state == "fires"
    assert found.evidence == "without forced policies: atum.tickets"


async def test_a_role_that_may_pass_row_security_fires(still: WholeDesk) -> None:
    still.sql("alter role atum_desk_contact bypassrls")
    try:
        found = still.finding("security.row_security")
    finally:
        still.sql("alter role atum_desk_contact nobypassrls")
    assert found.evidence == "past row security: role atum_desk_contact"
    assert still.finding("security.row_security").state == "ok"


async def test_many_wrong_passwords_fire_and_only_degrade(desk: WholeDesk) -> None:
    desk.set(ATUM_OPS_FAILED_SIGN_INS="3")
    for _ in range(4):
        _try_password(desk)
    found = desk.finding("security.sign_ins")
    assert (found.state, found.value, found.calls_for) == ("fires", 4, "degraded")


async def test_a_table_that_the_ledger_does_not_watch_fires(still: WholeDesk) -> None:
    still.sql("alter table atum.tickets disable trigger ledger")
    found = still.finding("security.ledger_guards")
    assert found.state == "fires"
    assert "not watched by the ledger: atum.tickets" in found.evidence


async def test_a_role_that_may_alter_the_ledger_fires(still: WholeDesk) -> None:
    still.sql("grant delete on atum.changes to atum_desk_staff")
    found = still.finding("security.ledger_guards")
    assert "may alter the ledger: atum_desk_staff on atum.changes" in found.evidence


async def test_a_change_taken_out_of_the_ledger_fires(still: WholeDesk) -> None:
    assert still.watched("security.ledger").state == "ok"
    [[change]] = still.sql(
        """select max(c.id) from atum.changes c where undo_of is null
              and exists (select from atum.row_changes r where r.change_id = c.id)"""
    )
    still.sql(f"set session_replication_role = replica; delete from atum.changes where id = {change}")
    found = still.finding("security.ledger", depth="whole")
    assert found.state == "fires"
    assert f"change {change} is gone" in found.evidence
    assert "changes carry no seals yet" in found.evidence


async def test_an_altered_trace_in_the_ledger_fires(still: WholeDesk) -> None:
    [[change, column]] = still.sql(
        """select r.change_id, o.key from atum.row_changes r, jsonb_object_keys(r.old) o(key)
            where r.operation = 'U' and r.table_name = 'tickets' order by r.seq limit 1"""
    )
    still.sql(
        f"""update atum.row_changes set old = old || '{{"{column}": "never"}}'
             where change_id = {change} and old ? '{column}'"""
    )
    found = still.finding("security.ledger", depth="whole")
    assert found.state == "fires"
    assert f"change {change}: tickets" in found.evidence


async def test_a_text_that_is_not_what_its_digest_says_fires(still: WholeDesk) -> None:
    """Of an inserted row's longer texts the ledger has the digest until something alters them."""
    [[change, row, column]] = still.sql(
        """select r.change_id, r.row_id, o.key from atum.row_changes r, jsonb_each(r.old) o,
                  atum.row_changes i
            where r.operation = 'U' and r.table_name = 'tickets' and i.table_name = 'tickets'
              and i.row_id = r.row_id and i.operation = 'I' and i.new->o.key = o.value
              and i.new->>o.key is not null order by r.seq limit 1"""
    )
    digest = "encode(sha256(convert_to({}, 'UTF8')), 'base64')"
    insertion = f"""update atum.row_changes set new = new - '{column}' || jsonb_build_object(
        '{column}#sha256', {{}}) where table_name = 'tickets' and row_id = {row} and operation = 'I'"""
    still.sql(insertion.format(digest.format(f"new->>'{column}'")))
    assert still.finding("security.ledger", depth="whole").state == "ok"
    still.sql(insertion.format(digest.format("'never'")))
    found = still.finding("security.ledger", depth="whole")
    assert found.state == "fires"
    assert f"change {change}: tickets {row} {column}" in found.evidence


async def test_a_ledger_whose_end_was_cut_fires_until_it_is_seen_to(still: WholeDesk) -> None:
    still.watched("security.ledger_guards")
    still.sql(
        """set session_replication_role = replica;
           delete from atum.row_changes where change_id = (select max(id) from atum.changes);
           delete from atum.changes where id = (select max(id) from atum.changes)"""
    )
    for _ in range(2):
        found = still.watched("security.ledger_guards")
        assert found.state == "fires"
        assert "which was there in the last run, is gone" in found.evidence


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("update atum.changes set summary = '{\"a\": 1}' where id = 7", "was altered"),
        ("delete from atum.row_changes where change_id = 7", "rows of atum.row_changes are gone"),
    ],
)
async def test_a_ledger_that_is_not_what_a_proven_backup_sealed_fires(
    still: WholeDesk, damage: str, words: str
) -> None:
    assert still.watched("security.ledger_seal").evidence.startswith("not here: no backup")
    stamp = make_backup(still.site).stamp
    Index(still.site).record_proof(stamp, ProofEntry("proven", now(), 1.0))
    found = still.watched("security.ledger_seal")
    assert found.state == "ok"
    assert "the seal fits up to change" in found.evidence
    still.sql(f"set session_replication_role = replica; {damage}")
    found = still.finding("security.ledger_seal", depth="whole")
    assert found.state == "fires"
    assert words in found.evidence


BEGIN = "begin; select atum.enter_system_and_open((select min(id) from atum.workspaces));"
FINISH = "select atum.finish_change('{}', 'job', null, false, '{{}}', null, null); commit;"


async def test_a_redaction_leaves_the_seal_unknown_until_the_next_proven_backup(still: WholeDesk) -> None:
    still.sql(
        f"""{BEGIN}
            insert into atum.contact_notes (workspace_id, person_id, author_id, text)
            select p.workspace_id, p.id, (select min(id) from atum.people where kind = 'staff'), 'Card 4111'
              from atum.people p where p.kind = 'contact' order by p.id limit 1;
            {FINISH.format("contact.note")}"""
    )
    stamp = make_backup(still.site).stamp
    Index(still.site).record_proof(stamp, ProofEntry("proven", now(), 1.0))
    assert still.finding("security.ledger_seal", depth="whole").state == "ok"
    still.sql(
        f"""{BEGIN}
            select atum.redact_note('contact_note', (select max(id) from atum.contact_notes), '{{}}', '{{}}');
            {FINISH.format("note.redact")}"""
    )
    assert still.sql("select count(*) from atum.row_changes where new::text like '%Card 4111%'") == [["0"]]
    found = still.finding("security.ledger_seal", depth="whole")
    assert found.state == "unknown"
    assert "1 redaction since took texts out of what was sealed" in found.evidence
    assert "the next proven backup seals anew" in found.evidence
    assert still.finding("security.ledger", depth="whole").state == "ok"
    later = make_backup(still.site).stamp
    Index(still.site).record_proof(later, ProofEntry("proven", now(), 1.0))
    assert still.finding("security.ledger_seal", depth="whole").state == "ok"


def _try_password(still: WholeDesk) -> None:
    body = json.dumps({"email": "admin@atum.localhost", "password": "not the one"}).encode()
    request = Request(
        f"http://127.0.0.1:{still.processes.api_port}/api/v1/session",
        data=body,
        headers={"Content-Type": "application/json"},
    )
    try:
        with urlopen(request, timeout=scaled(10)):
            raise AssertionError("a wrong password was taken")
    except HTTPError as refusal:
        refusal.close()
