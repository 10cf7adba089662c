"""A reply is written with formatting in a real browser, and its mail has it."""

from __future__ import annotations

import json

import pytest
from playwright.async_api import BrowserContext, Page, expect

from e2e.desk_processes import DeskProcesses, RecordingRelay
from e2e.test_first_light import REQUESTER, sign_in
from e2e.test_keys_and_outages import open_ticket
from scratch_databases import connected_as_superuser
from suite.machine_speed import scaled

pytestmark = pytest.mark.browser

PATIENCE_MS = scaled(20) * 1000
expect.set_options(timeout=PATIENCE_MS)

PASTED = "<p class=MsoNormal>Both <b>gateways</b><o:p></o:p></p>"


async def paste(page: Page, html: str) -> None:
    """Paste HTML where the caret is, as a program puts it into the clipboard."""
    await page.evaluate(
        """html => {
             const data = new DataTransfer();
             data.setData("text/html", html);
             data.setData("text/plain", "unformatted");
             const pasted = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
             document.activeElement.dispatchEvent(pasted);
           }""",
        html,
    )


async def test_what_is_typed_before_and_after_the_editor_comes_is_sent_with_its_formatting(
    processes: DeskProcesses, relay: RecordingRelay, browser_context: BrowserContext
) -> None:
    page = await browser_context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    await sign_in(page, processes)
    address = await open_ticket(page, processes)
    number = address.rpartition("/")[2].partition("?")[0]
    # All in one go: the editor is fetched meanwhile, and no key is lost.
    await page.keyboard.type("rHello Ines, this is typed while the editor is on its way.")
    reply = page.get_by_role("textbox", name="Reply")
    await expect(page.get_by_role("toolbar", name="Format")).to_be_visible()
    await expect(reply).to_be_focused()
    await expect(reply).to_have_text("Hello Ines, this is typed while the editor is on its way.")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Control+b")
    await page.keyboard.type("It works")
    await page.keyboard.press("Control+b")
    await page.keyboard.type(" again.")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="List", exact=True).click()
    await page.keyboard.type("first")
    await page.keyboard.press("Enter")
    await page.keyboard.type("second")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await paste(page, PASTED)
    await expect(reply.locator("strong", has_text="gateways")).to_be_visible()
    await expect(page.get_by_text("Draft saved")).to_be_visible()

    # The draft keeps it, whatever becomes of the page.
    await page.reload()
    await expect(reply.locator("strong", has_text="It works")).to_be_visible()
    await reply.press("ControlOrMeta+Enter")

    answer = await relay.mail_to(REQUESTER)
    html, plain = answer.get_body(("html",)), answer.get_body(("plain",))
    assert html is not None
    assert plain is not None
    assert "<strong>It works</strong> again." in html.get_content()
    assert '<li dir="auto">first</li><li dir="auto">second</li>' in html.get_content()
    text = plain.get_content().replace("\r\n", "\n")
    assert "on its way.\nIt works again.\n\n* first\n* second\n\nBoth gateways" in text, text
    ticket = await (await page.request.get(f"{processes.address}/api/v1/tickets/{number}")).json()
    stored = [item for item in ticket["thread"] if item["type"] == "message"][-1]
    assert "<strong>It works</strong>" in stored["html"]
    assert "<o:p>" not in stored["html"]
    assert failures == []


async def test_a_note_names_a_colleague_and_a_reply_shows_what_it_quotes_before_it_is_sent(
    processes: DeskProcesses, relay: RecordingRelay, browser_context: BrowserContext
) -> None:
    page = await browser_context.new_page()
    await sign_in(page, processes)
    await open_ticket(page, processes)
    me = await (await page.request.get(f"{processes.address}/api/v1/me")).json()
    name = me["person"]["name"]
    await page.keyboard.type("n")
    note = page.get_by_role("textbox", name="Write a note")
    await expect(page.get_by_role("toolbar", name="Format")).to_be_visible()
    await page.keyboard.type(f"Ask @{name[:3]}")
    await expect(page.get_by_role("option", name=name)).to_be_visible()
    await page.keyboard.press("Enter")
    await page.keyboard.type("first")
    await expect(note.locator("span[data-mention]")).to_have_text(f"@{name}")
    await expect(note).to_have_text(f"Ask @{name} first")
    await note.press("ControlOrMeta+Enter")
    await expect(page.get_by_role("article").filter(has_text=f"Ask @{name} first")).to_be_visible()
    async with connected_as_superuser(processes.database_url) as connection:
        mentions = await connection.fetchval("select mentions from messages where kind = 'note'")
    assert json.loads(mentions) == {"staff_ids": [me["person"]["id"]], "team_ids": []}
    await page.keyboard.type("r")
    await page.get_by_role("button", name="What the reply quotes").click()
    await page.get_by_role("menuitem", name="The last public message").click()
    reply = page.get_by_role("textbox", name="Write a reply")
    await expect(reply.locator("blockquote")).to_have_text("It drops.")
    await reply.locator("p").first.click()
    await page.keyboard.type("Here is what you wrote:")
    await reply.press("ControlOrMeta+Enter")
    answer = await relay.mail_to(REQUESTER)
    plain = answer.get_body(("plain",))
    assert plain is not None
    text = plain.get_content()
    assert text.startswith("Here is what you wrote:")
    assert text.count("> It drops.") == 1, text
    assert "Ask @" not in text
