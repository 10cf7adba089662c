"""The law of powers: no sequence of requests by somebody who may and sees less ends otherwise.

Whoever they are, they end with no more permissions and no wider sight than they began with, nobody
whose powers exceed theirs lost or won any, and no setting of a team out of their sight moved.
"""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from atum_desk.identity.models import PersonPowers
from atum_desk.identity.queries import list_powers
from atum_desk.kernel.feature import declared
from desk import Client, Desk

AGENT = declared.permissions_of("Agent")
ADMINISTRATOR = declared.permissions_of("Administrator")
# What administers without being an administrator: every other permission is left out.
HALF = (
    *AGENT,
    "settings:people:edit",
    "settings:teams:edit",
    "settings:mailboxes:edit",
    "audit:read",
    "change:undo_any",
)
KINDS: dict[str, tuple[str, ...]] = {"half": HALF, "full": ADMINISTRATOR}
# A person of the staff as roles x teams: what they may do, and the teams they see (None: all).
CAST: tuple[tuple[str, tuple[int, ...] | None], ...] = (
    ("full", None),
    ("full", (0,)),
    ("half", None),
    ("half", (0,)),
    ("half", (0, 1)),
    ("agent", (0,)),
    ("agent", (1,)),
    ("agent", None),
)
ACTORS = [("full", (0,)), ("half", None), ("half", (0,)), ("agent", None)]


class Stage(msgspec.Struct, kw_only=True):
    """The ids of what the requests may name, and who acts."""

    desk: Desk
    admin: Client
    teams: list[int]
    roles: dict[str, int]
    people: list[int]
    mailboxes: list[int]
    layouts: list[int]


class Seen(msgspec.Struct, kw_only=True):
    """What must not move behind the actor's back."""

    powers: dict[int, PersonPowers]
    passwords: dict[int, Any]
    settings: dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
async def stage(law_desk: Desk) -> Stage:
    desk, admin = law_desk, await law_desk.administrator()
    teams = [await desk.given.team(f"Law {n}") for n in range(3)]
    async with desk.database.writing(desk.given.system, "role.make") as work:
        for name, held in {**KINDS, "agent": AGENT}.items():
            await work.execute(
                "insert into roles (workspace_id, name, permissions) values (ctx_workspace(), $1, $2)",
                f"law {name}",
                list(held),
            )
    roles = {role["name"].removeprefix("law "): role["id"] for role in (await admin.got("/roles"))["items"]}
    people = [(await staff(desk, teams, *one)).id for one in CAST]
    boxes = [
        (await admin.posted("/mailboxes", {"address": f"law{n}@desk.example", "name": "Law", "team_id": team}))["id"]
        for n, team in enumerate(teams)
    ]
    layouts = [(await admin.posted("/mail-layouts", {"language": "en", "team_id": team}))["id"] for team in teams]
    return Stage(desk=desk, admin=admin, teams=teams, roles=roles, people=people, mailboxes=boxes, layouts=layouts)


async def staff(desk: Desk, teams: list[int], role: str, sees: tuple[int, ...] | None) -> Any:
    return await desk.given.staff(
        role=f"law {role}", teams=tuple(teams[n] for n in sees or ()), sees_all_teams=sees is None
    )


person = st.integers(-1, len(CAST) - 1)
team = st.integers(0, 2)
some_teams = st.lists(team, max_size=3, unique=True)
role = st.sampled_from(["half", "full", "agent"])
# Each step names people, teams and roles by their place; place -1 is the actor.
STEP = st.one_of(
    st.tuples(
        st.just("person"),
        person,
        st.fixed_dictionaries(
            {},
            optional={
                "role_id": role,
                "team_ids": some_teams,
                "sees_all_teams": st.booleans(),
                "active": st.booleans(),
            },
        ),
    ),
    st.tuples(st.just("members"), team, st.lists(person, max_size=4, unique=True)),
    st.tuples(
        st.just("add_person"),
        role,
        st.fixed_dictionaries({"team_ids": some_teams}, optional={"sees_all_teams": st.booleans()}),
    ),
    st.tuples(st.just("add_team"), st.lists(person, max_size=2, unique=True)),
    st.tuples(st.just("password"), person),
    st.tuples(st.just("mailbox"), team, team),
    st.tuples(st.just("sending"), team),
    st.tuples(st.just("layout"), team),
    st.tuples(st.just("add_layout"), team, st.sampled_from(["de", "fr", "ar"])),
    st.tuples(st.just("undo"), st.integers(0, 5)),
)


@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(actor=st.sampled_from(ACTORS), before=st.lists(STEP, max_size=3), steps=st.lists(STEP, min_size=2, max_size=10))
@example(  # an administrator of one team lifts it by themselves
    actor=("full", (0,)), before=[], steps=[("person", -1, {"sees_all_teams": True}), ("members", 1, [-1])]
)
@example(  # ... takes back what an administrator narrowed
    actor=("half", None), before=[("person", -1, {"sees_all_teams": False, "team_ids": [0]})], steps=[("undo", 0)]
)
@example(  # ... moves another team's mailbox to their own, or takes back that it was moved away
    actor=("full", (0,)),
    before=[("mailbox", 0, 1), ("layout", 1), ("sending", 2)],
    steps=[
        ("undo", 0),
        ("undo", 1),
        ("undo", 2),
        ("mailbox", 1, 0),
        ("mailbox", 0, 1),
        ("layout", 1),
        ("add_layout", 1, "de"),
    ],
)
@example(  # ... switches off, or gets the password of, somebody who may do more
    actor=("half", None), before=[], steps=[("person", 0, {"active": False}), ("password", 0), ("password", 7)]
)
async def test_no_sequence_of_requests_widens_or_narrows_beyond_ones_own_powers(
    stage: Stage, actor: Any, before: list[Any], steps: list[Any]
) -> None:
    await set_out(stage)
    acting = await staff(stage.desk, stage.teams, *actor)
    client = stage.desk.client(acting)
    for step in before:
        await take(stage, stage.admin, acting.id, step)
    at_first = await look(stage)
    own = at_first.powers[acting.id]
    for step in steps:
        answer = await take(stage, client, acting.id, step)
        assert answer.status_code < 500, f"{step}: {answer.text}"
    expect_law(stage, own, at_first, await look(stage), acting.id)


def expect_law(stage: Stage, own: PersonPowers, was: Seen, now: Seen, acting_id: int) -> None:
    assert covers(own, now.powers[acting_id]), "they hold more than they did"
    for person_id, powers in was.powers.items():
        if not covers(own, powers):
            assert now.powers[person_id] == powers, f"person {person_id} was changed"
            assert now.passwords.get(person_id) == was.passwords.get(person_id)
    for person_id, powers in now.powers.items():
        if powers != was.powers.get(person_id):
            assert covers(own, powers), f"person {person_id} was given more than the giver has"
    sight = None if own.sees_all_teams else own.team_ids
    assert hidden(now, sight) == hidden(was, sight), "a setting of a team out of sight moved"


def covers(own: PersonPowers, other: PersonPowers) -> bool:
    """Tell, in words of the law's own, whether somebody has all that another has."""
    if not other.permissions <= own.permissions:
        return False
    return own.sees_all_teams or (not other.sees_all_teams and other.team_ids <= own.team_ids)


def hidden(seen: Seen, sight: frozenset[int] | None) -> list[Any]:
    if sight is None:
        return []
    return [row for rows in seen.settings.values() for row in rows if row["team_id"] not in sight]


async def look(stage: Stage) -> Seen:
    async with stage.desk.database.reading(stage.desk.given.system) as transaction:
        powers = await list_powers(transaction)
    rows = {
        "mailboxes": await stage.desk.rows("select id, team_id, name, address, active from mailboxes order by id"),
        "layouts": await stage.desk.rows(
            "select id, team_id, language, intro from mail_layouts where team_id is not null order by id"
        ),
        "sending": await stage.desk.rows(
            "select s.id, b.team_id, s.max_per_minute from mailbox_sending s join mailboxes b on b.id = s.mailbox_id order by 1"
        ),
    }
    set_at = await stage.desk.rows("select person_id, changed_at from passwords")
    passwords = {row["person_id"]: row["changed_at"] for row in set_at}
    return Seen(powers=powers, passwords=passwords, settings=rows)


async def set_out(stage: Stage) -> None:
    """Give the cast and the mailboxes back what they begin with."""
    async with stage.desk.database.writing(stage.desk.given.system, "law.begin") as work:
        await work.execute("delete from team_members where person_id = any($1)", stage.people)
        for person_id, (name, sees) in zip(stage.people, CAST, strict=True):
            await work.execute(
                "update people set role_id = $2, sees_all_teams = $3, active = true where id = $1",
                person_id,
                stage.roles[name],
                sees is None,
            )
            await work.execute(
                """insert into team_members (workspace_id, team_id, person_id)
                   select ctx_workspace(), t, $1 from unnest($2::bigint[]) t""",
                person_id,
                [stage.teams[n] for n in sees or ()],
            )
        for mailbox_id, team_id in zip(stage.mailboxes, stage.teams, strict=True):
            await work.execute("update mailboxes set team_id = $2 where id = $1", mailbox_id, team_id)


async def take(stage: Stage, client: Client, acting_id: int, step: tuple[Any, ...]) -> Any:
    """Send one request."""

    def who(place: int) -> int:
        return acting_id if place < 0 else stage.people[place]

    def real(given: dict[str, Any]) -> dict[str, Any]:
        body = dict(given)
        if "role_id" in body:
            body["role_id"] = stage.roles[body["role_id"]]
        if "team_ids" in body:
            body["team_ids"] = [stage.teams[n] for n in body["team_ids"]]
        return body

    match step:
        case ("person", place, given):
            return await client.patch(f"/people/{who(place)}", json=real(given))
        case ("members", n, places):
            return await client.patch(f"/teams/{stage.teams[n]}", json={"member_ids": [who(p) for p in places]})
        case ("add_person", name, given):
            number = await stage.desk.value("select count(*) from people")
            body = {"name": "New", "email": f"law.new{number}@example.org", "role_id": name, **given}
            return await client.post("/people", json={**real(body), "password": "correct horse battery"})
        case ("add_team", places):
            number = await stage.desk.value("select count(*) from teams")
            body = {"name": f"Law team {number}", "member_ids": [who(p) for p in places]}
            return await client.post("/teams", json=body)
        case ("password", place):
            return await client.post(f"/people/{who(max(place, 0))}/password")
        case ("mailbox", n, to):
            return await client.patch(f"/mailboxes/{stage.mailboxes[n]}", json={"team_id": stage.teams[to]})
        case ("sending", n):
            number = await stage.desk.value("select count(*) from changes")
            body = {"max_per_minute": number % 500 + 1}
            return await client.patch(f"/mailboxes/{stage.mailboxes[n]}/sending", json=body)
        case ("layout", n):
            number = await stage.desk.value("select count(*) from changes")
            return await client.patch(f"/mail-layouts/{stage.layouts[n]}", json={"intro": f"Hello {number}"})
        case ("add_layout", n, language):
            return await client.post("/mail-layouts", json={"team_id": stage.teams[n], "language": language})
        case _:
            newest = await stage.desk.rows(
                "select id from changes where command <> 'session.start' order by id desc limit 6"
            )
            return await client.post(f"/changes/{newest[min(step[1], len(newest) - 1)]['id']}/undo")
