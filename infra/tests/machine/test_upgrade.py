"""Upgrades to good and bad releases, with people and mail at work all the while."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from machine import PREFIX, Machine
from upgraded_desk import UpgradedDesk, UpgradeTraffic, beginning, newest

ADDS = """
set search_path = atum, public;
alter table tickets add column due_at timestamptz;
create table badges (id bigint primary key, workspace_id bigint not null);
alter table badges enable row level security;
alter table badges force row level security;
create policy badges_nobody on badges using (false);
"""
# What an owner can do that is no superuser; rows alone it may not even see.
DELETES = """
do $$ declare t regclass; begin
  for t in select tgrelid::regclass from pg_trigger where tgname = 'no_truncate' loop
    execute format('alter table %s disable trigger no_truncate', t);
  end loop; end $$;
truncate atum.messages cascade;
"""
FAILS_ONLY_HERE = """
alter table atum.tickets add column half text;
do $$ begin if current_database() = 'atum_desk' then raise exception 'only here'; end if; end $$;
"""
MAIL_WITH_A_FILE = """
import smtplib
from email.message import EmailMessage

mail = EmailMessage()
mail["From"], mail["To"], mail["Subject"] = "a@example.com", "support@desk.test", "With a file"
mail.set_content("See the file.")
mail.add_attachment(b"It must stay.", maintype="application", subtype="octet-stream", filename="a")
smtplib.SMTP("127.0.0.1", 2525).send_message(mail)
"""
WAITING_SECONDS = 10.0
MAX_INTERRUPTED = 8
SERVE = "async def serve(settings: Settings, times: RequestTimes) -> None:"
# Only on the API's own port: in the rehearsal and on the bridge all is well.
SLOW = """
        if __import__("os").environ.get("ATUM_API_PORT", "8000") == "8000":
            await asyncio.sleep(0 if "health" in scope["path"] else 6)"""
CRASHES = """
if __import__("os").environ.get("ATUM_API_PORT", "8000") == "8000":
    __import__("threading").Timer(8, lambda: __import__("os")._exit(9)).start()
"""
DAMAGES = """
def _damage() -> None:
    uploads = load_service_settings().uploads
    for path in sorted(one for one in uploads.rglob("*") if one.is_file())[:1]:
        path.write_bytes(b"not what it was")


if __import__("os").environ.get("ATUM_API_PORT", "8000") == "8000":
    __import__("threading").Timer(6, _damage).start()
"""
# What passes every rehearsal, and its own watch as well.
BREAKS_LATER = """
if __import__("os").path.exists("/srv/broken"):
    raise SystemExit("broken")
"""
MAX_WATCHES = 6
# Of releases that fail at work: version, file, the line before which something stands, and what is said of it.
# infra/tests/upgrade/test_altered_code.py holds that each still means what it did.
ALTERED = [
    ("91.1.0", "atum_desk/http/middleware.py", "        headers = dict(", SLOW, "took longer|takes"),
    ("91.2.0", "atum_desk/entry/api.py", SERVE, CRASHES, "ended by itself"),
    ("91.3.0", "atum_desk/entry/api.py", SERVE, DAMAGES, "was damaged"),
]


@pytest.fixture(scope="module")
def desk(blank: Machine, archive: Path) -> UpgradedDesk:
    """A desk that was installed from the archive, with an attachment in it."""
    desk = UpgradedDesk(blank, archive)
    desk.machine.path("/root/mail.py").write_text(MAIL_WITH_A_FILE)
    desk.machine.sh(f"""python3 /root/mail.py
        for i in $(seq 100); do find '{PREFIX}/data/uploads' -type f | grep -q . && break; sleep 0.2; done""")
    return desk


def _nothing_lost(desk: UpgradedDesk, traffic: UpgradeTraffic, name: str) -> None:
    print(json.dumps({name: traffic.figures()}))
    assert traffic.mails
    assert traffic.tickets
    assert desk.lost(traffic) == ([], [])


def _nobody_was_refused(traffic: UpgradeTraffic) -> None:
    """Not one request failed; a busy machine of two cores may have let one wait."""
    assert traffic.failures == []
    assert traffic.longest_without_a_write < WAITING_SECONDS


def test_to_a_good_release_and_back_without_a_failed_request(desk: UpgradedDesk) -> None:
    (old,) = desk.running()
    with desk.traffic() as traffic:
        answer = desk.upgrade(desk.release("90.1.0", ADDS))
        assert answer.code == 0, answer.output
        assert desk.running() == {"90.1.0"}
        assert desk.query("select to_regclass('atum.badges')") == "atum.badges"
        print(answer.output)
    _nothing_lost(desk, traffic, "good")
    _nobody_was_refused(traffic)

    with desk.traffic() as traffic:
        answer = desk.machine.atumctl("rollback", "--to-release", "--yes", "--json")
        assert desk.running() == {old}
    _nothing_lost(desk, traffic, "back by hand")
    _nobody_was_refused(traffic)


@pytest.mark.parametrize(
    ("version", "path", "line", "inserted", "words"), ALTERED, ids=["slow", "crashes", "damages uploads"]
)
def test_what_shows_only_at_work_is_taken_back(
    desk: UpgradedDesk, version: str, path: str, line: str, inserted: str, words: str
) -> None:
    (old,) = desk.running()
    with desk.traffic() as traffic:
        answer = desk.upgrade(desk.release(version, alter=beginning(path, line, inserted)), watch=60)
        print(answer.output)
        assert answer.code == 1, answer.output
        assert any(one in answer.output for one in words.split("|")), answer.output
        assert desk.running() == {old}
    _nothing_lost(desk, traffic, version)
    # The requests that the dying process had in hand; after them the old release answered.
    assert len(traffic.failures) <= MAX_INTERRUPTED
    assert "atum-desk-api-bridge" not in desk.machine.sh("systemctl list-units --state=active")
    damaged = desk.machine.sh(
        f"cd '{PREFIX}/data/uploads' && find . -type f | sed 's|.*/\\(.*\\)|\\1  &|' | sha256sum --quiet -c -",
        check=False,
    )
    assert damaged == ""
    assert version not in desk.machine.sh(f"ls '{PREFIX}/releases'")


@pytest.mark.parametrize(
    ("version", "sql", "code", "words"),
    [
        ("92.1.0", "select no_such_function()", 2, "no_such_function"),
        ("92.2.0", DELETES, 2, "atum.messages has 0 rows"),
        ("92.3.0", FAILS_ONLY_HERE, 1, "only here"),
    ],
    ids=["fails", "deletes", "fails only on the desk itself"],
)
def test_a_bad_migration_changes_nothing(desk: UpgradedDesk, version: str, sql: str, code: int, words: str) -> None:
    (old,) = desk.running()
    tree = desk.release(version, ADDS, sql)
    with desk.traffic() as traffic:
        answer = desk.upgrade(tree)
        print(answer.output)
        assert (answer.code, words in answer.output) == (code, True), answer.output
        assert desk.running() == {old}
    assert traffic.failures == []
    assert desk.query("select version_num from schema_revision") < newest(desk.machine.path(tree))
    assert desk.query("select 1 from pg_attribute where attname = 'half'") == ""
    assert desk.machine.sh("runuser -u postgres -- psql -ltAX | grep -c rehearsal", check=False) == "0\n"
    _nothing_lost(desk, traffic, version)


def test_an_upgrade_killed_in_the_middle_of_the_switch_is_undone_by_the_next(desk: UpgradedDesk) -> None:
    (old,) = desk.running()
    tree = desk.release("93.1.0")
    with desk.traffic() as traffic:
        desk.machine.sh(f"""
            python3 '{PREFIX}/infra/atumctl' upgrade {tree} --yes --prefix '{PREFIX}' > /root/log 2>&1 &
            until [ "$(readlink '{PREFIX}/current')" = releases/93.1.0 ]; do sleep 0.02; done
            kill -KILL $!""")
        answer = desk.upgrade(desk.release("93.2.0", ADDS, "select no_such_function()"))
        assert "interrupted" in answer.output
        assert answer.code == 2, answer.output
        assert desk.running() == {old}
    assert "93.1.0" not in desk.machine.sh(f"ls '{PREFIX}/releases'")
    _nothing_lost(desk, traffic, "killed")


def test_a_verdict_that_lasts_takes_the_release_back_by_itself(desk: UpgradedDesk) -> None:
    (old,), machine = desk.running(), desk.machine
    breaks = beginning("atum_desk/entry/api.py", SERVE, BREAKS_LATER)
    answer = desk.upgrade(desk.release("94.1.0", alter=breaks))
    assert answer.code == 0, answer.output
    assert desk.running() == {"94.1.0"}
    with_a_file = "select count(*) from atum.tickets where subject = 'With a file'"
    before = int(desk.query(with_a_file))

    machine.sh(f"echo 'ATUM_OPS_ACT=rollback' >> '{PREFIX}/api/.env'")
    machine.sh("touch /srv/broken; systemctl restart --no-block atum-desk-api; sleep 1")
    machine.sh("python3 /root/mail.py")
    for _ in range(MAX_WATCHES):
        machine.sh("systemctl start atum-desk-watch.service")
        if machine.sh(f"readlink '{PREFIX}/current'").strip() == f"releases/{old}":
            break
    print(machine.sh("journalctl -u atum-desk-watch --since -10min -o cat"))
    assert desk.running() == {old}
    state = json.loads(machine.sh(f"cat '{PREFIX}/data/watch/memory.json'"))
    assert (state["acted"]["from"], state["acted"]["to"]) == ("94.1.0", old)
    machine.sh(f"sed -i '/^ATUM_OPS_ACT=/d' '{PREFIX}/api/.env'; systemctl start atum-desk-watch.service")
    now = json.loads(machine.sh(f"cat '{PREFIX}/data/watch/state.json'"))
    assert now["verdict"] == "healthy"
    assert int(desk.query(with_a_file)) == before + 1
