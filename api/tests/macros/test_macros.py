"""Macros: kept, offered for the tickets that they fit, filled in, and applied as one change with one undo."""

from __future__ import annotations

from typing import Any

import pytest

from desk import Client, Desk

ACTIONS: list[dict[str, Any]] = [
    {"do": "set", "field": "priority", "value": "high"},
    {"do": "status", "status": "waiting"},
    {"do": "assign", "to": "me"},
    {"do": "add_tags", "tags": ["printer"]},
    {"do": "note", "text": "Told {{ requester.first_name }}"},
]
REPLY: dict[str, Any] = {
    "name": "First aid",
    "kind": "reply",
    "texts": [
        {"text": "Dear {{ requester.first_name }}, #{{ ticket.number }}"},
        {"language": "de", "text": "Hallo {{ requester.first_name }}"},
        {"language": "pt-BR", "text": "Oi"},
    ],
    "actions": ACTIONS,
}
STORED = ("tickets", "messages", "outbox", "attachments", "macros")


async def state_of(desk: Desk) -> list[list[dict[str, Any]]]:
    """All that is stored of tickets and macros, but for versions and moments of change, which only grow."""
    moving = {"version": 0, "updated_at": 0, "row_version": 0}
    return [
        [{k: moving.get(k, v) for k, v in row.items()} for row in await desk.rows(f"select * from {table} order by id")]
        for table in STORED
    ]


async def offered(client: Client, number: int, **query: Any) -> list[str]:
    return [one["name"] for one in (await client.got("/macros", ticket=number, **query))["items"]]


async def ticket_of(desk: Desk, language: str = "en") -> int:
    person = await desk.given.contact("Mina Berg")
    await desk.rows("select 1")
    async with desk.database.writing(desk.given.system, "test.write") as work:
        await work.execute("update people set locale = $2 where id = $1", person, language)
    return (await desk.given.ticket("Printer", requester_id=person)).number


async def test_a_macro_is_added_changed_deleted_and_each_is_taken_back(desk: Desk) -> None:
    client = await desk.staff()
    states = [await state_of(desk)]
    macro = await client.posted("/macros", REPLY | {"folder": " Hardware ", "condition": "subject:printer"})
    assert (macro["folder"], macro["condition"], macro["languages"]) == (
        "Hardware",
        "subject:printer",
        ["", "de", "pt-BR"],
    )
    states.append(await state_of(desk))
    changed = await client.patched(f"/macros/{macro['id']}", {"active": False, "condition": ""})
    assert (changed["active"], changed["condition"], changed["texts"]) == (False, "", macro["texts"])
    states.append(await state_of(desk))
    assert (await client.delete(f"/macros/{macro['id']}")).status_code == 204
    changes = (await client.got("/changes", limit=3))["items"]
    assert [one["command"] for one in changes] == ["macro.delete", "macro.edit", "macro.add"]
    for change, before in zip(changes, reversed(states), strict=True):
        await client.posted(f"/changes/{change['id']}/undo", status=200)
        assert await state_of(desk) == before, change["command"]


async def test_text_actions_status_and_file_are_one_change_with_one_undo_while_the_mail_is_held(desk: Desk) -> None:
    client = await desk.administrator()
    await client.patched("/me", {"undo_send_seconds": 30})
    number = await ticket_of(desk)
    file = await client.posted("/attachments", files={"file": ("steps.txt", b"one")})
    macro = await client.posted("/macros", REPLY | {"scope": "shared", "attachment_ids": [file["id"]]})
    before = await state_of(desk)
    changes = await desk.value("select count(*) from changes")
    added = await client.posted(f"/tickets/{number}/messages", {"kind": "reply", "macro_id": macro["id"]})
    assert await desk.value("select count(*) from changes") == changes + 1
    assert added["message"]["text"] == f"Dear Mina, #{number}"
    assert [one["filename"] for one in added["message"]["attachments"]] == ["steps.txt"]
    assert added["message"]["mail"]["state"] == "held"
    told = added["ticket"]
    assert (told["priority"], told["status"]["key"], told["tags"]) == ("high", "waiting", ["printer"])
    assert told["assignee"]["name"]
    assert await desk.value("select text from messages where kind = 'note'") == "Told Mina"
    assert (await client.got(f"/macros/{macro['id']}"))["uses"] == 1
    await client.posted(f"/changes/{added['change_id']}/undo", status=200)
    assert await state_of(desk) == before


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "Dear Mina, "), ("de", "Hallo Mina"), ("de-AT", "Hallo Mina"), ("pt", "Dear Mina, "), ("pt-BR", "Oi")],
)
async def test_the_requesters_language_chooses_the_text(desk: Desk, language: str, text: str) -> None:
    client = await desk.staff()
    number = await ticket_of(desk, language)
    macro = await client.posted("/macros", REPLY)
    preview = await client.posted(f"/macros/{macro['id']}/preview", {"ticket": number}, 200)
    assert preview["text"].startswith(text)
    assert preview["actions"][-1] == {"do": "note", "text": "Told Mina"}
    assert preview["fits"] is True


async def test_one_who_wrote_the_text_and_took_actions_out_gets_exactly_that(desk: Desk) -> None:
    client = await desk.staff()
    number = await ticket_of(desk)
    macro = await client.posted("/macros", REPLY)
    body = {
        "kind": "reply",
        "text": "My own",
        "macro_id": macro["id"],
        "actions": [ACTIONS[0], ACTIONS[1]],
        "status": "open",
    }
    added = await client.posted(f"/tickets/{number}/messages", body)
    told = added["ticket"]
    assert (added["message"]["text"], told["priority"], told["tags"], told["assignee"]) == ("My own", "high", [], None)
    # What was chosen beside the text outdoes the macro.
    assert told["status"]["key"] == "open"
    note = {"kind": "note", "macro_id": macro["id"]}
    assert (await client.post(f"/tickets/{number}/messages", json=note)).json()["code"] == "macro_writes_other"


async def test_a_macro_without_a_message_is_applied_and_taken_back(desk: Desk) -> None:
    client = await desk.staff()
    number = await ticket_of(desk)
    macro = await client.posted("/macros", {"name": "Mine", "actions": ACTIONS})
    before = await state_of(desk)
    path = f"/tickets/{number}/macros/{macro['id']}"
    applied = await client.posted(path, {}, 200)
    assert (applied["message"], applied["ticket"]["priority"]) == (None, "high")
    [change] = (await client.got("/changes", limit=1))["items"]
    assert change["command"] == "macro.apply"
    await client.posted(f"/changes/{applied['change_id']}/undo", status=200)
    assert await state_of(desk) == before
    again = await client.posted(path, {"actions": [{"do": "set", "field": "priority", "value": "normal"}]}, 200)
    assert again["change_id"] is None


async def test_macros_are_offered_to_the_tickets_that_meet_their_condition_in_one_statement(desk: Desk) -> None:
    client = await desk.staff()
    number = await ticket_of(desk)
    texts = ["subject:printer", "subject:pump", "priority:normal -tag:vpn", "assignee:me", ""]
    for place, text in enumerate(texts):
        await client.posted("/macros", {"name": f"M{place}", "actions": ACTIONS[:1], "condition": text})
    assert await offered(client, number) == ["M0", "M2", "M4"]
    assert await offered(client, number, q="m2") == ["M2"]
    page = await client.got("/macros", ticket=number, limit=2)
    assert [one["name"] for one in page["items"]] == ["M0", "M2"]
    rest = await client.got("/macros", ticket=number, limit=2, cursor=page["next_cursor"])
    assert ([one["name"] for one in rest["items"]], rest["next_cursor"]) == (["M4"], None)
    unfit = next(one for one in (await client.got("/macros", q="M1"))["items"])
    refused = await client.post(f"/tickets/{number}/macros/{unfit['id']}", json={})
    assert refused.json()["code"] == "macro_unfit"
    # The one that I apply comes first.
    last = next(one for one in (await client.got("/macros", q="M4"))["items"])
    await client.posted(f"/tickets/{number}/macros/{last['id']}", {}, 200)
    assert (await offered(client, number))[0] == "M4"
    await client.patched(f"/macros/{last['id']}", {"active": False})
    assert "M4" not in await offered(client, number)
    assert (await client.get("/macros", params={"ticket": 999_999})).status_code == 404


async def test_a_condition_that_names_what_is_gone_offers_its_macro_to_no_ticket(desk: Desk) -> None:
    client = await desk.administrator()
    number = await ticket_of(desk)
    team = await client.posted("/teams", {"name": "Soon gone"})
    new = {"name": "Gone", "actions": ACTIONS[:1], "condition": '-team:"Soon gone"'}
    macro = await client.posted("/macros", new)
    assert await offered(client, number) == ["Gone"]
    async with desk.database.writing(desk.given.system, "test.write") as work:
        # As a team that is gone would leave it; a negation of what is gone must not match everything.
        await work.execute(
            "update macros set condition = replace(condition::text, $1, '999999')::jsonb", str(team["id"])
        )
    assert await offered(client, number) == []
    assert (await client.got(f"/macros/{macro['id']}"))["broken"]


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ({"texts": [{"text": "{{ requester.nmae }}"}]}, "variable_unknown"),
        ({"texts": [{"html": "<p>{{ requester.nmae }}</p>"}]}, "variable_unknown"),
        ({"texts": [{"text": "{{ requester.name | shout }}"}]}, "filter_unknown"),
        ({"texts": [{"text": "{% for x in (1..999999999) %}a{% endfor %}"}]}, "template_invalid"),
        ({"texts": [{"text": "{% if 1 %}" * 200}]}, "template_invalid"),
        ({"texts": []}, "macro_text_missing"),
        ({"texts": [{"language": "de", "text": "x"}]}, "macro_text_missing"),
        (
            {"texts": [{"text": "x"}, {"language": "de", "text": "x"}, {"language": "de", "text": "y"}]},
            "macro_text_missing",
        ),
        ({"kind": "none", "texts": [], "actions": []}, "macro_empty"),
        ({"actions": [{"do": "reply", "text": "x"}]}, "macro_replies"),
        ({"actions": [{"do": "note", "text": "{{ nothing }}"}]}, "variable_unknown"),
        ({"actions": [{"do": "set", "field": "priorty", "value": "high"}]}, "field_not_settable"),
        ({"actions": [{"do": "set", "field": "priority", "value": "loud"}]}, "action_value_unfit"),
        ({"actions": [{"do": "assign", "to": "team"}]}, "action_assigns_nobody"),
        ({"actions": [{"do": "assign", "to": "me"}] * 21}, "validation_failed"),
        ({"actions": [{"do": "explode"}]}, "validation_failed"),
        ({"texts": [{"text": "x" * 20_001}]}, "validation_failed"),
        ({"condition": "subject:("}, "condition_invalid"),
    ],
)
async def test_what_could_never_be_applied_is_refused_when_it_is_saved(
    desk: Desk, part: dict[str, Any], code: str
) -> None:
    client = await desk.staff()
    answer = await client.post("/macros", json=REPLY | part)
    assert (answer.status_code, answer.json()["code"]) == (422, code) or (answer.status_code, code) == (
        400,
        "validation_failed",
    )
    if code == "variable_unknown" and "texts" in part:
        assert answer.json()["suggestion"] == "requester.name"


async def test_a_value_in_html_stays_text_and_never_becomes_an_address(desk: Desk) -> None:
    client = await desk.staff()
    evil = "<img src=x onerror=alert(1)> {{ agent.email }} javascript:alert(1)"
    person = await desk.given.contact(evil)
    number = (await desk.given.ticket(evil, requester_id=person)).number
    html = '<p>{{ requester.name }} {{ ticket.subject | default: "x" }}</p><p>{% if ticket.number &gt; 0 %}<b>yes</b>{% endif %}</p>'
    link = '<a href="{{ ticket.subject }}">x</a><a href="javascript:{{ ticket.number }}">y</a>'
    macro = await client.posted("/macros", {"name": "H", "kind": "note", "texts": [{"html": html + link}]})
    preview = await client.posted(f"/macros/{macro['id']}/preview", {"ticket": number}, 200)
    assert "<b>yes</b>" in preview["html"]
    assert "&lt;img" in preview["html"]
    assert "<img" not in preview["html"]
    assert 'href="javascript' not in preview["html"]
    assert "{{ agent.email }}" in preview["text"]
    added = await client.posted(f"/tickets/{number}/messages", {"kind": "note", "macro_id": macro["id"]})
    assert added["message"]["html"] == preview["html"]


async def test_who_may_not_do_what_a_macro_does_cannot_by_a_macro(desk: Desk) -> None:
    admin = await desk.administrator()
    number = await ticket_of(desk)
    macro = await admin.posted("/macros", REPLY | {"scope": "shared"})
    writer = desk.bearer(await desk.token((await desk.given.staff()).id, "ticket:read", "ticket:reply"))
    before = await state_of(desk)
    refused = await writer.post(f"/tickets/{number}/messages", json={"kind": "reply", "macro_id": macro["id"]})
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_missing")
    assert await state_of(desk) == before
    body = {"kind": "reply", "macro_id": macro["id"], "actions": []}
    await writer.posted(f"/tickets/{number}/messages", body)


async def test_personal_macros_are_their_owners_and_shared_ones_need_permission(desk: Desk) -> None:
    agent, other, lead, admin = [
        await desk.staff(),
        await desk.staff(),
        await desk.staff("Team lead"),
        await desk.administrator(),
    ]
    mine = await agent.posted("/macros", REPLY)
    assert (await other.get(f"/macros/{mine['id']}")).status_code == 404
    assert (await admin.delete(f"/macros/{mine['id']}")).status_code == 404
    assert (await agent.post("/macros", json=REPLY | {"scope": "shared"})).status_code == 403
    assert (await agent.patch(f"/macros/{mine['id']}", json={"scope": "shared"})).status_code == 403
    shared = await lead.posted("/macros", REPLY | {"scope": "shared"})
    assert (await agent.got(f"/macros/{shared['id']}"))["can_edit"] is False
    assert (await agent.patch(f"/macros/{shared['id']}", json={"name": "X"})).json()["code"] == "macro_not_editable"
    await admin.patched(f"/macros/{shared['id']}", {"name": "X"})
    assert (await admin.patch(f"/macros/{shared['id']}", json={"scope": "personal"})).status_code == 403
    team = await desk.given.team()
    refused = await lead.post("/macros", json=REPLY | {"scope": "team", "team_id": team})
    assert refused.json()["code"] == "macro_team_not_yours"


async def test_a_stale_version_is_refused(desk: Desk) -> None:
    client = await desk.staff()
    macro = await client.posted("/macros", REPLY)
    await client.patched(f"/macros/{macro['id']}", {"name": "Newer"})
    assert (
        await client.patch(f"/macros/{macro['id']}", json={"name": "Old", "version": macro["version"]})
    ).status_code == 412
