"""Forms: what may be in one, what each route takes of it, and what a ticket gets."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from desk import Client, Desk

COUNTED = itertools.count()
FOR = {"requester": {"email": "r@x.example"}, "channel": "phone"}
PLACES = [{"name": "Hall one", "key": "one"}, {"name": "Hall two", "key": "two"}, {"name": "Yard", "key": "yard"}]


def somebody() -> dict[str, str]:
    """Return who asks: somebody else each time, as few requests of one address are taken in an hour."""
    return {"name": "Ada", "email": f"ada{next(COUNTED)}@x.example"}


def leaf(field: str, operator: str, *values: Any) -> dict[str, Any]:
    return {"node": "leaf", "field": field, "operator": operator, "values": values}


async def add_field(client: Client, name: str, kind: str = "text", **settings: Any) -> dict[str, Any]:
    body = {"entity": "ticket", "name": name, "kind": kind, "requesters": "edit", **settings}
    return await client.posted("/custom-fields", body)


async def add_fields(client: Client) -> None:
    options = [{"name": "Machine", "key": "machine"}, {"name": "Building", "key": "building"}]
    await add_field(client, "Topic", "choice", options=options)
    await add_field(client, "Serial")
    await add_field(client, "Place", "choice", options=PLACES)
    await add_field(client, "Cause", requesters="none", required_on=["open"])


SECTIONS = [
    {
        "title": "What",
        "fields": [
            {"field": "subject"},
            {"field": "field.topic", "required": True, "label": "What is it about?"},
            {"field": "field.serial", "shown_when": leaf("field.topic", "is", "machine"), "required": True},
            {
                "field": "field.place",
                "options": [
                    {"when": leaf("field.topic", "is", "machine"), "options": ["one", "two"]},
                    {"options": ["yard"]},
                ],
            },
        ],
    },
    {"title": "More", "fields": [{"field": "text"}, {"field": "field.cause"}]},
]


async def add_form(client: Client, **settings: Any) -> dict[str, Any]:
    body = {"name": "Broken", "sections": SECTIONS, "in_portal": True, "public": True, **settings}
    return await client.posted("/forms", body)


@pytest.fixture
async def admin(desk: Desk) -> Client:
    client = await desk.administrator()
    await add_fields(client)
    return client


async def refused(client: Client, path: str, body: dict[str, Any]) -> dict[str, str]:
    """Send what must be refused; return the faults by field."""
    answer = await client.post(path, json=body | somebody() if path.startswith("/portal") else body)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed"), answer.text
    return {one["field"]: one["message"] for one in answer.json()["errors"]}


# ---------------------------------------------------------------- what a form may be
async def test_a_form_is_added_changed_retired_deleted_and_brought_back(desk: Desk, admin: Client) -> None:
    form = await add_form(admin, tags=["VPN "], team_id=await desk.given.first_team(), priority="high")
    assert (form["key"], form["tags"], form["active"], form["version"]) == ("broken", ["vpn"], True, 1)
    second = await admin.posted("/forms", {"name": "Other"})
    path = f"/forms/{form['id']}"
    changed = await admin.patched(path, {"help": "For machines", "version": 1})
    assert (changed["help"], changed["version"]) == ("For machines", 2)
    assert (await admin.patch(path, json={"help": "x", "version": 1})).status_code == 412
    ordered = await admin.put("/forms/order", json={"ids": [second["id"], form["id"]]})
    assert [one["name"] for one in ordered.json()["items"]] == ["Other", "Broken"]
    assert (await admin.put("/forms/order", json={"ids": [form["id"]]})).status_code == 422
    before = await admin.got("/forms")
    gone = await admin.delete(path)
    assert [one["name"] for one in (await admin.got("/forms"))["items"]] == ["Other"]
    await admin.posted(f"/changes/{gone.headers['x-change-id']}/undo", status=200)
    after = await admin.got("/forms")
    for one in (*before["items"], *after["items"]):
        one.pop("version")
    assert after["items"] == before["items"]
    assert (await admin.patched(path, {"active": False}))["active"] is False
    assert [one["name"] for one in (await admin.got("/forms/offered"))["items"]] == ["Other"]


async def test_names_and_keys_are_not_given_twice(admin: Client) -> None:
    form = await add_form(admin)
    for body in ({"name": "BROKEN"}, {"name": "Second", "key": form["key"]}):
        answer = await admin.post("/forms", json=body)
        assert (answer.status_code, answer.json()["code"]) == (409, "already_exists")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ([{"field": "field.nothing"}], "which tickets do not have"),
        ([{"field": "subject"}, {"field": "subject"}], "twice"),
        ([{"field": "subject", "shown_when": leaf("text", "set")}, {"field": "text"}], "does not stand before"),
        ([{"field": "subject", "shown_when": leaf("subject", "set")}], "does not stand before"),
        ([{"field": "text"}, {"field": "subject", "shown_when": leaf("text", "is", "x")}], "not compared by"),
        (
            [{"field": "field.topic"}, {"field": "text", "shown_when": leaf("field.topic", "above", "x")}],
            "not compared",
        ),
        ([{"field": "field.topic"}, {"field": "text", "shown_when": leaf("field.topic", "is", "x")}], "does not offer"),
        ([{"field": "field.topic"}, {"field": "text", "shown_when": leaf("field.topic", "is")}], "not compared"),
        ([{"field": "field.topic", "options": [{"options": ["x"]}]}], "does not offer"),
        ([{"field": "subject", "options": [{"options": ["x"]}]}], "no choice"),
        ([{"field": "team"}], "which teams it offers"),
        ([{"field": "team", "options": [{"options": ["999999"]}]}], "does not offer"),
    ],
)
async def test_what_says_nothing_is_refused_with_its_name(admin: Client, fields: list[Any], words: str) -> None:
    faults = await refused(admin, "/forms", {"name": "Wrong", "sections": [{"fields": fields}]})
    assert words in faults["sections"]


async def test_a_condition_has_bounds_and_a_template_names_what_is_asked_for(admin: Client) -> None:
    nested: dict[str, Any] = leaf("field.topic", "set")
    for _ in range(6):
        nested = {"node": "group", "match": "all", "members": [nested]}
    fields = [{"field": "field.topic"}, {"field": "text", "shown_when": nested}]
    answer = await admin.post("/forms", json={"name": "Deep", "sections": [{"fields": fields}]})
    assert (answer.status_code, answer.json()["code"]) == (422, "condition_invalid")
    body = {"name": "Template", "sections": SECTIONS, "subject_template": "{{ field.nothing }}"}
    answer = await admin.post("/forms", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "variable_unknown")
    many = [{"field": f"field.f{number}"} for number in range(101)]
    assert (await admin.post("/forms", json={"name": "M", "sections": [{"fields": many}]})).status_code == 422


async def test_only_whoever_looks_after_forms_changes_them(desk: Desk, admin: Client) -> None:
    form = await add_form(admin)
    agent = await desk.staff()
    assert (await agent.got("/forms"))["items"][0]["name"] == "Broken"
    for method, path, body in (
        ("POST", "/forms", {"name": "Mine"}),
        ("PATCH", f"/forms/{form['id']}", {"name": "Mine"}),
        ("DELETE", f"/forms/{form['id']}", None),
        ("PUT", "/forms/order", {"ids": [form["id"]]}),
    ):
        assert (await agent.request(method, path, json=body)).status_code == 403


# ---------------------------------------------------------------- what a route takes
async def routes_of(desk: Desk, admin: Client, **settings: Any) -> dict[str, tuple[Client, str, dict[str, Any]]]:
    """Return each route of a form: who sends what where, beside what is filled in."""
    form = await add_form(admin, **settings)
    return {
        "desk": (admin, f"/forms/{form['id']}/tickets", FOR),
        "portal": (desk.client(), "/portal/tickets", somebody() | {"form": form["key"]}),
    }


@pytest.mark.parametrize("place", ["desk", "portal"])
async def test_each_route_holds_to_the_form(desk: Desk, admin: Client, place: str) -> None:
    client, path, rest = (await routes_of(desk, admin))[place]
    words = rest | {"subject": "S", "text": "T"}
    assert await refused(client, path, words) == {
        "fields.topic": "What is it about? must be filled in",
        **({} if place == "portal" else {"fields.cause": "Cause must be filled in"}),
    }
    cause = {} if place == "portal" else {"cause": "worn"}
    machine = words | {"fields": {"topic": "machine"} | cause}
    assert await refused(client, path, machine) == {"fields.serial": "Serial must be filled in"}
    building = {"topic": "building"} | cause
    hidden = words | {"fields": building | {"serial": "7"}}
    assert await refused(client, path, hidden) == {"fields.serial": "Serial is not asked for by what is filled in"}
    wrong = words | {"fields": building | {"place": "one"}}
    assert await refused(client, path, wrong) == {"fields.place": "Place can only be one of these now: Yard"}
    foreign = words | {"fields": building | {"secret": "x"}}
    assert await refused(client, path, foreign) == {"fields.secret": "secret is no field of this form"}
    assert "subject" in await refused(client, path, rest | {"text": "T", "fields": building})
    good = await client.posted(path, words | {"fields": building | {"place": "yard"}}, 201 if place == "desk" else 202)
    ticket = await admin.got(f"/tickets/{good['number']}")
    assert ticket["fields"] == building | {"place": "yard"}


async def test_requesters_get_only_what_is_for_them(desk: Desk, admin: Client) -> None:
    await add_form(admin)
    portal = desk.client()
    assert (await portal.got("/portal/forms"))["items"] == [
        {"key": "broken", "name": "Broken", "help": "", "language": "en"}
    ]
    offered = await portal.got("/portal/forms/broken")
    names = [field["field"] for section in offered["sections"] for field in section["fields"]]
    assert names == ["subject", "field.topic", "field.serial", "field.place", "text"]
    seen = somebody() | {"form": "broken", "subject": "S", "text": "T", "fields": {"topic": "building", "cause": "x"}}
    assert "fields.cause" in await refused(portal, "/portal/tickets", seen)


async def test_a_portal_with_forms_takes_no_request_without_one(desk: Desk, admin: Client) -> None:
    plain = {"subject": "S", "text": "T"}
    portal = desk.client()
    await portal.posted("/portal/tickets", plain | somebody(), status=202)
    assert await refused(portal, "/portal/tickets", plain | {"priority": "urgent"}) == {
        "priority": "is set by forms alone"
    }
    form = await add_form(admin)
    answer = await portal.post("/portal/tickets", json=plain | somebody())
    assert (answer.status_code, answer.json()["code"]) == (422, "form_required")
    await admin.patched(f"/forms/{form['id']}", {"in_portal": False})
    await portal.posted("/portal/tickets", plain | somebody(), status=202)
    # Still at its public address.
    filled = plain | somebody() | {"form": "broken", "fields": {"topic": "building"}}
    await portal.posted("/portal/tickets", filled, status=202)
    await admin.patched(f"/forms/{form['id']}", {"public": False})
    for path, body in (("/portal/forms/broken", None), ("/portal/tickets", filled)):
        answer = await portal.request("POST" if body else "GET", path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "form_not_found")


async def test_a_request_of_a_form_is_confirmed_as_every_other(desk: Desk, admin: Client) -> None:
    await add_form(admin)
    filled = somebody() | {"form": "broken", "subject": "S", "text": "T", "fields": {"topic": "building"}}
    told = await desk.client().posted("/portal/tickets", filled, status=202)
    ticket = await admin.got(f"/tickets/{told['number']}")
    assert ticket["thread"][0]["author_check"]["verdict"] == "unknown"
    assert await desk.value("select count(*) from jobs.pgqueuer where entrypoint = 'mail.confirm'") == 1


async def test_a_ticket_gets_what_the_form_says_and_what_it_asks_for(desk: Desk, admin: Client) -> None:
    team, other = await desk.given.team(), await desk.given.team()
    sections = [
        {
            "fields": [
                {"field": "priority", "options": [{"options": ["low", "high"]}]},
                {"field": "team", "options": [{"options": [str(team), str(other)]}]},
            ]
        }
    ]
    form = await add_form(
        admin, sections=sections, team_id=team, ticket_type="incident", tags=["form"], text_template="Made by a form"
    )
    portal = desk.client()
    plain = {"form": "broken"}

    async def asked(**given: Any) -> tuple[Any, ...]:
        told = await portal.posted("/portal/tickets", plain | somebody() | given, status=202)
        made = await admin.got(f"/tickets/{told['number']}")
        return made["subject"], made["team"]["id"], made["type"], made["priority"], made["tags"]

    assert await asked() == ("Broken", team, "incident", "normal", ["form"])
    assert await asked(priority="high", team_id=other) == ("Broken", other, "incident", "high", ["form"])
    assert "priority" in await refused(portal, "/portal/tickets", plain | {"priority": "urgent"})
    assert "team_id" in await refused(portal, "/portal/tickets", plain | {"team_id": 1})
    assert "type" in await refused(portal, "/portal/tickets", plain | {"type": "task"})
    # An agent sets of a ticket what the form does not ask for, as of any ticket.
    by_agent = await admin.posted(f"/forms/{form['id']}/tickets", FOR | {"type": "task", "tags": ["own"]})
    assert (by_agent["type"], by_agent["tags"]) == ("task", ["own", "form"])


async def test_a_form_without_subject_and_text_makes_them_of_what_was_filled_in(desk: Desk, admin: Client) -> None:
    fields = [{"field": "field.topic"}, {"field": "field.serial"}]
    template = "{{ field.topic }} {{ field.serial | default: 'unknown' }}"
    settings = {"sections": [{"fields": fields}], "subject_template": template}
    client, path, rest = (await routes_of(desk, admin, **settings))["portal"]
    evil = "{{ form.name }} {% x"
    told = await client.posted(path, rest | {"fields": {"topic": "machine", "serial": evil}}, status=202)
    ticket = await admin.got(f"/tickets/{told['number']}")
    assert ticket["subject"] == f"Machine {evil}"
    assert ticket["thread"][0]["text"] == f"Topic: Machine\nSerial: {evil}"


async def test_a_default_that_the_form_does_not_offer_is_no_value(desk: Desk, admin: Client) -> None:
    await admin.patched("/custom-fields/place", {"default": "yard"})
    client, path, rest = (await routes_of(desk, admin))["portal"]
    words = rest | {"subject": "S", "text": "T"}
    told = await client.posted(path, words | {"fields": {"topic": "building"}}, status=202)
    assert (await admin.got(f"/tickets/{told['number']}"))["fields"] == {"topic": "building", "place": "yard"}
    told = await client.posted(path, words | {"fields": {"topic": "machine", "serial": "7"}}, status=202)
    assert (await admin.got(f"/tickets/{told['number']}"))["fields"] == {"topic": "machine", "serial": "7"}


async def test_a_field_that_is_out_of_use_is_left_out_and_reads_as_empty(desk: Desk, admin: Client) -> None:
    client, path, rest = (await routes_of(desk, admin))["portal"]
    await admin.patched("/custom-fields/topic", {"active": False})
    words = rest | {"subject": "S", "text": "T"}
    assert "fields.serial" in await refused(client, path, words | {"fields": {"serial": "7"}})
    await client.posted(path, words | {"fields": {"place": "yard"}}, status=202)


async def test_a_form_of_the_portal_has_no_public_address_unless_it_says_so(desk: Desk, admin: Client) -> None:
    form = await add_form(admin, public=False)
    portal = desk.client()
    assert (await portal.got("/portal/forms/broken"))["key"] == "broken"
    answer = await portal.get("/portal/forms/broken", params={"public": True})
    assert (answer.status_code, answer.json()["code"]) == (404, "form_not_found")
    await admin.patched(f"/forms/{form['id']}", {"public": True})
    assert (await portal.got("/portal/forms/broken", public=True))["key"] == "broken"
