"""What a first visit costs on the wire: the built application, its real server, a real browser."""

from __future__ import annotations

import io
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.async_api import BrowserContext, Page, expect

from atum_desk.kernel.database.units_of_work import Database
from e2e.desk_processes import DeskProcesses
from e2e.test_first_light import sign_in
from factories import Given
from waiting import until

pytestmark = pytest.mark.browser

# With headers, and with what the page asks the API for (docs/performance.md).
DESK_BYTES, DESK_REQUESTS = 303_500, 22
# Of these the code alone, which a browser has to read, too.
DESK_JAVASCRIPT_BYTES = 250_000
PORTAL_BYTES, PORTAL_REQUESTS = 120_000, 20
TICKETS = 60


class Wire:
    """Counts what a page asks for and how many bytes come, as the browser's network stack has it."""

    def __init__(self) -> None:
        self.bytes: dict[str, float] = {}
        self.addresses: dict[str, str] = {}

    async def listen(self, page: Page) -> None:
        """Count from now on what this page loads, as if it had never been here."""
        session = await page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.loadingFinished", self._finished)
        await session.send("Network.enable")
        await session.send("Network.clearBrowserCache")

    def forget(self) -> None:
        self.bytes.clear()
        self.addresses.clear()

    def _asked(self, event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith("http"):
            self.addresses[event["requestId"]] = event["request"]["url"]

    def _finished(self, event: dict[str, Any]) -> None:
        self.bytes[event["requestId"]] = event["encodedDataLength"]

    @property
    def total_bytes(self) -> int:
        return int(sum(self.bytes.get(one, 0) for one in self.addresses))

    @property
    def javascript_bytes(self) -> int:
        return int(sum(self.bytes.get(one, 0) for one, url in self.addresses.items() if url.endswith(".js")))

    @property
    def fetched(self) -> list[str]:
        """What came over the wire, not out of the browser's cache."""
        return [url for one, url in self.addresses.items() if self.bytes.get(one, 0) > 0]

    def __str__(self) -> str:
        lines = sorted(f"{self.bytes.get(one, 0):>9.0f}  {url}" for one, url in self.addresses.items())
        return "\n".join([f"{len(lines)} requests, {self.total_bytes} bytes", *lines])


async def given_tickets(database: Database) -> None:
    given = await Given.of_first_workspace(database)
    for number in range(TICKETS):
        await given.ticket(f"The VPN of office {number} drops every twenty minutes")


async def given_logo(page: Page, processes: DeskProcesses) -> None:
    """Set a logo that is as large as one gets: nothing compresses it."""
    buffer = io.BytesIO()
    Image.effect_noise((900, 500), 200).convert("RGB").save(buffer, "PNG")
    answer = await page.request.put(
        f"{processes.address}/api/v1/workspace/logo",
        multipart={"file": {"name": "logo.png", "mimeType": "image/png", "buffer": buffer.getvalue()}},
        headers={"origin": processes.address},
    )
    assert answer.ok, await answer.text()


async def expect_kept(wire: Wire, page: Page) -> None:
    """On a second visit the browser has every file whose name is a hash of its content."""
    address = page.url
    await page.goto("about:blank")
    wire.forget()
    await page.goto(address)
    await loaded(wire, page)
    for kept in ("/assets/", "/logos/"):
        assert [url for url in wire.addresses.values() if kept in url], wire
        assert not [url for url in wire.fetched if kept in url], wire


async def loaded(wire: Wire, page: Page) -> None:
    """Wait for the logo, which is asked for last: on a busy machine the network is idle before the code runs."""
    await until(lambda: any("/logos/" in url for url in wire.addresses.values()), 20)
    await page.wait_for_load_state("networkidle")
    await until(lambda: wire.addresses.keys() <= wire.bytes.keys(), 20)


async def expect_gzip_for(wire: Wire, limit_bytes: int) -> None:
    """Browsers get no Brotli without TLS: gzip may cost an eighth more."""
    total = 0
    async with httpx.AsyncClient(headers={"accept-encoding": "gzip"}) as client:
        for url in wire.addresses.values():
            if "/api/" not in url:
                answer = await client.get(url)
                total += int(answer.headers["content-length"])
                fonts = url.endswith(".woff2")
                small = len(answer.content) < 500
                assert fonts or small or answer.headers["content-encoding"] == "gzip", url
    assert total < limit_bytes * 1.13


async def test_the_first_load_of_the_desk_stays_within_its_budget(
    processes: DeskProcesses, database: Database, browser_context: BrowserContext
) -> None:
    await given_tickets(database)
    page = await browser_context.new_page()
    await sign_in(page, processes)
    await given_logo(page, processes)
    await page.goto("about:blank")
    wire = Wire()
    await wire.listen(page)
    await page.goto(f"{processes.address}/desk/tickets?view=all_open")
    await expect(page.get_by_text("The VPN of office 59").first).to_be_visible()
    await loaded(wire, page)
    print(wire)
    assert wire.total_bytes < DESK_BYTES, wire
    assert 0 < wire.javascript_bytes < DESK_JAVASCRIPT_BYTES, wire
    assert len(wire.addresses) <= DESK_REQUESTS, wire
    assert any("/logos/" in url for url in wire.fetched), wire
    await expect_gzip_for(wire, DESK_BYTES)
    await expect_kept(wire, page)


async def test_the_first_load_of_the_portal_stays_within_its_budget(
    processes: DeskProcesses, browser_context: BrowserContext
) -> None:
    page = await browser_context.new_page()
    await sign_in(page, processes)
    await given_logo(page, processes)
    await page.context.clear_cookies()
    await page.goto("about:blank")
    wire = Wire()
    await wire.listen(page)
    await page.goto(f"{processes.address}/")
    await expect(page.get_by_role("textbox", name="Subject")).to_be_visible()
    await loaded(wire, page)
    print(wire)
    assert wire.total_bytes < PORTAL_BYTES, wire
    assert len(wire.addresses) <= PORTAL_REQUESTS, wire
    assert any("/logos/" in url for url in wire.fetched), wire
    await expect_gzip_for(wire, PORTAL_BYTES)
    await expect_kept(wire, page)
