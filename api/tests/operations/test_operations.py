"""The Operations page's routes: what is told, what is asked of the machine, and by whom."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from desk import Client, Desk
from free_ports import free_port

NOW = datetime.now(UTC)


def write(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else msgspec.json.encode(content))


def finding(trigger: str | None = "worker_memory", **given: Any) -> dict[str, Any]:
    usual = {
        "trigger": trigger,
        "family": "performance",
        "state": "warn",
        "value": 87.0,
        "threshold": 90,
        "unit": "%",
        "since": NOW.isoformat(),
        "evidence": "atum-desk-worker  890M of 1024M",
    }
    return usual | given


def state(*findings: Any, **given: Any) -> dict[str, Any]:
    usual = {"at": NOW.isoformat(), "verdict": "degraded", "findings": list(findings)}
    return usual | {"services": [], "releases": []} | given


def backup(stamp: str, proof: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "stamp": stamp,
        "made_at": "2026-11-22T04:00:00+00:00",
        "bytes": 4_100_000,
        "version": "0.1.0",
        "schema": "0005",
        "tickets": 12,
        "manifest": f"manifest_{stamp}.json",
        "proof": proof,
        "copies": [],
    }


PROVEN = {
    "state": "proven",
    "proven_at": "2026-11-22T04:09:00+00:00",
    "recovery_seconds": 228.5,
    "checks": [{"what": "rows", "ok": True, "evidence": "12 of 12"}],
    "failures": [],
}
FAILED = PROVEN | {"state": "failed", "failures": ["uploads: ab/cd is missing"]}


@pytest.fixture
async def administrator(desk: Desk) -> Client:
    return await desk.administrator()


async def test_without_any_file_the_page_says_that_nothing_was_measured(desk: Desk, administrator: Client) -> None:
    told = await administrator.got("/operations")
    assert told["findings"] == told["backups"] == told["releases"] == told["requests"] == []
    assert told["notes"] == ["Nothing has been measured on this machine yet."]
    assert told["measured_at"] is None
    assert told["version"]


async def test_triggers_are_told_with_their_evidence_and_their_last_hours(desk: Desk, administrator: Client) -> None:
    watch = desk.settings.data / "watch"
    write(watch / "state.json", state(finding(), finding("disk", family="health", state="ok")))
    old = NOW - timedelta(hours=7)
    lines = [
        {"at": (NOW - timedelta(minutes=n)).isoformat(), "values": {"worker_memory": 90.0 - n}}
        for n in range(400, -1, -1)
    ]
    # A value that none of the others has.
    rows = [{"at": old.isoformat(), "values": {"worker_memory": 0.5}}, *lines]
    write(watch / "history.jsonl", b"\n".join(map(msgspec.json.encode, rows)) + b'\n{"at": "torn')
    told = await administrator.got("/operations")
    assert told["verdict"] == "degraded"
    memory, disk = told["findings"]
    assert memory["evidence"] == "atum-desk-worker  890M of 1024M"
    assert (memory["value"], memory["threshold"], memory["unit"]) == (87.0, 90, "%")
    assert disk["points"] == []
    points = memory["points"]
    assert 30 < len(points) <= 72
    assert points == sorted(points, key=lambda point: point["at"])
    assert all(point["value"] != 0.5 for point in points)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"findings": 7, "at": []}'])
async def test_a_broken_file_is_said_and_breaks_nothing(desk: Desk, administrator: Client, content: bytes) -> None:
    for name in ("watch/state.json", "watch/history.jsonl", "backups/index.json"):
        write(desk.settings.data / name, content)
    write(desk.settings.data / "requests" / "not-a-number.json", content)
    told = await administrator.got("/operations")
    assert told["findings"] == told["backups"] == told["requests"] == []
    assert told["notes"]


async def test_a_measurement_that_cannot_be_read_is_counted_and_the_others_stand(
    desk: Desk, administrator: Client
) -> None:
    rows = (finding(), finding(state="burning"), 7, finding(trigger=None))
    write(desk.settings.data / "watch" / "state.json", state(*rows))
    told = await administrator.got("/operations")
    assert [one["trigger"] for one in told["findings"]] == ["worker_memory"]
    assert "3 of 4 measurements could not be read." in told["notes"]


async def test_what_an_enormous_file_holds_is_not_read(desk: Desk, administrator: Client) -> None:
    path = desk.settings.data / "watch" / "state.json"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        file.truncate(50_000_000)
    assert "too large" in (await administrator.got("/operations"))["notes"][0]


async def test_what_this_installation_has_not_is_off_rather_than_unknown(desk: Desk, administrator: Client) -> None:
    rows = (
        finding("health.nginx", state="unknown", evidence="not here: no nginx"),
        finding("health.clock", state="unknown", evidence="no result within 5 s"),
    )
    write(desk.settings.data / "watch" / "state.json", state(*rows))
    told = await administrator.got("/operations")
    assert [one["state"] for one in told["findings"]] == ["off", "unknown"]


async def test_a_watch_that_fell_silent_is_said(desk: Desk, administrator: Client) -> None:
    hour_ago = (NOW - timedelta(hours=1)).isoformat()
    write(desk.settings.data / "watch" / "state.json", state(finding(), at=hour_ago))
    assert "silent" in " ".join((await administrator.got("/operations"))["notes"])


async def test_backups_are_told_with_their_proof_newest_first(desk: Desk, administrator: Client) -> None:
    rows = [backup("20261120_040000", PROVEN), backup("20261122_040000", None), backup("20261121_040000", FAILED)]
    new_bytes = {"20261122_040000": 1_200_000, "20261121_040000": "much"}
    index = {"backups": rows, "new_bytes": new_bytes}
    write(desk.settings.data / "backups" / "index.json", index)
    told = await administrator.got("/operations")
    assert [one["stamp"][6:8] for one in told["backups"]] == ["22", "21", "20"]
    assert [one["new_bytes"] for one in told["backups"]] == [1_200_000, None, None]
    unproven, failed, proven = told["backups"]
    assert unproven["proof"] is None
    assert failed["proof"]["failures"] == ["uploads: ab/cd is missing"]
    assert proven["proof"]["checks"][0]["evidence"] == "12 of 12"
    assert told["recovery_seconds"] == 228.5


async def test_services_are_asked_just_now(desk: Desk) -> None:
    settings = msgspec.structs.replace(desk.settings, live_port=free_port())
    administrator = await Desk(desk.database, settings, desk.given).administrator()
    services = {one["name"]: one for one in (await administrator.got("/operations"))["services"]}
    assert services["API"]["state"] == services["PostgreSQL"]["state"] == "ok"
    assert services["Live updates"]["state"] == "down"
    assert "does not answer" in services["Live updates"]["detail"]
    assert services["Worker"]["state"] == "degraded"


async def test_what_is_seen_now_is_not_covered_by_a_good_verdict(desk: Desk, administrator: Client) -> None:
    write(desk.settings.data / "watch" / "state.json", state(verdict="healthy"))
    assert (await administrator.got("/operations"))["verdict"] == "degraded"
    write(desk.settings.data / "watch" / "state.json", state(verdict="roll back"))
    assert (await administrator.got("/operations"))["verdict"] == "roll_back"


async def test_an_administrator_asks_for_a_backup_and_hears_how_it_ended(desk: Desk, administrator: Client) -> None:
    asked = await administrator.posted("/operations/requests", {"verb": "backup"})
    file = desk.settings.data / "requests" / f"{asked['id']}.json"
    written = msgspec.json.decode(file.read_bytes())
    assert written["verb"] == "backup"
    assert written["asked_by"]
    assert datetime.fromisoformat(written["at"]).tzinfo
    assert not list(file.parent.glob("*.draft"))
    path = f"/operations/requests/{asked['id']}"
    assert (await administrator.got(path))["state"] == "waiting"
    file.with_suffix(".running").touch()
    assert (await administrator.got(path))["state"] == "running"
    write(file.with_suffix(".done.json"), {"exit_code": 1, "words": "pg_dump: no space left"})
    ended = await administrator.got(path)
    assert (ended["state"], ended["words"]) == ("failed", "pg_dump: no space left")
    assert (await administrator.got("/operations"))["requests"][0] == ended
    changes = (await administrator.got("/changes"))["items"]
    assert changes[0]["command"] == "operations.backup"


async def test_the_same_is_not_asked_for_twice_while_it_waits(desk: Desk, administrator: Client) -> None:
    await administrator.posted("/operations/requests", {"verb": "backup"})
    again = await administrator.post("/operations/requests", json={"verb": "backup"})
    assert (again.status_code, again.json()["code"]) == (409, "request_waits")
    await administrator.posted("/operations/requests", {"verb": "doctor"})


async def test_a_request_that_nobody_carried_out_says_so_and_stands_in_nobodys_way(
    desk: Desk, administrator: Client
) -> None:
    asked = await administrator.posted("/operations/requests", {"verb": "backup"})
    file = desk.settings.data / "requests" / f"{asked['id']}.json"
    write(file, {"verb": "backup", "asked_by": "A", "at": (NOW - timedelta(hours=3)).isoformat()})
    told = await administrator.got(f"/operations/requests/{asked['id']}")
    assert told["state"] == "failed"
    assert "Nobody carried it out" in told["words"]
    await administrator.posted("/operations/requests", {"verb": "backup"})


async def test_old_requests_are_cleared_away(desk: Desk, administrator: Client) -> None:
    asked = await administrator.posted("/operations/requests", {"verb": "backup"})
    file = desk.settings.data / "requests" / f"{asked['id']}.json"
    write(file.with_suffix(".done.json"), {"exit_code": 0})
    month_ago = time.time() - 30 * 86_400
    os.utime(file, (month_ago, month_ago))
    await administrator.posted("/operations/requests", {"verb": "backup"})
    assert not file.exists()
    assert not file.with_suffix(".done.json").exists()


async def test_a_folder_that_cannot_be_written_is_named(desk: Desk, administrator: Client) -> None:
    desk.settings.data.mkdir(parents=True, exist_ok=True)
    (desk.settings.data / "requests").write_text("a file in its place")
    refused = await administrator.post("/operations/requests", json={"verb": "backup"})
    assert (refused.status_code, refused.json()["code"]) == (503, "requests_not_writable")
    assert "requests" in refused.json()["detail"]


async def test_a_verb_that_is_not_on_the_list_is_refused(administrator: Client) -> None:
    refused = await administrator.post("/operations/requests", json={"verb": "rollback"})
    assert refused.status_code == 422


async def test_auditors_look_and_only_administrators_ask(desk: Desk) -> None:
    for role, looks in (("Agent", 403), ("Team lead", 403), ("Auditor", 200)):
        member = await desk.staff(role)
        assert (await member.get("/operations")).status_code == looks
        asked = await member.post("/operations/requests", json={"verb": "backup"})
        assert (asked.status_code, asked.json()["permission"]) == (403, "operations:manage")
    assert not (desk.settings.data / "requests").exists()


async def test_a_failed_job_is_shown_and_tried_again(desk: Desk, administrator: Client) -> None:
    async with desk.database.connection("atum_desk_worker") as connection:
        job = await connection.fetchval(
            """insert into jobs.pgqueuer (priority, entrypoint, status, attempts)
               values (0, 'outbox.send', 'failed', 10) returning id"""
        )
    jobs = (await administrator.got("/operations"))["jobs"]
    assert jobs["failed"] == 1
    assert jobs["failed_jobs"][0]["id"] == job
    answer = await administrator.post(f"/operations/jobs/{job}/retry")
    assert answer.status_code == 204
    jobs = (await administrator.got("/operations"))["jobs"]
    assert (jobs["failed"], jobs["waiting"]) == (0, 1)
    assert jobs["oldest_waiting_seconds"] >= 0
    assert (await administrator.post(f"/operations/jobs/{job}/retry")).status_code == 404


async def test_what_others_do_is_told_as_theirs(desk: Desk, administrator: Client) -> None:
    said = "processors 99 % busy: ATUM DESK 3 %, others 95 % (make 90 %)"
    cpu = finding("performance.cpu", state="others", calls_for="roll back", evidence=said)
    write(desk.settings.data / "watch" / "state.json", state(cpu))
    told = await administrator.got("/operations")
    assert told["notes"] == [], "it is no measurement that cannot be read"
    assert [(one["state"], one["evidence"]) for one in told["findings"]] == [("others", said)]
    assert told["verdict"] == "degraded"
