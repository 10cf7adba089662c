"""Views of the rail and columns of a list are put in another order in a real browser, by mouse and by keys."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect

from e2e.desk_processes import DeskProcesses
from e2e.test_first_light import sign_in
from waiting import until

pytestmark = pytest.mark.browser


async def order_is(entries: Locator, expected: list[str]) -> None:
    """Wait until entries stand in an order; each begins with its name."""

    async def stands() -> bool:
        found = [text.strip() for text in await entries.all_inner_texts()]
        return len(found) == len(expected) and all(map(str.startswith, found, expected))

    await until(stands)


async def undone(page: Page) -> None:
    """Take the last change back by its toast, and wait for the server's answer."""
    async with page.expect_response(lambda one: one.url.endswith("/undo") and one.ok):
        await page.get_by_role("button", name="Undo", exact=True).last.click()


def stored(page: Page, ending: str) -> Any:
    return page.expect_response(lambda one: one.url.endswith(ending) and one.request.method != "GET" and one.ok)


async def test_a_view_is_dragged_in_the_rail_and_moved_by_keys(
    processes: DeskProcesses, browser_context: BrowserContext
) -> None:
    page = await browser_context.new_page()
    await sign_in(page, processes)
    rail = page.get_by_role("navigation", name="Main")
    first = rail.locator("div:has(> a[draggable=true])").first
    views = first.locator("> a[draggable=true]")
    await expect(views.nth(1)).to_contain_text("Unassigned")
    names = [(await one.locator("bdi").inner_text()).strip() for one in await views.all()]
    await order_is(views, names)
    dragged = [names[3], *names[:3], *names[4:]]
    async with stored(page, "/views/order"):
        await views.nth(3).drag_to(views.nth(0))
    await order_is(views, dragged)
    await page.reload()
    await order_is(views, dragged)
    await views.nth(0).focus()
    async with stored(page, "/views/order"):
        await page.keyboard.press("Alt+ArrowDown")
    by_keys = [names[0], names[3], *names[1:3], *names[4:]]
    await order_is(views, by_keys)
    await expect(views.nth(1)).to_be_focused()
    await undone(page)
    await order_is(views, dragged)
    await page.reload()
    await order_is(views, dragged)


async def test_a_column_is_dragged_in_the_choice_and_moved_by_keys(
    processes: DeskProcesses, browser_context: BrowserContext
) -> None:
    page = await browser_context.new_page()
    await sign_in(page, processes)
    dialog = page.get_by_role("dialog")
    choice = dialog.get_by_role("group", name="Columns")
    chosen = choice.locator("li[draggable=true]")

    async def open_choice() -> None:
        await page.goto(f"{processes.address}/desk/tickets?view=all_open")
        await page.get_by_role("button", name="This view").click()
        await page.get_by_role("menuitem", name="Columns and sort").click()
        await expect(choice).to_be_visible()

    async def save() -> None:
        async with stored(page, "/layout"):
            await dialog.get_by_role("button", name="Save").click()
        await expect(dialog).to_have_count(0)

    await open_choice()
    before = [text.strip() for text in await chosen.all_inner_texts()]
    for name in ("Team", "Priority", "Channel"):
        box = choice.get_by_role("checkbox", name=name, exact=True)
        if name not in before:
            await box.click()
    names = [text.strip() for text in await chosen.all_inner_texts()]
    assert len(names) >= 3
    await chosen.last.drag_to(chosen.first)
    dragged = [names[-1], *names[:-1]]
    await order_is(chosen, dragged)
    await chosen.first.get_by_role("checkbox").focus()
    await page.keyboard.press("Alt+ArrowDown")
    by_keys = [dragged[1], dragged[0], *dragged[2:]]
    await order_is(chosen, by_keys)
    await expect(chosen.nth(1).get_by_role("checkbox")).to_be_focused()
    await save()
    await open_choice()
    await order_is(chosen, by_keys)
    # The buttons do the same.
    await chosen.nth(1).get_by_role("button", name=f"Move {dragged[0]} up").click()
    await order_is(chosen, dragged)
    await save()
    await undone(page)
    await open_choice()
    await order_is(chosen, by_keys)
