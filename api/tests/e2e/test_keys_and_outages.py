"""Keys typed faster than the page draws, and a lost connection, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import BrowserContext, Page, expect

from e2e.desk_processes import DeskProcesses, RecordingRelay
from e2e.test_first_light import mail, send, sign_in
from scratch_databases import ADMIN_PASSWORD
from suite.machine_speed import scaled

pytestmark = pytest.mark.browser

PATIENCE_MS = scaled(20) * 1000
expect.set_options(timeout=PATIENCE_MS)
SUBJECT = "VPN drops every 20 minutes"


async def open_ticket(page: Page, processes: DeskProcesses) -> str:
    """Send a mail, open its ticket and return the address."""
    send(processes, mail(SUBJECT, "It drops."))
    await page.get_by_text(SUBJECT).first.click()
    await expect(page.get_by_role("textbox", name="Reply")).to_be_visible()
    return page.url


async def written(page: Page, text: str) -> None:
    """Wait until the reply says a text, in the plain field or in the editor that takes its place."""
    await page.wait_for_function(
        """text => [...document.querySelectorAll("textarea, [contenteditable=true]")].some(
             field => (field.value ?? field.textContent) === text)""",
        arg=text,
        timeout=PATIENCE_MS,
    )


async def test_keys_that_come_before_a_picker_go_into_it_and_its_best_match_is_taken(
    processes: DeskProcesses, relay: RecordingRelay, browser_context: BrowserContext
) -> None:
    page = await browser_context.new_page()
    await sign_in(page, processes)
    for name in ("Facilities", "IT"):
        made = await page.request.post(
            f"{processes.address}/api/v1/teams", data={"name": name}, headers={"Origin": processes.address}
        )
        assert made.ok, await made.text()
    await page.reload()
    await open_ticket(page, processes)
    # All in one go: the page has drawn nothing when the second key comes.
    await page.keyboard.type("sopen")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Open", exact=True)).to_be_visible()
    await expect(page.get_by_role("tab", name="Reply")).to_have_attribute("aria-selected", "true")
    await page.keyboard.type("tit")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="IT", exact=True)).to_be_visible()
    await page.keyboard.type("rHello there")
    await written(page, "Hello there")


async def test_the_desk_outlives_a_bad_line_an_outage_and_the_end_of_its_session(
    processes: DeskProcesses, relay: RecordingRelay, browser_context: BrowserContext
) -> None:
    page = await browser_context.new_page()
    await sign_in(page, processes)
    address = await open_ticket(page, processes)
    reply = page.get_by_role("textbox", name="Reply")
    await reply.fill("Half a thought")
    await expect(page.get_by_text("Draft saved")).to_be_visible()

    await browser_context.set_offline(True)
    await expect(page.get_by_text("You are offline.")).to_be_visible()
    await browser_context.set_offline(False)
    await expect(page.get_by_text("You are offline.")).to_have_count(0)

    await page.goto(f"{processes.address}/desk/tickets?view=all")
    await expect(page.get_by_role("region", name="Tickets").get_by_text(SUBJECT)).to_be_visible()
    await processes.kill("api")
    await page.get_by_role("link", name="Unassigned").click()
    await expect(page.get_by_text("The server cannot be reached")).to_be_visible()
    await processes.start_process("api")
    await expect(page.get_by_role("region", name="Tickets").get_by_text(SUBJECT)).to_be_visible()

    await page.goto(address)
    await written(page, "Half a thought")
    await browser_context.clear_cookies()
    await page.keyboard.press("p")
    await page.get_by_role("option", name=re.compile("Urgent")).click()
    dialog = page.get_by_role("dialog", name="Your session has ended")
    await dialog.get_by_role("textbox", name="Password").fill(ADMIN_PASSWORD)
    await page.keyboard.press("Enter")
    await expect(dialog).to_have_count(0)
    await written(page, "Half a thought")
    assert page.url == address
