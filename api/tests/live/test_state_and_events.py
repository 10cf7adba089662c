"""State and events are what a fresh fetch gives: the web's own code, against real processes.

Several people act at random through the API while a browser of another keeps what it fetched true by
the frames that it hears, through a lost connection; in the end it fetches everything anew and compares.
"""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import pytest

from atum_desk.launch.node import find_node
from desk import Desk
from e2e.desk_processes import DeskProcesses
from waiting import in_time

WEB = Path(__file__).parents[3] / "web"
SECONDS = 400


@pytest.mark.slow("three browsers, each through some sixty commands of others")
@pytest.mark.parametrize("seed", [7, 2026])
async def test_what_a_browser_keeps_by_frames_is_what_a_fresh_fetch_gives(
    desk: Desk, database_url: str, tmp_path: Path, seed: int
) -> None:
    given = desk.given
    first = await given.first_team()
    teams = [first, await given.team(), await given.team()]
    admin, lead = await given.staff(role="Administrator"), await given.staff(role="Team lead")
    agent = await given.staff(teams=(first,), sees_all_teams=False)
    for _ in range(12):
        await given.ticket()
    viewers = [("an administrator", admin), ("a lead", lead), ("an agent of one team", agent)]
    processes = DeskProcesses(database_url, tmp_path / "desk", None)
    await asyncio.gather(processes.start_process("api"), processes.start_process("live"))
    try:
        told = {
            "api": processes.address.replace("localhost", "127.0.0.1"),
            "live": f"ws://127.0.0.1:{processes.live_port}/ws/",
            "seed": seed,
            "actors": [await desk.token(one.id) for one in (admin, lead, agent)],
            "viewers": [{"name": name, "id": one.id, "token": await desk.token(one.id)} for name, one in viewers],
            "teams": teams,
            "people": [lead.id, agent.id],
        }
        await run_browsers(told)
    finally:
        await processes.stop()


async def run_browsers(told: dict[str, object]) -> None:
    """Run the web's side of the test; what it says is what fails."""
    running = await asyncio.create_subprocess_exec(
        find_node().program,
        "node_modules/vitest/vitest.mjs",
        "run",
        "--config",
        "tests/liveDesk/vitest.config.ts",
        cwd=WEB,
        env=os.environ | {"ATUM_DRIVEN_DESK": json.dumps(told), "NO_COLOR": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        output, _ = await in_time(running.communicate(), SECONDS)
    finally:
        if running.returncode is None:
            running.kill()
    assert running.returncode == 0, output.decode()[-6000:]
