"""Tickets are linked: who sees it, what is refused, and what a merge does to it."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import httpx
import pytest

from desk import Client, Desk

STATE = """
    select jsonb_build_object(
      'tickets', (select jsonb_agg(jsonb_build_array(id, merged_into, status_id, message_count) order by id)
                    from tickets),
      'messages', (select jsonb_agg(jsonb_build_array(id, ticket_id, subject) order by id) from messages),
      'relations', (select jsonb_agg(jsonb_build_array(id, ticket_id, other_id, kind) order by id)
                      from ticket_relations))::text"""
# Each link has both of its rows, none leads from a ticket to itself, and no ticket has two parents.
HALVES = """
    select l.id from ticket_relations l where l.ticket_id = l.other_id or not exists (
      select from ticket_relations o where o.ticket_id = l.other_id and o.other_id = l.ticket_id
         and (l.kind, o.kind) in (('parent', 'child'), ('child', 'parent'), ('related', 'related'),
             ('duplicate_of', 'duplicate'), ('duplicate', 'duplicate_of'), ('problem', 'incident'),
             ('incident', 'problem'), ('split_from', 'split_into'), ('split_into', 'split_from')))"""
LOOPS = """
    with recursive up(id, start, step) as (
      select other_id, ticket_id, 1 from ticket_relations where kind = 'parent'
      union all
      select r.other_id, u.start, u.step + 1 from up u
        join ticket_relations r on r.ticket_id = u.id and r.kind = 'parent' where u.step < 10)
    select start from up where id = start or step > 3"""
KINDS = ["parent", "child", "duplicate_of", "duplicate", "related", "problem", "incident"]


async def opened(client: Client, subject: str, **more: Any) -> int:
    body = {"subject": subject, "text": "words", "requester": {"email": "ann@example.org"}} | more
    return (await client.posted("/tickets", body))["number"]


async def linked(client: Client, number: int, other: int, kind: str) -> httpx.Response:
    return await client.post(f"/tickets/{number}/links", json={"number": other, "kind": kind})


async def related(client: Client, number: int) -> list[tuple[str, int]]:
    return [(one["kind"], one["number"]) for one in (await client.got(f"/tickets/{number}/links"))["related"]]


def refused(answer: httpx.Response, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


async def test_a_link_stands_on_both_tickets_and_goes_from_both(desk: Desk) -> None:
    agent = await desk.administrator()
    one, two = await opened(agent, "A"), await opened(agent, "B")
    for kind, opposite in (("parent", "child"), ("duplicate_of", "duplicate"), ("related", "related")):
        assert (await linked(agent, one, two, kind)).status_code == 204
        assert (await related(agent, one), await related(agent, two)) == ([(kind, two)], [(opposite, one)])
        refused(await linked(agent, two, one, opposite), 409, "linked_already")
        (link,) = (await agent.got(f"/tickets/{two}/links"))["related"]
        refused(await agent.delete(f"/tickets/{one}/links/{link['id']}"), 404, "link_not_found")
        removed = await agent.delete(f"/tickets/{two}/links/{link['id']}")
        assert (await related(agent, one), await related(agent, two)) == ([], [])
        await agent.post(f"/changes/{removed.headers['x-change-id']}/undo")
        assert (await related(agent, one), await related(agent, two)) == ([(kind, two)], [(opposite, one)])
        await agent.delete(f"/tickets/{two}/links/{link['id']}")
    refused(await linked(agent, one, one, "related"), 422, "linked_to_itself")
    refused(await linked(agent, one, 999, "related"), 404, "ticket_not_found")


async def test_parents_make_no_loop_and_no_long_line(desk: Desk) -> None:
    agent = await desk.administrator()
    a, b, c, d, e = [await opened(agent, f"T{n}") for n in range(5)]
    for child, parent in ((b, a), (c, b), (d, c)):
        assert (await linked(agent, child, parent, "parent")).status_code == 204
    refused(await linked(agent, a, d, "parent"), 409, "link_loop")
    refused(await linked(agent, d, a, "child"), 409, "link_loop")
    refused(await linked(agent, e, d, "parent"), 409, "link_too_deep")
    refused(await linked(agent, a, e, "parent"), 409, "link_too_deep")
    refused(await linked(agent, d, e, "parent"), 409, "link_taken")


async def test_an_undo_that_would_close_a_loop_is_refused(desk: Desk) -> None:
    agent = await desk.administrator()
    a, b, c = [await opened(agent, f"T{n}") for n in range(3)]
    await linked(agent, a, b, "parent")
    (link,) = (await agent.got(f"/tickets/{a}/links"))["related"]
    removed = await agent.delete(f"/tickets/{a}/links/{link['id']}")
    await linked(agent, b, c, "parent")
    await linked(agent, c, a, "parent")
    before = await desk.value(STATE)
    answer = await agent.post(f"/changes/{removed.headers['x-change-id']}/undo")
    assert answer.status_code == 409, answer.text
    assert await desk.value(STATE) == before


async def test_two_links_at_once_close_no_loop(desk: Desk) -> None:
    agent = await desk.administrator()
    a, b, c, d = [await opened(agent, f"T{n}") for n in range(4)]
    await linked(agent, b, a, "parent")
    await linked(agent, d, c, "parent")
    for _ in range(5):
        answers = await asyncio.gather(linked(agent, a, d, "parent"), linked(agent, c, b, "parent"))
        assert sorted(one.status_code for one in answers) == [204, 409]
        assert await desk.rows(LOOPS) == []
        (made,) = [one for one in answers if one.status_code == 204]
        await agent.post(f"/changes/{made.headers['x-change-id']}/undo")


async def numbers_of(client: Client, condition: str) -> list[int]:
    return sorted(row["number"] for row in (await client.got("/tickets", view="all", q=condition))["items"])


async def test_lists_are_narrowed_by_links(desk: Desk) -> None:
    agent = await desk.administrator()
    parent, child, apart, plain = [await opened(agent, f"T{n}") for n in range(4)]
    await linked(agent, child, parent, "parent")
    await agent.post(f"/tickets/{apart}/keep-apart", json={"number": plain})
    expected = {f"parent:{parent}": [child], "parent:any": [child], "children:yes": [parent]}
    for condition, numbers in (expected | {"linked:yes": [parent, child], "-linked:yes": [apart, plain]}).items():
        assert await numbers_of(agent, condition) == numbers, condition


async def test_who_sees_one_side_sees_no_link(desk: Desk) -> None:
    second = await desk.given.team("Second")
    administrator = await desk.administrator()
    mine = await opened(administrator, "Mine", team_id=second)
    other = await opened(administrator, "Other")
    agent = await desk.staff(teams=(second,), sees_all_teams=False)
    refused(await linked(agent, mine, other, "related"), 404, "ticket_not_found")
    await linked(administrator, mine, other, "parent")
    (link,) = (await administrator.got(f"/tickets/{mine}/links"))["related"]
    assert await related(agent, mine) == []
    assert await numbers_of(agent, "linked:yes or parent:any") == []
    refused(await agent.delete(f"/tickets/{mine}/links/{link['id']}"), 404, "link_not_found")
    third = await opened(administrator, "Third", team_id=second)
    refused(await linked(agent, mine, third, "parent"), 409, "link_taken")


async def test_a_merge_takes_links_along(desk: Desk) -> None:
    agent = await desk.administrator()
    source, target, third, fourth = [await opened(agent, f"T{n}") for n in range(4)]
    await linked(agent, source, target, "duplicate_of")
    await linked(agent, source, third, "parent")
    await linked(agent, source, fourth, "related")
    await linked(agent, target, fourth, "related")
    before = await desk.value(STATE)
    merged = await agent.post(f"/tickets/{source}/merge", json={"into": target})
    assert merged.status_code == 200, merged.text
    assert await related(agent, source) == []
    assert await related(agent, target) == [("parent", third), ("related", fourth)]
    refused(await linked(agent, source, third, "related"), 409, "merged_elsewhere")
    await agent.posted(f"/tickets/{source}/separate", {}, 200)
    assert await desk.value(STATE) == before


async def offered(client: Client, number: int) -> list[tuple[int, bool]]:
    return [(one["number"], one["similar"]) for one in (await client.got(f"/tickets/{number}/links"))["offered"]]


async def test_the_same_persons_tickets_are_offered_until_somebody_says_no(desk: Desk) -> None:
    agent = await desk.administrator()
    one = await opened(agent, "VPN drops in Lisbon")
    again = await opened(agent, "VPN drops in Lisbon again")
    other = await opened(agent, "Invoice 4711")
    await opened(agent, "VPN drops in Lisbon", requester={"email": "bob@example.org"})
    assert await offered(agent, one) == [(again, True), (other, False)]
    # What is done stays an offer only where its subject says the same.
    for number in (again, other):
        await agent.patched(f"/tickets/{number}", {"status": "resolved"})
    assert await offered(agent, one) == [(again, True)]
    assert await offered(agent, again) == []
    answer = await agent.post(f"/tickets/{one}/keep-apart", json={"number": again})
    assert (answer.status_code, await offered(agent, one)) == (204, [])
    refused(await agent.post(f"/tickets/{again}/keep-apart", json={"number": one}), 409, "linked_already")
    assert await related(agent, one) == []
    await agent.post(f"/changes/{answer.headers['x-change-id']}/undo")
    assert await offered(agent, one) == [(again, True)]
    await linked(agent, one, again, "duplicate")
    assert await offered(agent, one) == []


async def test_offers_name_no_ticket_out_of_sight(desk: Desk) -> None:
    second = await desk.given.team("Second")
    administrator = await desk.administrator()
    mine = await opened(administrator, "Mine", team_id=second)
    other = await opened(administrator, "Mine")
    agent = await desk.staff(teams=(second,), sees_all_teams=False)
    assert (await offered(administrator, mine), await offered(agent, mine)) == ([(other, True)], [])
    refused(await agent.post(f"/tickets/{mine}/keep-apart", json={"number": other}), 404, "ticket_not_found")


@pytest.mark.parametrize("seed", range(3))
async def test_each_undo_gives_back_exactly_what_stood(desk: Desk, seed: int) -> None:
    source = random.Random(seed)
    agent = await desk.administrator()
    numbers = [await opened(agent, f"T{n}") for n in range(6)]
    for number in numbers:
        await agent.posted(f"/tickets/{number}/messages", {"kind": "note", "text": "second"})
    done = 0
    for step in range(60):
        number, other = source.sample(numbers, 2)
        before = await desk.value(STATE)
        action = source.choice(["links", "links", "links", "merge", "separate", "split", "unsplit", "messages"])
        thread = (await agent.got(f"/tickets/{number}"))["thread"]
        ids = [item["id"] for item in thread if item["type"] == "message"] or [1]
        bodies: dict[str, dict[str, Any]] = {
            "links": {"number": other, "kind": source.choice(KINDS)},
            "merge": {"into": other},
            "split": {"message_ids": source.sample(ids, 1)},
            "unsplit": {"message_ids": ids},
            "messages": {"kind": "note", "text": f"later {step}"},
        }
        body = bodies.get(action, {})
        answer = await agent.post(f"/tickets/{number}/{action}", json=body)
        assert answer.status_code < 500, answer.text
        if answer.status_code >= 400:
            assert await desk.value(STATE) == before, answer.text
            continue
        done += 1
        assert (await desk.rows(HALVES), await desk.rows(LOOPS)) == ([], [])
        if source.random() < 0.4:
            undone = await agent.post(f"/changes/{answer.headers['x-change-id']}/undo")
            assert undone.status_code == 200, undone.text
            assert await desk.value(STATE) == before
        elif action == "split":
            numbers.append(answer.json()["number"])
    assert done > 15
