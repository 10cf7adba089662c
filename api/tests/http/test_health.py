"""Health: alive whatever happens, ready only with the database at this release."""

from __future__ import annotations

import asyncpg

from atum_desk.kernel.database.migrate import migrate
from desk import Desk
from scratch_databases import SECRET


async def test_the_api_is_ready_with_its_database_and_tells_that_no_worker_runs(shared_desk: Desk) -> None:
    stranger = shared_desk.client()
    assert (await stranger.got("/health/live"))["status"] == "ok"
    ready = await stranger.got("/health/ready")
    assert {name: d["state"] for name, d in ready["dependencies"].items()} == {
        "database": "ok",
        "files": "ok",
        "redis": "off",
        "worker": "degraded",
    }
    assert ready["status"] == "degraded"
    assert "no worker runs" in ready["dependencies"]["worker"]["detail"]
    assert ready["dependencies"]["database"]["ms"] > 0


async def test_the_api_is_not_ready_at_an_earlier_releases_schema(desk: Desk, database_url: str) -> None:
    owner = await asyncpg.connect(database_url)
    await owner.execute("update public.schema_revision set version_num = '0000'")
    await owner.close()
    answer = await desk.client().get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (503, "down")
    assert "0000" in answer.json()["dependencies"]["database"]["detail"]
    assert (await desk.client().get("/health/live")).status_code == 200


async def test_the_api_is_ready_at_a_later_releases_schema_for_that_only_adds(desk: Desk, database_url: str) -> None:
    owner = await asyncpg.connect(database_url)
    await owner.execute("update public.schema_revision set version_num = '9999'")
    await owner.close()
    answer = await desk.client().get("/health/ready")
    assert answer.status_code == 200
    assert answer.json()["dependencies"]["database"]["state"] == "ok"
    assert await migrate(database_url, SECRET) is False


async def test_without_its_database_the_api_says_so_and_lives(desk: Desk) -> None:
    client = await desk.staff()
    await desk.database.close()
    answer = await desk.client().get("/health/ready")
    assert (answer.status_code, answer.json()["dependencies"]["database"]["state"]) == (503, "down")
    away = await client.get("/tickets")
    assert (away.status_code, away.json()["code"]) == (503, "unavailable")
    assert away.headers["retry-after"]
    assert (await desk.client().get("/health/live")).status_code == 200
