"""Whose load it is: ours and others' are counted apart, and slowness by others leads nowhere."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from busy_processors import OTHERS, OURS, kept_busy
from whole_desk import WholeDesk

from atumctl.core.processes import RunningProcess, read_processes
from atumctl.doctor import doctor, doubtful_findings
from atumctl.probes.load import Counters, Load, between, counters_of, why_others
from atumctl.probes.measurement import Measurement, SharedAnswer
from atumctl.probes.triggers import TriggerFinding, verdict_of

AT = "2026-01-01T00:00:00+00:00"
CALM = Load(60, busy=20, ours=10, others=8, disk_busy=3, our_disk_part=0.5)


def processes_of(desk: WholeDesk) -> dict[int, RunningProcess]:
    name = Measurement(desk.site).database.database
    return {one.pid: one for one in read_processes(desk.site, name, desk.processes.api_port)}


async def test_our_processes_are_the_services_and_their_backends_and_no_others(desk: WholeDesk) -> None:
    with kept_busy(OURS, 1) as [ours], kept_busy(OTHERS, 1) as [others]:
        found = processes_of(desk)
        assert (found[ours].is_ours, found[others].is_ours) == (True, False)
    services = {process.pid for process in desk.processes._running.values()}
    assert len(services) == 3
    assert all(found[pid].is_ours for pid in services)
    backends = [one for one in found.values() if one.is_ours and one.name.startswith("postgres")]
    assert backends, "what our roles ask of PostgreSQL is our doing"
    asked = Measurement(desk.site).database.ask("select pg_backend_pid()")
    assert not found.get(asked, replace(backends[0], is_ours=False)).is_ours


async def test_what_each_uses_is_counted_to_it(desk: WholeDesk) -> None:
    with kept_busy(OURS, 1), kept_busy(OTHERS, 1):
        measurement = Measurement(desk.site)
        measurement.began()
        await asyncio.sleep(2)
        found = measurement.load_of_run()
    assert found.ours > 1
    assert found.others > 1
    assert found.busy >= found.ours + found.others - 0.1
    assert found.largest


@pytest.mark.parametrize(
    ("given", "start_seconds", "words"),
    [
        ({}, 0.02, ""),
        ({"busy": 100, "ours": 96, "others": 3}, 0.02, ""),
        ({"busy": 100, "ours": 70, "others": 25}, 3.0, ""),
        ({"busy": 100, "ours": 5, "others": 94}, 0.3, "others 94 %"),
        ({"busy": 100, "ours": 5, "others": 94}, None, "others 94 %"),
        ({"busy": 100, "ours": 5, "others": 94}, 0.02, ""),
        ({"busy": 95, "ours": 40, "others": 50}, 0.3, "ATUM DESK 40 %"),
        ({"disk_busy": 99, "our_disk_part": 0.05}, 0.02, "disk 99 % busy, 5 % of its work"),
        ({"disk_busy": 99, "our_disk_part": 0.9}, 0.02, ""),
        ({"busy": 40, "others": 25}, 2.5, "a program that does nothing took 2.5 s to start"),
    ],
)
def test_it_is_said_when_others_use_the_machine(given: dict[str, Any], start_seconds: float | None, words: str) -> None:
    said = why_others(replace(CALM, **given), start_seconds)
    assert words in said
    assert bool(said) == bool(words)


def test_the_load_between_two_moments_knows_ours_others_and_its_own() -> None:
    before = _counters(0, 0, {"1:1": ("python", 100, True), "2:1": ("make", 50, False)}, own=10)
    after = {"1:1": ("python", 300, True), "3:5": ("python", 50, True), "2:1": ("make", 450, False)}
    found = between(before, _counters(1000, 200, after, own=60))
    assert (found.busy, found.ours, found.others) == (80, 25, 50)
    assert found.largest == ("make 40 %",)
    assert found.disk_busy == 50


def test_counters_of_another_boot_or_of_long_ago_are_not_compared_with() -> None:
    now = _counters(1000, 200, {})
    kept = _counters(100, 50, {"1:1": ("a", 5, True), "2:2": ("b", 5, False)}, at=9).to_memory()
    known = counters_of(kept, now)
    assert known
    assert known.processes == {"1:1": ("a", 5, True)}, "of others nothing is kept"
    assert counters_of(kept | {"boot": "another"}, now) is None
    assert counters_of(kept | {"at": now.at - 3600}, now) is None
    assert counters_of({}, now) is None
    assert counters_of({"processes": [1]}, now) is None


@pytest.mark.parametrize(
    ("in_run", "start_seconds", "state"), [("others 94 %", 0.3, "others"), ("", 0.3, "others"), ("", 0.02, "fires")]
)
async def test_slowness_on_a_machine_that_others_keep_busy_is_theirs(
    still: WholeDesk, monkeypatch: pytest.MonkeyPatch, in_run: str, start_seconds: float, state: str
) -> None:
    # The second question is for the minute before, in which others kept the machine busy.
    said = iter([in_run, "others 94 %"])
    monkeypatch.setattr(doubtful_findings, "why_others", lambda *_words: next(said))
    measurement = Measurement(still.site, {})
    measurement.start_seconds = SharedAnswer(lambda: start_seconds)
    slow = measurement.found(doctor.triggers()[0], "fires", evidence="timed out", slow_seconds=0)
    refused = measurement.found(doctor.triggers()[0], "fires", evidence="Connection refused")
    theirs, ours = doubtful_findings.excused(measurement, [slow, refused])
    assert (theirs.state, ours.state) == (state, "fires")
    if state == "others":
        assert theirs.evidence == "busy, by others: others 94 %\ntimed out"
        assert verdict_of([theirs]) == "degraded"
    assert "slow_seconds" not in theirs.as_json()


async def test_figures_that_reach_back_are_excused_as_far_as_they_do(still: WholeDesk) -> None:
    at = Measurement(still.site).now.timestamp() - 120
    known = {"at": Measurement(still.site).now.fromtimestamp(at).astimezone().isoformat(), "why": "make"}
    measurement = Measurement(still.site, {"strained": known})
    trigger = doctor.triggers()[0]
    found = [measurement.found(trigger, "fires", slow_seconds=seconds) for seconds in (300.0, 60.0)]
    assert [one.state for one in doubtful_findings.excused(measurement, found)] == ["others", "fires"]


def test_what_fires_once_and_not_again_warns() -> None:
    first = _finding("fires")
    assert doubtful_findings.repeated(first, _finding("fires")).state == "fires"
    assert doubtful_findings.repeated(first, _finding("ok")).state == "warn"
    assert doubtful_findings.repeated(first, _finding("others")).state == "others"
    assert "measured again at once: ok, fine" in doubtful_findings.repeated(first, _finding("ok")).evidence
    lost = replace(first, trigger="integrity.mail", family="integrity")
    assert doubtful_findings.repeated(lost, _finding("ok")).state == "fires", "contents are no moment's"


async def test_the_watch_measures_again_before_it_calls_for_going_back(
    desk: WholeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "REPEAT_PAUSE_SECONDS", 0.1)
    real, calls = doctor._measure_all, []

    def once_refused(probes: Any, measurement: Measurement) -> list[TriggerFinding]:
        calls.append(len(list(probes)))
        found = real(probes, measurement)
        if len(calls) > 1:
            return found
        return [replace(f, state="fires") if f.trigger == "health.api_live" else f for f in found]

    monkeypatch.setattr(doctor, "_measure_all", once_refused)
    found = {one.trigger: one for one in desk.watch().findings}
    assert found["health.api_live"].state == "warn"
    assert calls[1:] == [1], "only what is doubtful, and no more once it is refuted"


def _counters(
    total: int, idle: int, processes: dict[str, tuple[str, int, bool]], *, own: int = 0, at: float | None = None
) -> Counters:
    moment = 10.0 if at is None else at
    if total == 0:
        moment = 8.0
    return Counters(moment, "boot", total, idle, own, processes, {"sda": total}, 0, {})


def _finding(state: Any) -> TriggerFinding:
    return TriggerFinding("health.api_live", "health", state, None, None, "", AT, "fine", "roll back")
