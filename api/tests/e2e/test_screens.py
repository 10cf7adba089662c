"""Every screen of the desk is accessible in both themes, on a phone and from right to left, and none scrolls sideways.

Screens are those that the features of the web declare, so a new one is looked at by itself.
"""

from __future__ import annotations

import os
import re
from typing import Any

import msgspec
import pytest
from playwright.async_api import BrowserContext, Page, expect

from e2e.desk_processes import DeskProcesses
from e2e.screens import WEB, declared_addresses, filled_in, furnished
from e2e.test_first_light import PATIENCE_MS, sign_in
from suite.machine_speed import scaled

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow("looks at every screen in four ways"),
    pytest.mark.timeout(scaled(900)),
]

AXE = WEB / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
PHONE = {"width": 360, "height": 740}


class Look(msgspec.Struct, frozen=True):
    """A way to look at a screen."""

    name: str
    theme: str
    size: dict[str, int]
    direction: str = "ltr"


LOOKS = [
    Look("light", "light", {"width": 1440, "height": 900}),
    Look("dark", "dark", {"width": 1440, "height": 900}),
    Look("phone", "dark", PHONE),
    Look("phone-rtl", "light", PHONE, "rtl"),
]
# What opens above a screen: its address, and the keys or the button that open it, or what is clicked one after the other.
OPENED = [
    ("/desk/tickets?view=all", "press:c"),
    ("/desk/tickets?view=all", "press:/"),
    ("/desk/tickets?view=all", "press:?"),
    ("/desk/tickets?view=all", "press:w"),
    ("/desk/tickets?view=all", "button:Export"),
    ("/desk/tickets/$number", "press:m"),
    ("/desk/tickets/$number", "click:article button:has-text('leak.log')"),
    ("/desk/tickets/$number", "click:article button[aria-haspopup=menu] then [role=menuitem]:has-text('Redact')"),
    ("/desk/contacts/$contactId", "press:e"),
    ("/desk/contacts/$contactId", "press:m"),
    ("/desk/organizations/$organizationId", "press:e"),
    ("/desk/settings/tags?edit=new", ""),
    ("/desk/settings/fields?edit=new", ""),
    ("/desk/settings/statuses?edit=new", ""),
    ("/desk/settings/forms?edit=$formId", "button:German"),
    ("/desk/tickets/new?subject=Pump&requester=new@nordlys.example&colour=red", ""),
    ("/desk/contact-imports?of=organization", ""),
    ("/desk/search?q=pump", ""),
    ("/desk/views/new?q=subject:pump", ""),
]

# What scrolls to the side, and what in it reaches out: on a phone nobody finds what lies there. A part may scroll when it
# is meant to (`data-scrolls`), or when the keyboard reaches it, as it does a table.
SIDEWAYS = """() => {
  const name = (one) => `${one.tagName.toLowerCase()}.${[...one.classList].join(".")} "${one.textContent.slice(0, 30)}"`;
  const reaching = (box, width) => [...box.querySelectorAll("*")].filter((one) => {
    const { left, right } = one.getBoundingClientRect();
    const around = box === document.body ? { left: 0 } : box.getBoundingClientRect();
    return right > around.left + width + 1 || left < around.left - 1;
  }).slice(-3).map(name).join("; ");
  const found = [];
  const whole = document.scrollingElement;
  if (whole.scrollWidth > innerWidth) found.push(`the page has ${whole.scrollWidth} px: ${reaching(document.body, innerWidth)}`);
  for (const one of document.querySelectorAll("body *")) {
    const { overflowX, visibility } = getComputedStyle(one);
    if (["auto", "scroll"].includes(overflowX) && one.scrollWidth > one.clientWidth + 1 && one.tabIndex < 0
        && !("scrolls" in one.dataset) && one.clientWidth > 0 && visibility !== "hidden")
      found.push(`${name(one)} scrolls to the side: ${reaching(one, one.clientWidth)}`);
  }
  const scroller = (one) => one.closest("[data-scrolls]") || one.closest("[tabindex='0']:not(a, button, input)");
  for (const one of document.querySelectorAll("a, button, input, select, textarea")) {
    const { left, right, width } = one.getBoundingClientRect();
    if (width > 1 && (right > innerWidth + 1 || left < -1) && one.checkVisibility() && !scroller(one))
      found.push(`${name(one)} ${one.getAttribute("aria-label") ?? ""} lies outside of the window`);
  }
  return found;
}"""
BROKEN = """async (tags) => {
  const { violations } = await axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) => nodes.map((one) =>
    `${id}: ${one.html.slice(0, 160)} ${(one.any[0] ?? one.all[0] ?? one.none[0])?.message ?? ""}`));
}"""


async def look_at(page: Page, look: Look) -> None:
    await page.set_viewport_size(look.size)  # type: ignore[arg-type]
    await page.evaluate(
        """([theme, direction]) => {
          document.documentElement.setAttribute("data-mantine-color-scheme", theme);
          document.documentElement.dir = direction;
        }""",
        [look.theme, look.direction],
    )
    # Colours that are half way from one theme to the other are neither's.
    await page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {})))")


async def settled(page: Page) -> None:
    """Wait until a screen shows its rows: nothing is busy any more."""
    await page.wait_for_load_state("networkidle")
    await expect(page.locator("[aria-busy=true]")).to_have_count(0, timeout=PATIENCE_MS)


async def faults_of(page: Page, name: str) -> list[str]:
    """Return what is wrong with the screen as it is open now, in every look."""
    faults: list[str] = []
    await page.evaluate(AXE.read_text())
    for look in LOOKS:
        await look_at(page, look)
        wrong: list[Any] = await page.evaluate(BROKEN, RULES)
        if look.size == PHONE:
            wrong += await page.evaluate(SIDEWAYS)
        faults += [f"{name} [{look.name}] {one}" for one in wrong]
        if folder := os.environ.get("ATUM_SHOTS"):
            file = "".join(sign if sign.isalnum() else "_" for sign in name.removeprefix("/desk/"))
            await page.screenshot(path=f"{folder}/{file}-{look.name}.png")
    await look_at(page, LOOKS[0])
    return faults


async def test_every_screen_is_accessible_in_every_look(
    processes: DeskProcesses, browser_context: BrowserContext
) -> None:
    page = await browser_context.new_page()
    await page.emulate_media(reduced_motion="reduce")
    await sign_in(page, processes)
    ids = await furnished(page, processes)
    # A part of the screens, while one of them is mended.
    asked = os.environ.get("ATUM_SCREENS", "")
    screens = [(address, "") for address in declared_addresses()] + OPENED
    assert len(screens) > len(OPENED) + 25
    faults: list[str] = []
    for address, opener in screens:
        if not re.search(asked, f"{address} {opener}"):
            continue
        await page.goto(processes.address + filled_in(address, ids))
        await settled(page)
        how, _, what = opener.partition(":")
        if how == "press":
            await page.locator("body").press(what)
        elif how == "button":
            await page.get_by_role("button", name=what).first.click()
        elif how == "click":
            for selector in what.split(" then "):
                await page.locator(selector).first.click()
        if how:
            await expect(page.get_by_role("dialog").first).to_be_visible(timeout=PATIENCE_MS)
            await settled(page)
        faults += await faults_of(page, f"{address} {opener}".strip())
    assert not faults, "\n".join(faults)
