"""A form in a page of another site, by the two lines that the settings give: the frame follows its height."""

from __future__ import annotations

import http.server
import math
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page, expect

from e2e.desk_processes import DeskProcesses
from scratch_databases import ADMIN_EMAIL, ADMIN_PASSWORD
from waiting import until

pytestmark = pytest.mark.browser

OtherSite = Callable[[str], str]


@pytest.fixture
def other_site() -> Iterator[OtherSite]:
    """Return what serves a page at another origin and returns its address."""
    pages: list[str] = []

    class Pages(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(b"" if self.path != "/" else pages[-1].encode())

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()

    def serve(page: str) -> str:
        pages.append(page)
        return f"http://127.0.0.1:{server.server_port}/"

    yield serve
    server.shutdown()
    thread.join()
    server.server_close()


async def post(page: Page, processes: DeskProcesses, path: str, body: dict[str, Any]) -> Any:
    address = f"{processes.address}/api/v1{path}"
    answer = await page.request.post(address, data=body, headers={"origin": processes.address})
    assert answer.ok, await answer.text()
    return await answer.json()


async def public_form(page: Page, processes: DeskProcesses) -> int:
    """Add a form that shows ten fields more for a machine; return its id."""
    await post(page, processes, "/session", {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD})
    new = {"entity": "ticket", "requesters": "edit"}
    options = [{"name": "Machine", "key": "machine"}, {"name": "Building", "key": "building"}]
    await post(page, processes, "/custom-fields", new | {"name": "Topic", "kind": "choice", "options": options})
    keys = [
        (await post(page, processes, "/custom-fields", new | {"name": f"Part {number}", "kind": "text"}))["key"]
        for number in range(10)
    ]
    is_machine = {"node": "leaf", "field": "field.topic", "operator": "is", "values": ["machine"]}
    sections = [
        {"fields": [{"field": "subject"}, {"field": "text"}, {"field": "field.topic"}]},
        {"title": "Parts", "shown_when": is_machine, "fields": [{"field": f"field.{key}"} for key in keys]},
    ]
    form = {"name": 'Broken & "worn"', "key": "broken", "sections": sections, "public": True}
    return (await post(page, processes, "/forms", form))["id"]


async def test_a_frame_in_a_page_of_another_site_follows_the_height_of_its_form(
    processes: DeskProcesses, browser_context: BrowserContext, other_site: OtherSite
) -> None:
    page = await browser_context.new_page()
    form_id = await public_form(page, processes)
    await page.goto(f"{processes.address}/desk/settings/forms?edit={form_id}")
    snippet = await page.get_by_role("dialog").locator("pre").inner_text()
    assert len(snippet.strip().splitlines()) == 2
    await page.goto(other_site(f"<!doctype html><title>Other site</title><body>{snippet}</body>"))
    frame = page.locator("iframe")
    await expect(frame).to_have_attribute("title", 'Broken & "worn"')
    inside = frame.content_frame
    await expect(inside.get_by_label("Subject")).to_be_visible()

    async def heights() -> tuple[float, float]:
        box = await frame.bounding_box()
        assert box is not None
        return box["height"], await inside.locator("main").evaluate("(one) => one.getBoundingClientRect().height")

    async def is_followed() -> bool:
        around, form = await heights()
        return around == math.ceil(form)

    async def follows() -> float:
        await until(is_followed)
        return (await heights())[0]

    short = await follows()
    await inside.get_by_label("Topic").select_option("machine")
    await expect(inside.get_by_label("Part 9")).to_be_visible()
    assert await follows() > short + 400
    await inside.get_by_label("Topic").select_option("building")
    await expect(inside.get_by_label("Part 9")).to_have_count(0)
    assert await follows() == short
    # Whoever is not the frame sets no height.
    await page.evaluate(
        """() => new Promise((done) => {
          addEventListener("message", () => done());
          postMessage({ type: "atum-form-height", form: "broken", height: 5000 }, "*");
        })"""
    )
    assert await follows() == short
