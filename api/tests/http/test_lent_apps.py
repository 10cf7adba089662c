"""The routes of a desk that is gone serve the next one; none that may still be asked are touched."""

from __future__ import annotations

import gc

import msgspec

from desk import Desk


async def test_routes_are_lent_on_when_nobody_can_ask_them(desk: Desk, shared_desk: Desk) -> None:
    # Its largest body is this test's own: no routes for it are idle.
    settings = msgspec.structs.replace(desk.settings, upload_max_bytes=desk.settings.upload_max_bytes + 4_711)
    first = Desk(desk.database, settings, desk.given)
    client, routes = await first.administrator(), first.app._routes
    del first
    gc.collect()

    beside = Desk(shared_desk.database, settings, shared_desk.given)
    assert beside.app._routes is not routes
    await client.got("/me")
    stranger = await shared_desk.administrator()
    assert (await client.get("/me", headers=dict(stranger.headers))).status_code == 401

    del client
    gc.collect()
    then = Desk(shared_desk.database, settings, shared_desk.given)
    assert then.app._routes is routes
    assert then.app._times is not beside.app._times
    assert (await then.client(None).get("/me", headers=dict(stranger.headers))).status_code == 200
