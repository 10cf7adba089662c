"""A view is made in a real browser, counted live, and says why a ticket is in it."""

from __future__ import annotations

import os

import pytest
from playwright.async_api import BrowserContext, Page, expect

from e2e.desk_processes import DeskProcesses
from e2e.test_first_light import PATIENCE_MS, sign_in
from e2e.test_reading import open_ticket

pytestmark = pytest.mark.browser


async def shot(page: Page, name: str) -> None:
    """Keep a picture where somebody wants to look at it."""
    if folder := os.environ.get("ATUM_SHOTS"):
        await page.screenshot(path=f"{folder}/{name}.png")


async def test_a_view_is_made_counted_live_and_explained(
    processes: DeskProcesses, browser_context: BrowserContext
) -> None:
    page = await browser_context.new_page()
    await sign_in(page, processes)
    pump = await open_ticket(page, processes, "Pump leaks")
    await open_ticket(page, processes, "Relay clicks")
    await page.get_by_role("link", name="New view").click()
    await page.get_by_role("textbox", name="Name").fill("Pumps")
    await page.get_by_role("combobox", name="The same as text").fill("subject:pump")
    value = page.get_by_role("textbox", name="Value of Subject")
    await expect(value).to_have_value("pump", timeout=PATIENCE_MS)
    await expect(page.get_by_text("1 ticket", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    await shot(page, "editor")
    await page.keyboard.press("Control+s")
    link = page.get_by_role("navigation", name="Main").get_by_role("link", name="Pumps")
    await expect(link).to_have_attribute("aria-current", "page", timeout=PATIENCE_MS)
    await expect(link).to_contain_text("1", timeout=PATIENCE_MS)
    rows = page.get_by_role("region", name="Tickets")
    await expect(rows.get_by_text("Pump leaks")).to_be_visible(timeout=PATIENCE_MS)
    await expect(rows.get_by_text("Relay clicks")).to_have_count(0)
    await open_ticket(page, processes, "Pump hums")
    await expect(link).to_contain_text("2", timeout=PATIENCE_MS)
    await expect(rows.get_by_text("Pump hums")).to_be_visible(timeout=PATIENCE_MS)
    await page.keyboard.press("w")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Ticket").fill(str(pump))
    await expect(dialog.get_by_text(f"Ticket {pump} is in this view.")).to_be_visible(timeout=PATIENCE_MS)
    await shot(page, "explained")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="This view").click()
    await page.get_by_role("menuitem", name="Columns and sort").click()
    await dialog.get_by_role("checkbox", name="Team", exact=True).click()
    await shot(page, "layout")
    await dialog.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Pumps is laid out for you")).to_be_visible(timeout=PATIENCE_MS)
    await shot(page, "list")
