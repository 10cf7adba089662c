"""People, roles and teams: who may give whom which powers, and what the screens list."""

from __future__ import annotations

import asyncio

import pytest

from desk import Client, Desk


async def role_ids(client: Client) -> dict[str, int]:
    return {role["name"]: role["id"] for role in (await client.got("/roles"))["items"]}


async def with_role(desk: Desk, *permissions: str, name: str) -> Client:
    """Return somebody whose role has exactly these permissions."""
    async with desk.database.writing(desk.given.system, "role.add") as work:
        await work.execute(
            "insert into roles (workspace_id, name, permissions) values (ctx_workspace(), $1, $2)",
            name,
            list(permissions),
        )
    return await desk.staff(name)


async def test_a_person_is_added_with_a_made_password_and_signs_in_with_it(shared_desk: Desk) -> None:
    admin = await shared_desk.administrator()
    roles, team_id = await role_ids(admin), await shared_desk.given.first_team()
    made = await admin.posted(
        "/people", {"name": "  Noor  ", "email": "Noor@Example.org", "role_id": roles["Agent"], "team_ids": [team_id]}
    )
    person = made["person"]
    assert (person["name"], person["email"], person["active"], person["team_ids"]) == (
        "Noor",
        "noor@example.org",
        True,
        [team_id],
    )
    assert person["role"] == {"id": roles["Agent"], "name": "Agent"}
    me = await shared_desk.client().posted(
        "/session", {"email": "noor@example.org", "password": made["password"]}, status=200
    )
    assert me["person"]["team_ids"] == [team_id]
    given = {"name": "Own", "email": "own@example.org", "role_id": roles["Agent"], "password": "chosen by hand"}
    assert (await admin.posted("/people", given))["password"] is None


async def test_an_address_belongs_to_one_person(shared_desk: Desk) -> None:
    admin = await shared_desk.administrator()
    role = (await role_ids(admin))["Agent"]
    await shared_desk.given.contact(email="taken@example.org")
    answer = await admin.post("/people", json={"name": "Two", "email": "Taken@example.org", "role_id": role})
    assert (answer.status_code, answer.json()["code"]) == (409, "already_exists")
    assert "taken@example.org" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "", "email": "a@b.example", "role_id": 1}, "name"),
        ({"name": " ", "email": "a@b.example", "role_id": 1}, "name"),
        ({"name": "A", "email": "no address", "role_id": 1}, "email"),
        ({"name": "A", "role_id": 1}, "email"),
        ({"name": "A", "email": "a@b.example", "role_id": "one"}, "role_id"),
        ({"name": "A", "email": "a@b.example", "role_id": 1, "password": "short"}, "password"),
    ],
)
async def test_bad_input_names_its_field(shared_desk: Desk, body: dict[str, object], field: str) -> None:
    answer = await (await shared_desk.administrator()).post("/people", json=body)
    assert answer.status_code == 422
    assert field in answer.json()["detail"]


async def test_nobody_gives_a_role_with_more_than_they_have(shared_desk: Desk) -> None:
    personnel = await with_role(shared_desk, "settings:people:edit", "ticket:note", name="Personnel")
    roles = await role_ids(personnel)
    for role in ("Administrator", "Agent", "Auditor"):
        added = await personnel.post(
            "/people", json={"name": "X", "email": f"{role}@example.org", "role_id": roles[role]}
        )
        assert (added.status_code, added.json()["code"]) == (403, "grant_too_wide")
        assert added.json()["missing"]
    person = await shared_desk.given.staff()
    raised = await personnel.patch(f"/people/{person.id}", json={"role_id": roles["Administrator"]})
    assert (raised.status_code, raised.json()["code"]) == (403, "grant_too_wide")
    own = await personnel.posted("/people", {"name": "Y", "email": "same@example.org", "role_id": roles["Personnel"]})
    assert own["person"]["role"]["name"] == "Personnel"
    unknown = await personnel.post("/people", json={"name": "Z", "email": "z@example.org", "role_id": 99_999})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "role_not_found")


async def test_nobody_takes_over_who_may_more_by_resetting_their_password(shared_desk: Desk) -> None:
    personnel = await with_role(shared_desk, "settings:people:edit", name="Reset only")
    admin = await shared_desk.given.staff(role="Administrator")
    answer = await personnel.post(f"/people/{admin.id}/password")
    assert (answer.status_code, answer.json()["code"]) == (403, "grant_too_wide")
    assert (await shared_desk.client(admin).get("/me")).status_code == 200


async def test_an_undo_gives_nobody_a_role_with_more_than_the_undoer_has(desk: Desk) -> None:
    lesser = await with_role(desk, "settings:people:edit", "change:undo_any", "audit:read", name="Lesser")
    admin = await desk.administrator()
    roles, person = await role_ids(admin), await desk.given.staff(role="Administrator")
    lowered = await admin.patch(f"/people/{person.id}", json={"role_id": roles["Auditor"]})
    answer = await lesser.post(f"/changes/{lowered.headers['x-change-id']}/undo")
    assert (answer.status_code, answer.json()["code"]) == (403, "grant_too_wide")
    assert (await desk.client(person).got("/me"))["person"]["role"]["name"] == "Auditor"
    assert (await admin.post(f"/changes/{lowered.headers['x-change-id']}/undo")).status_code == 200


async def only_administrator(desk: Desk) -> Client:
    """Sign in the administrator that a fresh workspace has."""
    person_id = await desk.value("select id from people where kind = 'staff'")
    return desk.client(await desk.given.sign_in(person_id, "staff"))


async def test_the_last_administrator_stays_one(desk: Desk) -> None:
    admin = await only_administrator(desk)
    me, roles = (await admin.got("/me"))["person"], await role_ids(admin)
    for change in ({"active": False}, {"role_id": roles["Agent"]}, {"role_id": roles["Auditor"], "active": False}):
        answer = await admin.patch(f"/people/{me['id']}", json=change)
        assert (answer.status_code, answer.json()["code"]) == (409, "last_administrator")
    assert (await admin.got("/me"))["person"]["role"]["name"] == "Administrator"
    other = await desk.given.staff(role="Administrator")
    assert (await admin.patch(f"/people/{me['id']}", json={"role_id": roles["Agent"]})).status_code == 200
    assert (await desk.client(other).patch(f"/people/{other.id}", json={"active": False})).status_code == 409


async def test_an_undo_does_not_take_the_last_administrator_away(desk: Desk) -> None:
    first = await only_administrator(desk)
    me, roles = (await first.got("/me"))["person"], await role_ids(first)
    person = await desk.given.staff()
    second = desk.client(person)
    raised = await first.patch(f"/people/{person.id}", json={"role_id": roles["Administrator"]})
    await first.patched(f"/people/{me['id']}", {"role_id": roles["Agent"]})
    answer = await second.post(f"/changes/{raised.headers['x-change-id']}/undo")
    assert (answer.status_code, answer.json()["code"]) == (409, "last_administrator")
    assert (await second.got("/me"))["person"]["role"]["name"] == "Administrator"


async def test_two_administrators_who_demote_each_other_at_once_leave_one(desk: Desk) -> None:
    first = await only_administrator(desk)
    one, roles = (await first.got("/me"))["person"], await role_ids(first)
    for _ in range(4):
        person = await desk.given.staff(role="Administrator")
        second = desk.client(person)
        answers = await asyncio.gather(
            first.patch(f"/people/{person.id}", json={"role_id": roles["Agent"]}),
            second.patch(f"/people/{one['id']}", json={"role_id": roles["Agent"]}),
        )
        statuses = sorted(answer.status_code for answer in answers)
        assert statuses[0] == 200
        assert statuses[1] in (403, 409)
        left = await desk.rows(
            "select p.id from people p join roles r on r.id = p.role_id where r.name = 'Administrator'"
        )
        assert len(left) == 1
        if left[0]["id"] != one["id"]:
            await second.patched(f"/people/{one['id']}", {"role_id": roles["Administrator"]})
            await first.patched(f"/people/{person.id}", {"role_id": roles["Agent"]})


async def test_people_are_listed_by_name_page_by_page_in_every_script(desk: Desk) -> None:
    names = ["Ägidius", "İstanbul", "ΑΣ", "ΑΣΤΡΑ", "ẞcharf", "zoe", "Zoë", "ʼn", "أمل", "same", "same", "SAME"]
    for name in names:
        await desk.given.staff(name)
    client = await only_administrator(desk)
    for kind, path in (("staff", "/people"), ("contact", "/contacts")):
        if kind == "contact":
            for name in names:
                await desk.given.contact(name)
        read, cursor = [], None
        for _ in range(40):
            query = {"limit": 1, "kind": kind} if path == "/people" else {"limit": 1}
            page = await client.got(path, **query, **({"cursor": cursor} if cursor else {}))
            read += [item["id"] for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        everyone = [
            row["id"] for row in await desk.rows("select id from people where kind = $1 order by lower(name), id", kind)
        ]
        assert read == everyone


async def test_people_are_found_by_a_part_of_their_name_or_address(desk: Desk) -> None:
    client = await only_administrator(desk)
    person = await desk.given.staff("Yusuf Özdemir")
    await desk.given.staff("Per%cent_sign")
    for words in ("özdem", "YUSUF", f"agent{person.id}@"):
        assert [p["name"] for p in (await client.got("/people", q=words))["items"]] == ["Yusuf Özdemir"]
    for words, found in (("%", ["Per%cent_sign"]), ("_", ["Per%cent_sign"]), ("\\", []), ("nobody", [])):
        assert [p["name"] for p in (await client.got("/people", q=words))["items"]] == found


async def test_a_stale_version_is_refused_and_tells_both_versions(shared_desk: Desk) -> None:
    admin, person = await shared_desk.administrator(), await shared_desk.given.staff()
    changed = await admin.patched(f"/people/{person.id}", {"name": "First"}, headers={"If-Match": '"1"'})
    assert changed["version"] == 2
    for version in ('"1"', 'W/"1"'):
        stale = await admin.patch(f"/people/{person.id}", json={"name": "Second"}, headers={"If-Match": version})
        assert (stale.status_code, stale.json()["code"]) == (412, "version_conflict")
        assert (stale.json()["current_version"], stale.json()["your_version"]) == (2, 1)
    in_body = await admin.patch(f"/people/{person.id}", json={"name": "Second", "version": 1})
    assert in_body.status_code == 412
    assert (await admin.patched(f"/people/{person.id}", {"name": "Third", "version": 2}))["name"] == "Third"


async def test_a_team_is_made_renamed_and_filled(shared_desk: Desk) -> None:
    admin, person = await shared_desk.administrator(), await shared_desk.given.staff()
    team = await admin.posted(
        "/teams", {"name": " Night shift ", "color": "#102030", "member_ids": [person.id, person.id]}
    )
    assert (team["name"], team["color"], team["member_ids"], team["open_count"]) == (
        "Night shift",
        "#102030",
        [person.id],
        0,
    )
    renamed = await admin.patched(f"/teams/{team['id']}", {"name": "Day shift", "member_ids": []})
    assert (renamed["name"], renamed["color"], renamed["member_ids"]) == ("Day shift", "#102030", [])
    twice = await admin.post("/teams", json={"name": "Day shift"})
    assert (twice.status_code, twice.json()["code"]) == (409, "already_exists")
    for body in ({"name": " "}, {"name": "x" * 101}, {"name": "x", "color": "red"}):
        assert (await admin.post("/teams", json=body)).status_code == 422


async def test_ones_own_profile_is_ones_own_to_change_and_undo(shared_desk: Desk) -> None:
    person = await shared_desk.given.staff("Before")
    client = shared_desk.client(person)
    changed = await client.patch("/me", json={"name": "After", "locale": "de"})
    assert (changed.json()["person"]["name"], changed.json()["person"]["locale"]) == ("After", "de")
    assert (await client.post(f"/changes/{changed.headers['x-change-id']}/undo")).status_code == 200
    assert (await client.got("/me"))["person"]["name"] == "Before"
    for body in ({"name": " "}, {"locale": "german"}, {"name": None}):
        assert (await client.patch("/me", json=body)).status_code == 422
