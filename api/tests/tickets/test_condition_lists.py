"""Lists by a condition in its text form, through the API: what is found, refused, completed and explained."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from atum_desk.tickets.queries import conditions, lists
from atum_desk.tickets.register import REGISTER
from desk import Client, Desk


async def numbers(client: Client, q: str, **query: Any) -> list[int]:
    page = await client.got("/tickets", **{"view": "all", "q": q, **query})
    return [item["number"] for item in page["items"]]


async def test_a_condition_narrows_a_list(desk: Desk) -> None:
    agent = await desk.given.staff("Ada Adams")
    client = desk.client(agent)
    team = await desk.given.team("Second line")
    first = await desk.given.ticket("VPN drops every 20 minutes")
    second = await desk.given.ticket("Printer is slow")
    await client.patched(f"/tickets/{first.number}", {"assignee_id": agent.id, "tags": ["vpn"], "priority": "urgent"})
    await client.patched(f"/tickets/{second.number}", {"team_id": team})
    assert await numbers(client, "assignee:me") == [first.number]
    assert await numbers(client, 'assignee:"ada adams"') == [first.number]
    assert await numbers(client, "-tag:vpn") == [second.number]
    assert await numbers(client, 'team:"second line"') == [second.number]
    assert await numbers(client, "subject:vpn priority:>=high created:today") == [first.number]
    assert await numbers(client, "assignee:none or tag:vpn", sort="number") == [first.number, second.number]
    assert await numbers(client, "(tag:vpn or subject:^print) -priority:low", sort="-number") == [
        second.number,
        first.number,
    ]


async def test_a_condition_goes_with_filters_words_and_pages(desk: Desk) -> None:
    agent = await desk.given.staff()
    client = desk.client(agent)
    made = [await desk.given.ticket(f"Ticket {n}", text="the printer is slow") for n in range(5)]
    await desk.given.ticket("Ticket 9", text="the printer is fast")
    found = await client.got("/tickets", view="all", q="slow -subject:4", sort="number")
    assert {item["number"] for item in found["items"]} == {one.number for one in made[:4]}
    assert all("slow" in str(item["match"]["excerpt"]) for item in found["items"])
    first = await client.got("/tickets", view="all", q="subject:ticket", sort="number", limit=4)
    rest = await client.got(
        "/tickets", view="all", q="subject:ticket", sort="number", limit=4, cursor=first["next_cursor"]
    )
    assert [len(first["items"]), len(rest["items"]), rest["next_cursor"]] == [4, 2, None]
    assert await numbers(client, "-words:slow") == [item["number"] for item in rest["items"][1:]]
    assert await numbers(client, "slow or fast", limit=1) == [rest["items"][1]["number"]]
    assert await numbers(client, "priority:normal", priority="high") == []
    assert await numbers(client, "open:no", view="all_open") == []


async def test_a_days_limits_are_the_readers(desk: Desk) -> None:
    """A moment may lie today in one zone and tomorrow in another."""
    client = await desk.staff()
    ticket = await desk.given.ticket()
    created = (await client.got(f"/tickets/{ticket.number}"))["created_at"]
    at = datetime.fromisoformat(created)
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin"):
        day = at.astimezone(ZoneInfo(zone)).date()
        assert await numbers(client, f"created:{day}", zone=zone) == [ticket.number]
        assert await numbers(client, f"created:>{day}", zone=zone) == []
    unknown = await client.get("/tickets", params={"q": "created:today", "zone": "Europe/Atlantis"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "validation_failed")


@pytest.mark.parametrize(
    ("q", "position", "suggestion"),
    [
        ("asignee:me", 0, "assignee"),
        ("vpn status:opne", 11, "open"),
        ("(status:open", 0, None),
        ("x" * 201, 0, None),
        ("\x00", 0, None),
        ("team:Genral", 5, "General"),
        ("requester:nobody@example.org", 10, None),
    ],
)
async def test_a_text_with_an_error_is_refused_with_its_place(
    shared_desk: Desk, q: str, position: int, suggestion: str | None
) -> None:
    client = await shared_desk.staff()
    if suggestion == "General":
        suggestion = await shared_desk.value("select name from teams order by id limit 1")
        q = f"team:{suggestion[:-1]}"
    refused = await client.get("/tickets", params={"q": q})
    assert refused.status_code == 422, refused.text
    problem = refused.json()
    assert problem["code"] == "condition_invalid"
    assert (problem["position"], problem["suggestion"]) == (position, suggestion)
    assert "hint" not in problem
    assert problem["reason"] in problem["detail"]


async def test_a_saved_link_of_a_renamed_team_finds_the_same_tickets(desk: Desk) -> None:
    client = await desk.administrator()
    team = await desk.given.team("Hardware")
    ticket = await desk.given.ticket(team_id=team)
    assert await numbers(client, "team:hardware") == [ticket.number]
    await client.patched(f"/teams/{team}", {"name": "Devices"})
    assert await numbers(client, f"team:{team}") == await numbers(client, "team:devices") == [ticket.number]


async def test_what_somebody_may_not_see_is_not_found(desk: Desk) -> None:
    team = await desk.given.team("Hidden")
    secret = await desk.given.ticket("Salary", team_id=team)
    outsider = await desk.staff(sees_all_teams=False, teams=(await desk.given.first_team(),))
    for q in ("subject:salary", f"number:{secret.number}", "-tag:vpn", "help", "-words:nothing", f"team:{team}"):
        assert await numbers(outsider, q) == [], q
    gone = await outsider.get(f"/tickets/{secret.number}/conditions", params={"q": "subject:salary"})
    assert gone.status_code == 404


async def test_a_list_that_would_be_walked_for_long_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    client = await desk.staff()
    await desk.given.ticket()
    monkeypatch.setattr(conditions, "LIST_SECONDS", 0.2)
    monkeypatch.setattr(lists, "compile_condition", lambda *_: "(select pg_sleep(20)) is null")
    refused = await client.get("/tickets", params={"view": "all", "q": "subject:vpn"})
    assert (refused.status_code, refused.json()["code"]) == (422, "list_too_broad")
    # The connection goes on to serve others.
    monkeypatch.undo()
    assert await numbers(client, "subject:nowhere") == []


async def test_fields_are_listed_with_all_that_pickers_need(shared_desk: Desk) -> None:
    client = await shared_desk.staff()
    fields = {item["key"]: item for item in (await client.got("/fields"))["items"]}
    assert set(fields) == set(REGISTER.by_key)
    priority = fields["priority"]
    assert priority["choices"] == ["low", "normal", "high", "urgent"]
    assert priority["permission"] == "ticket:priority"
    assert {"key": "at_least", "sign": ">=", "negative": False, "takes": "one"} in priority["operators"]
    assert {"key": "is_not", "sign": "", "negative": True, "takes": "many"} in priority["operators"]
    assert fields["requester.email"]["source"] == "requester"
    assert fields["subject"]["contacts_see"]
    assert not fields["tags"]["contacts_see"]


async def test_values_are_completed_by_name(desk: Desk) -> None:
    agent = await desk.given.staff("Ada Adams")
    client = desk.client(agent)
    await desk.given.team("Second line")
    await desk.given.contact("Ines", "ines@example.com")
    ticket = await desk.given.ticket()
    await client.patched(f"/tickets/{ticket.number}", {"tags": ["vpn drops", "vpn"]})

    async def completed(q: str) -> list[str]:
        told = await client.got("/fields/completions", q=q)
        return [q[: told["start"]] + item["text"] for item in told["items"]]

    assert await completed("assi") == ["assignee:"]
    assert 'assignee:"Ada Adams"' in await completed("assignee:ad")
    assert await completed("team:sec") == ['team:"Second line"']
    assert await completed("open:yes requester:ine") == ["open:yes requester:ines@example.com"]
    assert await completed("tag:vp") == ["tag:vpn", 'tag:"vpn drops"']
    assert await completed("status:wai") == ["status:waiting"]
    assert await completed("priority:h") == ["priority:high"]
    assert await completed("subject:h") == []
    for q in await completed("assignee:"):
        await numbers(client, q)
    for item in (await client.got("/fields/completions"))["items"]:
        assert item["field"] in REGISTER.by_key


async def test_a_condition_is_explained_leaf_by_leaf(desk: Desk) -> None:
    client = await desk.staff()
    ticket = await desk.given.ticket("VPN drops")
    told = await client.got(
        f"/tickets/{ticket.number}/conditions", q="subject:vpn (priority:high or -assignee:me) help status:open"
    )
    assert told == {
        "held": False,
        "leaves": [
            {"text": "subject:vpn", "held": True, "broken": None},
            {"text": "priority:high", "held": False, "broken": None},
            {"text": "-assignee:me", "held": True, "broken": None},
            {"text": "help", "held": True, "broken": None},
            {"text": "status:open", "held": False, "broken": None},
        ],
    }
