"""A bulk change tells what some tickets lack for it, and gives it to these alone, in one run with one undo."""

from __future__ import annotations

from typing import Any

from bulk_runs import begun, counts, done, undone
from desk import Client, Desk

RESOLVE: dict[str, Any] = {"set": {"status": "resolved"}}


async def field(client: Client, name: str, **settings: Any) -> str:
    body = {"entity": "ticket", "name": name, "kind": "text", "required_on": ["resolve"], **settings}
    key: str = (await client.posted("/custom-fields", body))["key"]
    return key


async def reason(client: Client, team: int | None = None) -> str:
    """Add a reason and let it be required, of one team's tickets or of all."""
    key: str = (await client.posted("/resolutions", {"name": "Solved"}))["key"]
    path = "/lifecycle-rules" if team is None else f"/lifecycle-rules/teams/{team}"
    await client.patched(path, {"resolution_required": True})
    return key


async def missing(client: Client, actions: dict[str, Any], **selection: Any) -> tuple[int, dict[str, int]]:
    told = (await client.posted("/bulk/preview", {"actions": actions, **selection}, 200))["missing"]
    return told["resolution"], {one["key"]: one["count"] for one in told["fields"]}


async def shown(client: Client, number: int) -> tuple[str, str | None, dict[str, Any]]:
    told = await client.got(f"/tickets/{number}")
    return told["status"]["key"], told["resolution"] and told["resolution"]["key"], told["fields"]


async def test_a_run_gives_what_is_missing_where_it_is_missing_and_is_undone_as_one(desk: Desk) -> None:
    client = await desk.administrator()
    solved, other = await reason(client), (await client.posted("/resolutions", {"name": "Other"}))["key"]
    cause = await field(client, "Cause")
    part = await field(client, "Part", ticket_types=["incident"])
    tickets = [(await desk.given.ticket()).number for _ in range(6)]
    await client.patched(f"/tickets/{tickets[1]}", {"fields": {cause: "known"}})
    await client.patched(f"/tickets/{tickets[2]}", {"type": "incident"})
    await client.patched(f"/tickets/{tickets[3]}", {"fields": {cause: "c"}, "status": "resolved", "resolution": other})
    before = [await shown(client, number) for number in tickets]
    assert await missing(client, RESOLVE, numbers=tickets) == (5, {cause: 4, part: 1})
    assert await missing(client, RESOLVE, search={"view": "all"}) == (5, {cause: 4, part: 1})
    given = {"resolution": solved, "fields": {cause: "wear", part: "valve"}}
    actions = {**RESOLVE, "where_missing": given}
    assert await missing(client, actions, numbers=tickets) == (0, {})
    report = await done(desk, client, await begun(client, actions, numbers=tickets))
    assert counts(report) == ("done", 5, 1, 0)
    after = [await shown(client, number) for number in tickets]
    plain = ("resolved", solved, {cause: "wear"})
    assert after == [
        plain,
        ("resolved", solved, {cause: "known"}),
        ("resolved", solved, {cause: "wear", part: "valve"}),
        ("resolved", other, {cause: "c"}),
        plain,
        plain,
    ]
    assert counts(await undone(desk, client, report)) == ("done", 5, 0, 0)
    assert [await shown(client, number) for number in tickets] == before


async def test_what_is_not_given_is_refused_ticket_by_ticket_as_the_preview_counted(desk: Desk) -> None:
    client = await desk.administrator()
    solved, cause = await reason(client), await field(client, "Cause")
    tickets = [(await desk.given.ticket()).number for _ in range(4)]
    await client.patched(f"/tickets/{tickets[0]}", {"fields": {cause: "known"}})
    actions = {**RESOLVE, "where_missing": {"resolution": solved}}
    assert await missing(client, actions, numbers=tickets) == (0, {cause: 3})
    report = await done(desk, client, await begun(client, actions, numbers=tickets))
    assert counts(report) == ("done", 1, 0, 3)
    assert {one["problem"]["code"] for one in report["refused_items"]} == {"fields_required"}
    # A change that sets it leaves nothing to ask for, and one that clears it asks for it of all.
    assert await missing(client, {"set": {"status": "resolved", "fields": {cause: "x"}}}, numbers=tickets) == (3, {})
    cleared = {"set": {"status": "resolved", "fields": {cause: None}}}
    assert await missing(client, cleared, numbers=tickets[1:]) == (3, {cause: 3})


async def test_only_a_team_whose_rules_ask_for_a_reason_is_counted_and_so_is_a_hand_over(desk: Desk) -> None:
    client = await desk.administrator()
    first, second = await desk.given.first_team(), await desk.given.team("Second line")
    await reason(client, second)
    site = await field(client, "Site", required_on=["hand_over"], hand_over_team_ids=[second])
    tickets = [(await desk.given.ticket(team_id=team)).number for team in (first, first, second)]
    assert await missing(client, RESOLVE, numbers=tickets) == (1, {})
    assert await missing(client, {"set": {"team_id": second}}, numbers=tickets) == (0, {site: 2})
    moved = {"set": {"team_id": second, "status": "resolved"}}
    assert await missing(client, moved, numbers=tickets) == (3, {site: 2})
    assert await missing(client, {"set": {"priority": "high"}}, numbers=tickets) == (0, {})
    assert await missing(client, {"set": {"status": "open"}}, numbers=tickets) == (0, {})


async def test_a_value_that_no_ticket_could_get_is_refused_before_the_run(desk: Desk) -> None:
    client = await desk.administrator()
    await reason(client)
    count = await field(client, "Count", kind="number")
    ticket = (await desk.given.ticket()).number
    for given, code in (
        ({"resolution": "nonsense"}, "resolution_unknown"),
        ({"fields": {count: "many"}}, "validation_failed"),
        ({"fields": {"nothing": 1}}, "validation_failed"),
    ):
        body = {"actions": {**RESOLVE, "where_missing": given}, "numbers": [ticket]}
        for path in ("/bulk/preview", "/bulk"):
            answer = await client.post(path, json=body)
            assert (answer.status_code, answer.json()["code"]) == (422, code), (path, given)
    assert (await client.got("/bulk"))["items"] == []


async def test_the_small_change_of_many_gives_it_too_as_one_change(desk: Desk) -> None:
    client = await desk.administrator()
    solved, cause = await reason(client), await field(client, "Cause")
    tickets = [(await desk.given.ticket()).number for _ in range(2)]
    await client.patched(f"/tickets/{tickets[0]}", {"fields": {cause: "known"}})
    body = {"numbers": tickets, **RESOLVE, "where_missing": {"resolution": solved, "fields": {cause: "wear"}}}
    result = await client.posted("/tickets/bulk", body, status=200)
    assert (result["updated"], result["refused"]) == (tickets, [])
    assert [await shown(client, number) for number in tickets] == [
        ("resolved", solved, {cause: "known"}),
        ("resolved", solved, {cause: "wear"}),
    ]


async def test_a_macro_tells_what_its_ticket_lacks(desk: Desk) -> None:
    client = await desk.administrator()
    solved, cause = await reason(client), await field(client, "Cause")
    ticket = (await desk.given.ticket()).number
    macro = await client.posted("/macros", {"name": "Close it", "actions": [{"do": "status", "status": "resolved"}]})
    told = (await client.posted(f"/macros/{macro['id']}/preview", {"ticket": ticket}, status=200))["missing"]
    assert told == {"resolution": 1, "fields": [{"key": cause, "name": "Cause", "count": 1}]}
    actions = [
        *macro["actions"],
        {"do": "set", "field": "resolution", "value": solved},
        {"do": "set", "field": f"field.{cause}", "value": "wear"},
    ]
    await client.posted(f"/tickets/{ticket}/macros/{macro['id']}", {"actions": actions}, status=200)
    assert await shown(client, ticket) == ("resolved", solved, {cause: "wear"})
