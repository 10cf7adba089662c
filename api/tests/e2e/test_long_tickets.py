"""Threads of two thousand messages in a real browser: all of it is in reach, and what is drawn stays bounded."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page, expect

from atum_desk.kernel.database.units_of_work import Database
from e2e.desk_processes import DeskProcesses
from e2e.test_first_light import PATIENCE_MS, sign_in
from factories import Given
from long_tickets import long_ticket

pytestmark = pytest.mark.browser

LONG = 2_000
# The newest fifty messages, and two or three parts of twenty-five beside them, whatever was scrolled through.
MOST_ELEMENTS = 6_000

# Scrolls up to the first message as a reader does, and tells which messages were ever drawn and how much was at once.
SCROLL_THROUGH = """async () => {
  const pane = document.querySelector('[role=log]').parentElement;
  const seen = new Set();
  let most = 0, moved = 0;
  const shown = () => [...document.querySelectorAll('[role=log] article')];
  const turn = () => new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
  for (let step = 0; step < 4000; step += 1) {
    for (const one of shown()) seen.add(one.id);
    most = Math.max(most, document.querySelectorAll('*').length);
    while (document.querySelector('[data-gap] button:disabled')) await turn();
    const isFolded = document.querySelector('[data-gap]') !== null;
    if (pane.scrollTop === 0 && !isFolded) break;
    pane.scrollTop += pane.scrollTop === 0 ? 900 : -700;
    await turn();
    const edge = pane.getBoundingClientRect().top;
    const held = shown().find((one) => one.getBoundingClientRect().bottom > edge);
    const before = held?.getBoundingClientRect().top;
    await turn(); await turn();
    if (held?.isConnected) moved = Math.max(moved, Math.abs(held.getBoundingClientRect().top - before));
  }
  return { seen: seen.size, most, moved };
}"""


async def open_desk(page: Page, processes: DeskProcesses, address: str) -> None:
    await page.goto(f"{processes.address}{address}")


@pytest.mark.slow("scrolls through two thousand messages")
async def test_two_thousand_messages_are_in_reach_with_a_bounded_page(
    processes: DeskProcesses, database: Database, browser_context: BrowserContext
) -> None:
    ticket = await long_ticket(await Given.of_first_workspace(database), LONG, with_html=True)
    page = await browser_context.new_page()
    page.set_default_timeout(PATIENCE_MS * 5)
    await sign_in(page, processes)
    await open_desk(page, processes, f"/desk/tickets/{ticket.number}")
    thread = page.get_by_role("log", name="Thread")
    await expect(thread.get_by_text(f"{LONG - 51:,} earlier messages")).to_be_attached()
    await expect(thread.get_by_text(f"Answer number {LONG - 1}.")).to_be_in_viewport()
    found: dict[str, Any] = await page.evaluate(SCROLL_THROUGH)
    print(found)
    assert found["seen"] == LONG
    assert found["most"] < MOST_ELEMENTS
    assert found["moved"] < 4
    await expect(thread.get_by_text("earlier message")).to_have_count(0)
