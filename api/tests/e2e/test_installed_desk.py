"""The desk as an installed application, and what its service worker does with a push, in a real browser.

A browser without a push service cannot subscribe, so the message is handed to the worker by the browser's own tools.
"""

from __future__ import annotations

import io
import json
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

SHOWN = "self.registration.getNotifications().then((all) => all.map(({ title, tag, data }) => ({ title, tag, data })))"
PRESS = """self.registration.getNotifications().then(([notification]) =>
    self.dispatchEvent(new NotificationEvent("notificationclick", { notification })))"""


async def registered(page: Page) -> str:
    """Register the service worker as the settings do, and return its id for the browser's tools."""
    session = await page.context.new_cdp_session(page)
    found: list[str] = []

    def note(event: dict[str, Any]) -> None:
        found.extend(one["registrationId"] for one in event["registrations"] if not one["isDeleted"])

    session.on("ServiceWorker.workerRegistrationUpdated", note)
    await session.send("ServiceWorker.enable")
    await page.evaluate(
        "navigator.serviceWorker.register('/sw.js', { updateViaCache: 'none' }).then(() => navigator.serviceWorker.ready)"
    )
    await until(lambda: bool(found), 20)
    return found[-1]


async def test_a_push_is_shown_and_a_press_on_it_opens_the_ticket(
    processes: DeskProcesses, database: Database, browser_context: BrowserContext
) -> None:
    ticket = await (await Given.of_first_workspace(database)).ticket("The VPN drops")
    await browser_context.grant_permissions(["notifications"], origin=processes.address)
    page = await browser_context.new_page()
    await sign_in(page, processes)
    registration_id = await registered(page)
    # From now on the worker belongs to the page, which follows what it says.
    await page.goto(f"{processes.address}/desk/notifications")
    await expect(page.get_by_role("heading", name="Notifications").first).to_be_visible()
    path = f"/desk/tickets/{ticket.number}"
    message = {"title": "The VPN drops", "body": "Ann answered", "tag": "ticket-1", "path": path, "unread": 3}
    session = await browser_context.new_cdp_session(page)
    await session.send("ServiceWorker.enable")
    for title in ("The VPN drops", "It drops again"):
        await session.send(
            "ServiceWorker.deliverPushMessage",
            {
                "origin": processes.address,
                "registrationId": registration_id,
                "data": json.dumps(message | {"title": title}),
            },
        )
    await until(lambda: bool(browser_context.service_workers), 20)
    worker = browser_context.service_workers[0]

    async def shown() -> bool:
        return [one["title"] for one in await worker.evaluate(SHOWN)] == ["It drops again"]

    # The second of one ticket took the place of the first.
    await until(shown, 20)
    await worker.evaluate(PRESS)
    await page.wait_for_url(f"**{path}")
    # It keeps no files: what the page loads comes from the server.
    assert await page.evaluate("caches.keys()") == []


async def test_the_desk_can_be_installed_and_the_portal_is_a_page(
    processes: DeskProcesses, browser_context: BrowserContext
) -> None:
    page = await browser_context.new_page()
    await sign_in(page, processes)
    link = page.locator("link[rel=manifest]")
    await expect(link).to_have_attribute("href", "/manifest.webmanifest")
    async with httpx.AsyncClient(base_url=processes.address) as client:
        answer = await client.get("/manifest.webmanifest")
        assert answer.headers["content-type"] == "application/manifest+json"
        manifest = answer.json()
        for icon in manifest["icons"]:
            image = Image.open(io.BytesIO((await client.get(icon["src"])).content))
            assert f"{image.width}x{image.height}" == icon["sizes"]
        assert (await client.get(manifest["start_url"])).status_code == 200
        # A release that is put in its place is found at once.
        assert (await client.get("/sw.js")).headers["cache-control"] == "no-cache"
    # Relative to the host, whichever name the desk has.
    assert all(icon["src"].startswith("/") for icon in manifest["icons"])
    session = await browser_context.new_cdp_session(page)
    errors = (await session.send("Page.getAppManifest"))["errors"]
    assert errors == []
    await page.goto(f"{processes.address}/")
    await expect(page.locator("body")).to_be_visible()
    await expect(link).to_have_count(0)
