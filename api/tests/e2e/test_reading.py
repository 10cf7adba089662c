"""What only a real browser shows: where rows, bars and subjects lie, and what is on paper."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect

from e2e.desk_processes import DeskProcesses
from e2e.test_first_light import PATIENCE_MS, sign_in
from scratch_databases import ADMIN_EMAIL, ADMIN_PASSWORD

pytestmark = pytest.mark.browser

UNBROKEN = "x" * 30 + "".join(f"Part{number}" for number in range(60))
TICKETS = 40


async def post(page: Page, processes: DeskProcesses, path: str, body: dict[str, Any]) -> Any:
    answer = await page.request.post(
        f"{processes.address}/api/v1{path}", data=body, headers={"origin": processes.address}
    )
    assert answer.ok, await answer.text()
    return await answer.json()


async def open_ticket(page: Page, processes: DeskProcesses, subject: str, text: str = "Please help.") -> int:
    body = {"subject": subject, "text": text, "requester": {"email": "a@halvorsen.example"}}
    return (await post(page, processes, "/tickets", body))["number"]


async def box_of(locator: Locator) -> dict[str, float]:
    box = await locator.bounding_box()
    assert box is not None
    return {"top": box["y"], "bottom": box["y"] + box["height"], "end": box["x"] + box["width"]}


async def test_the_current_row_is_in_sight_also_under_the_bar_and_a_toast(
    processes: DeskProcesses, browser_context: BrowserContext
) -> None:
    page = await browser_context.new_page()
    await sign_in(page, processes)
    for number in range(TICKETS):
        await open_ticket(page, processes, f"Counted {number}")
    await page.goto(f"{processes.address}/desk/tickets?view=all")
    rows = page.get_by_role("region", name="Tickets")
    await expect(rows.get_by_text(f"Counted {TICKETS - 1}")).to_be_visible()
    for _ in range(TICKETS):
        await page.keyboard.press("j")
    await page.keyboard.press("x")
    current = page.locator("[data-current]")
    bar = page.get_by_role("toolbar", name="1 selected")
    await expect(bar).to_be_visible()
    await expect(current).to_be_in_viewport(ratio=1)
    await page.keyboard.press("e")
    await expect(page.get_by_text("1 ticket resolved")).to_be_visible()
    await page.keyboard.press("z")
    told = page.get_by_text("Undone")
    await expect(told).to_be_visible()
    # A real click fails where something lies over its target.
    await page.get_by_role("button", name="Redo").click(trial=True)
    toast, toolbar, pane = await box_of(told), await box_of(bar), await box_of(rows)
    assert pane["bottom"] <= toast["top"]
    assert toast["bottom"] <= toolbar["top"]


@pytest.mark.parametrize("width", [390, 1440])
async def test_a_subject_without_a_space_is_shown_whole(
    processes: DeskProcesses, browser_context: BrowserContext, width: int
) -> None:
    page = await browser_context.new_page()
    await page.set_viewport_size({"width": width, "height": 844})
    # The rail, which `sign_in` waits for, has no room here.
    await post(page, processes, "/session", {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD})
    number = await open_ticket(page, processes, UNBROKEN)
    await page.goto(f"{processes.address}/desk/tickets/{number}")
    subject = page.get_by_role("heading", name=UNBROKEN)
    await expect(subject).to_be_visible()
    assert (await box_of(subject))["end"] <= width
    assert await subject.evaluate("h => [h, ...h.children].every(e => e.scrollWidth <= innerWidth)")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_a_cut_subject_in_the_list_is_shown_whole_by_pointer_and_by_focus(
    processes: DeskProcesses, browser_context: BrowserContext
) -> None:
    page = await browser_context.new_page()
    await sign_in(page, processes)
    await open_ticket(page, processes, UNBROKEN)
    await page.goto(f"{processes.address}/desk/tickets?view=all")
    rows = page.get_by_role("region", name="Tickets")
    cut = rows.locator("[data-whole]").first
    await expect(cut).to_contain_text(UNBROKEN)
    whole = page.locator("[aria-hidden=true]", has_text=UNBROKEN)
    await expect(whole).to_have_count(0)
    await cut.hover()
    await expect(whole).to_be_visible()
    await page.mouse.move(0, 0)
    await expect(whole).to_have_count(0)
    await page.keyboard.press("Tab")
    link = rows.get_by_role("link").first
    await link.focus()
    await expect(whole).to_be_visible()


LONG = "The VPN of the office in Lisbon drops every twenty minutes"
LONGER = f"{LONG}, {LONG.lower()} since the weekend"


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
async def test_on_a_phone_a_row_is_as_high_as_its_subject_needs(
    processes: DeskProcesses, browser_context: BrowserContext, direction: str
) -> None:
    page = await browser_context.new_page()
    await page.set_viewport_size({"width": 390, "height": 844})
    await post(page, processes, "/session", {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD})
    for subject in ("Short", LONG, LONGER):
        await open_ticket(page, processes, subject)
    await page.goto(f"{processes.address}/desk/tickets?view=all")
    await page.evaluate("dir => document.documentElement.dir = dir", direction)
    rows = page.get_by_role("region", name="Tickets")
    subjects = rows.locator("[data-whole]")
    await expect(subjects).to_have_count(3)
    # The whole subject is what is read out, also where the eye sees an ellipsis.
    await expect(rows.get_by_role("link", name=LONGER)).to_be_visible()
    longer, long, short = [
        await subjects.nth(place).evaluate(
            "e => [Math.round(e.clientHeight / parseFloat(getComputedStyle(e).lineHeight)),"
            " e.scrollHeight > e.clientHeight + 1]"
        )
        for place in range(3)
    ]
    assert (short, long, longer) == ([1, False], [2, False], [2, True])
    heights = await rows.get_by_role("link").evaluate_all("all => all.map(e => e.offsetHeight)")
    assert heights == [104, 104, 84]
    # Turned, the room grows: what had two lines has one, and the rows move together.
    await page.set_viewport_size({"width": 760, "height": 390})
    await expect(subjects.nth(2)).to_be_visible()
    turned = await rows.get_by_role("link").evaluate_all("all => all.map(e => e.offsetHeight)")
    assert turned == [104, 84, 84]
    places = await rows.get_by_role("link").evaluate_all("all => all.map(e => e.getBoundingClientRect().top)")
    assert [places[1] - places[0], places[2] - places[1]] == [104, 84]
    assert await rows.get_by_role("link").evaluate_all(
        "all => all.every(e => e.scrollHeight <= e.clientHeight && e.scrollWidth <= e.clientWidth)"
    )


async def test_a_ticket_opens_at_the_beginning_of_its_newest_message(
    processes: DeskProcesses, browser_context: BrowserContext
) -> None:
    page = await browser_context.new_page()
    await sign_in(page, processes)
    lines = "\n".join(f"Line {number}" for number in range(200))
    number = await open_ticket(page, processes, "A log", f"First of all\n{lines}\nLast of all")
    await page.goto(f"{processes.address}/desk/tickets/{number}")
    await expect_begins_in_sight(page, "First of all")
    # A reader who went to the end sees what comes next from its beginning, too.
    await page.get_by_role("log", name="Thread").hover(position={"x": 300, "y": 300})
    await page.mouse.wheel(0, 100_000)
    answer = {"kind": "note", "text": f"Noted first\n{lines}\nNoted last"}
    await post(page, processes, f"/tickets/{number}/messages", answer)
    await expect_begins_in_sight(page, "Noted first")


async def expect_begins_in_sight(page: Page, text: str) -> None:
    """Wait until the newest message is this one and its beginning stands at the top of the thread."""
    await page.wait_for_function(
        """text => {
            const pane = document.querySelector('[role=log]')?.parentElement;
            const newest = [...(pane?.querySelectorAll('article') ?? [])].at(-1);
            if (!newest?.textContent.includes(text)) return false;
            const gap = newest.getBoundingClientRect().top - pane.getBoundingClientRect().top;
            return gap >= 0 && gap < 40;
        }""",
        arg=text,
        timeout=PATIENCE_MS,
    )


async def test_on_paper_stands_the_ticket_alone(processes: DeskProcesses, browser_context: BrowserContext) -> None:
    page = await browser_context.new_page()
    await sign_in(page, processes)
    number = await open_ticket(page, processes, "Rain gauge", "It counts twice.")
    await post(page, processes, f"/tickets/{number}/messages", {"kind": "note", "text": "Known."})
    await page.goto(f"{processes.address}/desk/tickets/{number}")
    thread = page.get_by_role("log", name="Thread")
    await expect(thread.get_by_text("It counts twice.")).to_be_visible()
    await page.emulate_media(media="print", color_scheme="dark")
    head = page.locator("header", has=page.get_by_role("heading", name="Rain gauge"))
    await expect(head).to_contain_text(f"#{number}")
    await expect(head).to_contain_text("a@halvorsen.example")
    await expect(thread.get_by_text("It counts twice.")).to_be_visible()
    await expect(thread.get_by_text("Note, staff only")).to_be_visible()
    for frame in ("navigation", "complementary", "textbox"):
        await expect(page.get_by_role(frame).filter(visible=True)).to_have_count(0)
    for button in ("Resolve", "Reply", "Send", "Copy the link"):
        await expect(page.get_by_role("button", name=button)).to_have_count(0)
    colours = await thread.evaluate(
        "e => { const s = getComputedStyle(e.querySelector('article p'));"
        " const ground = getComputedStyle(document.querySelector('main'));"
        " return [s.color, ground.backgroundColor] }"
    )
    assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    await page.emulate_media(media="screen")
    await expect(page.get_by_role("navigation").first).to_be_visible()
