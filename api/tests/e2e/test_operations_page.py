"""The Operations page in a real browser: what was measured, and a backup asked for and answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.async_api import BrowserContext, expect

from e2e.desk_processes import DeskProcesses
from e2e.test_first_light import sign_in
from waiting import until

pytestmark = pytest.mark.browser

NOW = datetime.now(UTC)
EVIDENCE = "atum-desk-worker  memory 890M of 1024M"


def write(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.encode(content))


def measure(data: Path, verdict: str, state: str) -> None:
    """Leave behind what the watch leaves behind."""
    finding = {
        "trigger": "performance.memory",
        "family": "performance",
        "state": state,
        "value": 87.0,
        "threshold": 90.0,
        "unit": "%",
        "since": NOW.isoformat(),
        "evidence": EVIDENCE,
        "calls_for": "roll back",
    }
    written = {"at": datetime.now(UTC).isoformat(), "verdict": verdict, "findings": [finding]}
    write(data / "watch" / "state.json", written)
    lines = [
        {"at": (NOW - timedelta(minutes=n)).isoformat(), "values": {"performance.memory": 87 - n}}
        for n in range(30, -1, -1)
    ]
    history = data / "watch" / "history.jsonl"
    history.write_bytes(b"\n".join(map(msgspec.json.encode, lines)))


def backup(stamp: str) -> dict[str, Any]:
    proof = {
        "state": "proven",
        "proven_at": NOW.isoformat(),
        "recovery_seconds": 228,
        "checks": [{"what": "Ledger", "ok": True, "evidence": "the seal is the manifest's"}],
        "failures": [],
    }
    return {"stamp": stamp, "made_at": NOW.isoformat(), "bytes": 4_100_000, "tickets": 12, "proof": proof}


async def test_an_administrator_sees_how_the_desk_does_and_has_it_backed_up(
    processes: DeskProcesses, browser_context: BrowserContext
) -> None:
    measure(processes.data, "degraded", "warn")
    page = await browser_context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    await sign_in(page, processes)
    await page.goto(f"{processes.address}/desk/settings/operations")

    await expect(page.get_by_role("heading", name="Degraded: Memory")).to_be_visible()
    await expect(page.get_by_text(EVIDENCE)).to_be_visible()
    await expect(page.get_by_text("There is no backup yet.")).to_be_visible()
    services = page.get_by_role("region", name="Services")
    await expect(services.get_by_text("Live updates")).to_be_visible()

    await page.get_by_role("button", name="Back up now").click()
    await expect(page.get_by_text("waiting to begin")).to_be_visible()
    await expect(page.get_by_role("button", name="Backing up")).to_be_disabled()
    requests = processes.data / "requests"
    await until(lambda: any(requests.glob("*.json")))
    (asked,) = requests.glob("*.json")
    assert msgspec.json.decode(asked.read_bytes())["verb"] == "backup"
    write(processes.data / "backups" / "index.json", {"backups": [backup("20261122_040000")]})
    write(asked.with_suffix(".done.json"), {"exit_code": 0, "words": "proven"})

    row = page.get_by_role("button", name="Proven, 12 tickets")
    await expect(row).to_be_visible()
    await expect(row).to_contain_text("3 min 48 s")
    await row.click()
    await expect(page.get_by_text("the seal is the manifest's")).to_be_visible()

    measure(processes.data, "roll back", "fires")
    await expect(page.get_by_role("heading", name="Roll back: Memory")).to_be_visible()
    assert failures == []
