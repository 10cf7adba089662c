"""A page that ends at any key loses the keys of a moment, and the server has the rest."""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import suppress

import pytest
from playwright.async_api import BrowserContext, Error, Page

from e2e.desk_processes import DeskProcesses, RecordingRelay
from e2e.test_first_light import sign_in
from e2e.test_keys_and_outages import open_ticket
from suite.machine_speed import scaled

pytestmark = pytest.mark.browser

KILLS = 8
# The page saves 0.7 s after a key; what is added is the way to the server, on a machine that does other things, too.
MOST_LOST_SECONDS = 2.0
KEYS = "abcdefghijklmnopqrstuvwxyz "


async def crash(page: Page) -> None:
    """End the page's process at once: nothing of it runs any more, no handler of its end either."""
    session = await page.context.new_cdp_session(page)
    with suppress(Error):
        async with page.expect_event("crash", timeout=scaled(20) * 1000):
            crashing = asyncio.ensure_future(session.send("Page.crash"))
    crashing.cancel()
    await page.close()


async def type_for_a_while(page: Page, chance: random.Random) -> list[tuple[float, str]]:
    """Type at random for one to three seconds; return each key with the moment after it."""
    typed = []
    end = time.monotonic() + chance.uniform(1, 3)
    while time.monotonic() < end:
        key = chance.choice(KEYS)
        await page.keyboard.type(key)
        typed.append((time.monotonic(), key))
        await asyncio.sleep(chance.uniform(0, 0.12))
    return typed


@pytest.mark.slow("types in real time, some two seconds for each kill")
async def test_a_killed_page_loses_the_keys_of_a_moment(
    processes: DeskProcesses, relay: RecordingRelay, browser_context: BrowserContext
) -> None:
    chance = random.Random(57)
    first = await browser_context.new_page()
    await sign_in(first, processes)
    address = await open_ticket(first, processes)
    number = address.rpartition("/")[2].partition("?")[0]
    for _ in range(KILLS):
        page = await browser_context.new_page()
        await page.goto(address)
        reply = page.get_by_role("textbox", name="Reply")
        await reply.click()
        await reply.press("ControlOrMeta+End")
        # Its letters as the draft counts them: the field is a text area until the editor has come.
        before = await reply.evaluate("field => field.value ?? field.textContent")
        typed = await type_for_a_while(page, chance)
        killed_at = time.monotonic()
        await crash(page)
        safe = "".join(key for at, key in typed if at < killed_at - scaled(MOST_LOST_SECONDS))
        answer = await first.request.get(f"{processes.address}/api/v1/tickets/{number}/drafts")
        own = (await answer.json())["own"]
        assert not safe or own[0]["text"].startswith(before + safe), (own, before, safe)
