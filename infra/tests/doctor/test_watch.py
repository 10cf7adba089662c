"""The watch: it keeps what it found, tells of a change once, and acts only where the settings say so."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from whole_desk import WholeDesk

from atum_desk.kernel import clock
from atum_desk.operations.evidence import read_watch
from atumctl.core.site import Site
from atumctl.doctor import watch_history
from atumctl.probes.triggers import Examination, TriggerFinding, verdict_of
from atumctl.probes.units import Unit
from atumctl.watch import act_on_verdict
from atumctl.watch.notify import tell_change
from e2e.desk_processes import RecordingRelay

AT = "2026-01-01T00:00:00+00:00"


async def test_a_run_leaves_what_the_desk_shows(desk: WholeDesk) -> None:
    desk.watch()
    shown = read_watch(desk.site.data, clock.now())
    assert (shown.verdict, shown.notes) == ("healthy", [])
    assert {"health.api_live", "ports.api"} < {one.trigger for one in shown.findings}
    assert {one.name: one.state for one in shown.services} == {
        "API": "ok",
        "Live updates": "ok",
        "Worker": "ok",
        "PostgreSQL": "ok",
        "Redis": "off",
        "nginx": "off",
    }
    await desk.processes.kill("api")
    desk.watch()
    shown = read_watch(desk.site.data, clock.now())
    assert shown.verdict == "roll_back"
    assert next(one for one in shown.services if one.name == "API").state == "down"
    points = next(one.points for one in shown.findings if one.trigger == "health.database")
    assert len(points) == 2


async def test_since_is_when_it_began_and_not_when_it_was_measured(still: WholeDesk) -> None:
    first = still.watched("health.api_live")
    again = still.watched("health.api_live")
    assert first.state == again.state == "fires"
    assert again.since == first.since


def test_the_history_is_a_ring(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(watch_history, "KEPT_LINES", 10)
    monkeypatch.setattr(watch_history, "SLACK_LINES", 5)
    site = Site(tmp_path, "embedded")
    site.watch.mkdir(parents=True)
    for number in range(40):
        watch_history.add_to_history(site, {"number": number})
    lines = (site.watch / watch_history.HISTORY).read_text().splitlines()
    assert 10 <= len(lines) <= 15
    assert json.loads(lines[-1]) == {"number": 39}


def test_people_are_told_once_by_a_command_and_again_when_it_failed(tmp_path: Path) -> None:
    site, told = _site(tmp_path), tmp_path / "told"
    _set(site, ATUM_OPS_NOTIFY_COMMAND=f'"cat >> {told}; echo $ATUM_VERDICT >> {told}"')
    ill = _examination("fires")
    assert tell_change(site, ill, None) == "roll back"
    text = told.read_text()
    assert "roll back (was healthy)" in text
    assert f"health.api_live fires since {AT} (7 s, threshold 5)" in text
    assert "  GET /: no answer" in text
    assert text.endswith("roll back\n")
    assert tell_change(site, ill, "roll back") == "roll back"
    assert told.read_text() == text
    _set(site, ATUM_OPS_NOTIFY_COMMAND="false")
    assert tell_change(site, _examination("ok"), "roll back") == "roll back", "nobody heard it"
    _set(site, ATUM_OPS_NOTIFY_COMMAND=f'"cat >> {told}"')
    assert tell_change(site, _examination("ok"), "roll back") == "healthy"
    assert "healthy (was roll back)" in told.read_text()


def test_a_healthy_beginning_is_no_news(tmp_path: Path) -> None:
    site = _site(tmp_path)
    _set(site, ATUM_OPS_NOTIFY_COMMAND="false")
    assert tell_change(site, _examination("ok"), None) == "healthy"


async def test_people_are_told_by_mail_through_the_relay(tmp_path: Path) -> None:
    site, relay = _site(tmp_path), RecordingRelay()
    relay.start()
    try:
        _set(
            site,
            ATUM_MAIL_RELAY=f"smtp://127.0.0.1:{relay.port}",
            ATUM_OPS_NOTIFY_MAIL="navi@example.com, ops@example.com",
        )
        assert tell_change(site, _examination("fires"), "healthy") == "roll back"
    finally:
        relay.stop()
    [mail] = relay.mails
    assert str(mail["To"]) == "navi@example.com, ops@example.com"
    assert "roll back (was healthy)" in str(mail["Subject"])
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "GET /: no answer" in mail.get_content()


def test_it_acts_only_when_wished_and_only_after_some_runs_and_only_once(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(act_on_verdict, "read_units", lambda _site: _units("active"))
    site = _site(tmp_path)
    for version in ("0.1.0", "0.2.0"):
        site.release(version).mkdir(parents=True)
        # No database has this schema, so that going back is refused at once.
        described = json.dumps({"version": version, "schema": "9999"})
        (site.release(version) / "release.json").write_text(described)
    site.current.symlink_to("releases/0.2.0")
    lasting = {"is": "roll back", "since": AT, "runs": 3}
    assert act_on_verdict.act(site, {"verdict": lasting}) is None, "the settings do not say so"
    _set(site, ATUM_OPS_ACT="rollback")
    assert act_on_verdict.act(site, {"verdict": lasting | {"runs": 2}}) is None, "it is too early"
    assert act_on_verdict.act(site, {"verdict": lasting | {"is": "degraded"}}) is None
    acted = act_on_verdict.act(site, {"verdict": lasting})
    assert acted
    assert (acted["from"], acted["to"]) == ("0.2.0", "0.1.0")
    assert acted["exit_code"] != "0"
    assert act_on_verdict.act(site, {"verdict": lasting, "acted": acted}) is acted, "once is enough"
    assert act_on_verdict.act(site, {"verdict": lasting | {"is": "healthy"}, "acted": acted}) is None


def test_it_waits_while_what_we_stand_on_is_stopped(tmp_path: Path, monkeypatch: Any) -> None:
    site = _site(tmp_path)
    _set(site, ATUM_OPS_ACT="rollback")
    lasting = {"verdict": {"is": "roll back", "since": AT, "runs": 9}}
    monkeypatch.setattr(act_on_verdict, "read_units", lambda _site: _units("failed"))
    assert act_on_verdict.act(site, lasting) is None, "nobody's release stopped nginx"
    monkeypatch.setattr(act_on_verdict, "read_units", lambda _site: _units("active"))
    acted = act_on_verdict.act(site, lasting)
    assert acted
    assert "There is no release before" in acted["words"]


def test_without_an_earlier_release_it_says_so(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(act_on_verdict, "read_units", lambda _site: _units("active"))
    site = _site(tmp_path)
    _set(site, ATUM_OPS_ACT="rollback")
    acted = act_on_verdict.act(site, {"verdict": {"is": "roll back", "since": AT, "runs": 9}})
    assert acted
    assert "There is no release before" in acted["words"]


def test_while_the_installation_is_altered_nothing_is_told_or_done(tmp_path: Path) -> None:
    site = _site(tmp_path)
    assert not act_on_verdict.is_being_altered(site)
    site.data.mkdir()
    site.draining.touch()
    assert act_on_verdict.is_being_altered(site)


def _units(state: str) -> dict[str, Unit]:
    names = ("atum-desk-api.service", "postgresql.service", "nginx.service")
    known = {name: Unit(name, "active", "", "", 0, 1, "", None, None) for name in names}
    return known | {"nginx.service": replace(known["nginx.service"], active=state)}


def _site(folder: Path) -> Site:
    site = Site(folder / "the desk", "server", root=folder / "machine")
    site.api.mkdir(parents=True)
    return site


def _set(site: Site, **settings: str) -> None:
    site.env_file.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    assert not [name for name in settings if name in os.environ]


def _examination(state: Any) -> Examination:
    fine = TriggerFinding("health.redis", "health", "ok", 1, None, "", AT, "PONG", "degraded")
    ill = TriggerFinding("health.api_live", "health", state, 7, 5, "s", AT, "GET /: no answer", "roll back")
    return Examination(AT, 0.1, verdict_of([fine, ill]), [fine, ill], {})
