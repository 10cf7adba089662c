"""Takes pictures of the desk on the invented company: `npm run fake`, then this.

Usage: shots.py ADDRESS FOLDER [NAME...]
"""

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from playwright.sync_api import ConsoleMessage, Page, WebSocketRoute, sync_playwright

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SETTLE_MS = 1200
PRESENCE = {
    "type": "presence",
    "ticket": 4187,
    "people": [{"id": 2, "name": "Mina Farouk", "state": "typing"}],
}


def live(socket: WebSocketRoute) -> None:
    """Stands in for the live service: ready at once, one colleague typing."""

    def on_message(raw: str | bytes) -> None:
        frame = json.loads(raw)
        if frame["type"] == "hello":
            socket.send(json.dumps({"type": "ready", "seq": "1", "resumed": False}))
        if frame["type"] == "presence" and frame["ticket"] == PRESENCE["ticket"]:
            socket.send(json.dumps(PRESENCE))

    socket.on_message(on_message)


def press(*keys: str) -> Callable[[Page], None]:
    """A step that presses keys one after the other."""

    def step(page: Page) -> None:
        for key in keys:
            page.keyboard.press(key)
            page.wait_for_timeout(150)

    return step


def write_reply(page: Page) -> None:
    page.keyboard.press("r")
    page.wait_for_timeout(200)
    page.keyboard.type("Hello Inês, both gateways now have the same timer. Please reconnect.")
    page.wait_for_timeout(700)


def send_reply(page: Page) -> None:
    write_reply(page)
    page.keyboard.press("Control+Enter")


def search_palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.wait_for_timeout(300)
    page.keyboard.type("lis")


def nothing(_page: Page) -> None:
    return


TICKET = "/desk/tickets/4187?team=1"
DESK = (1440, 900)
PHONE = (390, 844)
SHOTS: dict[str, tuple[str, tuple[int, int], Callable[[Page], None]]] = {
    "sign-in": ("/sign-in", DESK, nothing),
    "list": ("/desk/tickets", DESK, press("j", "x", "j", "x", "j", "x")),
    "list-filtered": ("/desk/tickets?team=1,2&priority=high,urgent", DESK, nothing),
    "list-resolved": ("/desk/tickets?view=recently_resolved", DESK, nothing),
    "list-empty": ("/desk/tickets?tag=nothing", DESK, nothing),
    "desk": (TICKET, DESK, write_reply),
    "desk-sent": (TICKET, DESK, send_reply),
    "desk-note": (TICKET, DESK, press("n")),
    "desk-assign": (TICKET, DESK, press("a")),
    "palette": (TICKET, DESK, search_palette),
    "help": ("/desk/tickets", DESK, press("?")),
    "new-ticket": ("/desk/tickets", DESK, press("c")),
    "outbox": ("/desk/outbox?mail=2", DESK, nothing),
    "incoming": ("/desk/outbox?box=incoming", DESK, nothing),
    "quarantine": ("/desk/outbox?box=quarantine&mail=1", DESK, nothing),
    "mail-balance": ("/desk/outbox?box=balance", DESK, nothing),
    "mail-rules": ("/desk/settings/mail-rules", DESK, nothing),
    "phone-quarantine": ("/desk/outbox?box=quarantine&mail=1", PHONE, nothing),
    "tablet": (TICKET, (1024, 768), nothing),
    "phone-list": ("/desk/tickets?team=1", PHONE, nothing),
    "phone-ticket": (TICKET, PHONE, nothing),
    "phone-reply": (TICKET, PHONE, lambda page: page.get_by_text("Reply to Inês").click()),
    "phone-outbox": ("/desk/outbox", PHONE, nothing),
}


def print_troubles(page: Page, name: str) -> None:
    """Print what the page complains of, under the name of its picture."""

    def print_line(line: ConsoleMessage) -> None:
        if line.type in ("error", "warning"):
            print(name, line.text)

    page.on("pageerror", partial(print, name, "error:"))
    page.on("console", print_line)


def main(address: str, folder: Path, names: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        for theme in ("light", "dark"):
            for name, (path, (width, height), step) in SHOTS.items():
                if names and name not in names:
                    continue
                page = browser.new_page(
                    viewport={"width": width, "height": height}, color_scheme=theme
                )
                print_troubles(page, name)
                page.route_web_socket("**/ws/", live)
                page.goto(address + path)
                page.wait_for_load_state("networkidle")
                page.wait_for_timeout(SETTLE_MS)
                step(page)
                page.wait_for_timeout(500)
                page.screenshot(path=str(folder / f"{name}-{theme}.png"))
                page.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
