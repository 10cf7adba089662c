"""The desk's screens as its features declare them, and a company whose rows they show."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from e2e.desk_processes import DeskProcesses
from e2e.test_reading import open_ticket, post

WEB = Path(__file__).parents[3] / "web"
PARENTS = {"deskRoute": "/desk", "settingsRoute": "/desk/settings", "ticketsRoute": "/desk/tickets"}
# Long, of two directions and without a place to break, as names are.
LONG_NAME = "Donaudampfschifffahrtsgesellschaftskapitänspatentverwaltung شركة النقل"

_ROUTE = re.compile(r"createRoute\(\{(.*?)\n\}\)", re.DOTALL)
_PARENT = re.compile(r"getParentRoute: \(\) => (\w+)")
_PATH = re.compile(r'path: "([^"]+)"')
_PARAMETER = re.compile(r"\$(\w+)")


def declared_addresses() -> list[str]:
    """Return the address of each screen of the desk that a feature declares, with $names for ids."""
    found = []
    for file in sorted((WEB / "src/features").rglob("*outes.tsx")):
        for declared in _ROUTE.findall(file.read_text()):
            parent, path = _PARENT.search(declared), _PATH.search(declared)
            if parent and path and parent[1] in PARENTS:
                found.append(PARENTS[parent[1]] + path[1])
    return sorted(found)


def filled_in(address: str, ids: dict[str, int | str]) -> str:
    """Return an address with ids in the place of its parameters.

    Raises KeyError for a parameter that the company has no row for: it is to be added to `furnished`.
    """
    return _PARAMETER.sub(lambda name: str(ids[name[1]]), address)


async def furnished(page: Page, processes: DeskProcesses) -> dict[str, int | str]:
    """Make rows for every screen, by the API, and return their ids by the names of parameters."""
    number = await open_ticket(page, processes, f"{LONG_NAME} leaks", "It leaks.\n" * 40)
    await _file_on(page, processes, number)
    for n in range(3):
        await open_ticket(page, processes, f"Pump {n} hums")
    organization = await post(page, processes, "/organizations", {"name": LONG_NAME, "domains": ["nordlys.example"]})
    contact = await post(
        page,
        processes,
        "/contacts",
        {"name": f"Inês {LONG_NAME}", "email": "ines@nordlys.example", "organization_id": organization["id"]},
    )
    reach = {"phones": [{"number": "+351 21 555 0101", "label": "Work"}], "vip": True}
    await _patch(page, processes, f"/contacts/{contact['id']}", reach)
    await post(page, processes, "/contacts", {"name": f"Inês {LONG_NAME}", "email": "ines.c@elsewhere.example"})
    await post(page, processes, f"/contacts/{contact['id']}/notes", {"text": f"Prefers mail. {LONG_NAME}"})
    view = await post(page, processes, "/views", {"name": LONG_NAME, "text": "subject:pump status:new tags:x"})
    await post(page, processes, "/custom-fields", {"entity": "ticket", "name": LONG_NAME, "kind": "text"})
    await post(page, processes, "/custom-fields", {"entity": "contact", "name": "Contract", "kind": "text"})
    await _patch(page, processes, f"/tickets/{number}", {"tags": ["pump", "leak"], "priority": "urgent"})
    form = await post(page, processes, "/forms", FORM)
    run = await post(page, processes, "/bulk", {"numbers": [number], "actions": {"set": {"priority": "high"}}})
    mailboxes = await (await page.request.get(f"{processes.address}/api/v1/mailboxes")).json()
    return {
        "number": number,
        "contactId": contact["id"],
        "organizationId": organization["id"],
        "importId": await _uploaded(page, processes),
        "viewId": view["id"],
        "runId": run["id"],
        "formId": form["id"],
        "mailboxId": mailboxes["items"][0]["id"],
    }


# A form in two languages, with conditions in groups, that other sites may embed.
_URGENT = {"node": "leaf", "field": "priority", "operator": "is", "values": ["high", "urgent"]}
FORM: dict[str, Any] = {
    "name": LONG_NAME,
    "public": True,
    "in_desk": False,
    "translations": {"de": {"name": "Etwas steht still"}},
    "sections": [
        {"title": "What", "fields": [{"field": "subject"}, {"field": "priority", "help": LONG_NAME}]},
        {
            "title": "More",
            "shown_when": {
                "node": "group",
                "match": "any",
                "members": [_URGENT, {"node": "group", "match": "none", "members": [_URGENT, _URGENT]}],
            },
            "fields": [{"field": "text", "translations": {"de": {"label": "Beschreibung"}}}],
        },
    ],
}


async def _patch(page: Page, processes: DeskProcesses, path: str, body: dict[str, Any]) -> None:
    answer = await page.request.patch(
        f"{processes.address}/api/v1{path}", data=body, headers={"origin": processes.address}
    )
    assert answer.ok, await answer.text()


async def _file_on(page: Page, processes: DeskProcesses, number: int) -> None:
    """Add a note with a text file to a ticket."""
    answer = await page.request.post(
        f"{processes.address}/api/v1/attachments",
        multipart={"file": {"name": "leak.log", "mimeType": "text/plain", "buffer": b"It leaks since Monday.\n" * 60}},
        headers={"origin": processes.address},
    )
    assert answer.ok, await answer.text()
    body = {"kind": "note", "text": "Card 4111 1111 1111 1111", "attachment_ids": [(await answer.json())["id"]]}
    await post(page, processes, f"/tickets/{number}/messages", body)


async def _uploaded(page: Page, processes: DeskProcesses) -> int:
    rows = f"Name;E-mail;Company\n{LONG_NAME};new@nordlys.example;{LONG_NAME}\nNobody;;\n"
    answer = await page.request.post(
        f"{processes.address}/api/v1/contact-imports",
        multipart={"file": {"name": "people.csv", "mimeType": "text/csv", "buffer": rows.encode()}},
        headers={"origin": processes.address},
    )
    assert answer.ok, await answer.text()
    return int((await answer.json())["id"])
