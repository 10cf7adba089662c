"""One search over four kinds finds all that the actor may see and nothing else, as a plain evaluation says."""

from __future__ import annotations

import random
import unicodedata
from typing import Any

import msgspec
import pytest

from atum_desk.search.queries import attachments, contacts
from atum_desk.tickets.jobs import learn_words_of
from atum_desk.tickets.queries import ranked_search
from desk import Client, Desk

WORDS = ("müller", "café", "tunnelbau", "straße", "kabel", "ofen", "größe", "zebra", "0042", "kiwi")
# As somebody may type them, without marks, or with the umlaut's other spelling.
TYPED = {"müller": "mueller", "café": "cafe", "straße": "strasse", "größe": "groesse"}


async def learn(desk: Desk) -> None:
    for _ in range(3):
        assert not await learn_words_of(desk.database, desk.given.system, 60)


async def attach(desk: Desk, ticket_id: int, filename: str) -> int:
    async with desk.database.writing(desk.given.system, "ticket.note") as work:
        return await work.fetchval(
            """insert into attachments (workspace_id, ticket_id, message_id, filename, mime_type, size, sha256)
               select ctx_workspace(), $1, (select min(id) from messages where ticket_id = $1), $2, 'application/pdf', 7,
                      repeat('a', 64) returning id""",
            ticket_id,
            filename,
        )


def plain(text: str) -> str:
    """The test's own folding: umlauts as two letters, marks away."""
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        text = text.lower().replace(umlaut, letters)
    return "".join(one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one))


def held(words: list[str], tokens: list[str]) -> bool:
    """Whether a message holds all words; the last may be a beginning."""
    own = [plain(token) for token in tokens]
    first, last = [plain(word) for word in words[:-1]], plain(words[-1])
    # A number stands alone: it is no beginning.
    begins = any(one == last if last.isdigit() else one.startswith(last) for one in own)
    return begins and all(word in own for word in first)


class Written(msgspec.Struct):
    """What a ticket of the test says: `messages` in tokens, the subject's with the first."""

    number: int
    team_id: int
    messages: list[list[str]]
    files: dict[int, str]


class MadeUpDesk(msgspec.Struct):
    """A made-up company, and who may see which of its teams."""

    tickets: list[Written]
    contacts: dict[int, str]
    organizations: dict[int, str]
    people: dict[str, tuple[Client, set[int]]]


async def made_up(desk: Desk, source: random.Random) -> MadeUpDesk:
    teams = [await desk.given.first_team(), await desk.given.team("Second"), await desk.given.team("Third")]
    names = [" ".join(source.sample(WORDS, 2)) for _ in range(12)]
    made = {await desk.given.contact(name.title(), f"c{n}@{n % 3}.example"): f"{name} c{n}@{n % 3}.example"
            for n, name in enumerate(names)}  # fmt: skip
    organizations = {}
    for n in range(6):
        name = " ".join(source.sample(WORDS, 2))
        organizations[await desk.given.organization(name.upper().replace("SS", "ß"), f"o{n}.example")] = name
    tickets = []
    for _ in range(36):
        subject, team_id = source.choices(WORDS, k=2), source.choice(teams)
        texts = [source.choices(WORDS, k=3) for _ in range(source.randint(1, 3))]
        ticket = await desk.given.ticket(
            " ".join(subject), team_id=team_id, requester_id=source.choice(list(made)), text=" ".join(texts[0])
        )
        for text in texts[1:]:
            async with desk.database.writing(desk.given.system, "ticket.note") as work:
                await work.execute(
                    """insert into messages (workspace_id, ticket_id, kind, author_id, author_name, from_staff, channel, text)
                       select ctx_workspace(), $1, 'note', min(id), 'Somebody', true, 'api', $2 from people""",
                    ticket.id,
                    " ".join(text),
                )
                work.ticket_id = ticket.id
        files = [f"{source.choice(WORDS)}-{source.choice(WORDS)}.pdf" for _ in range(source.randint(0, 2))]
        tickets.append(
            Written(
                ticket.number,
                team_id,
                [[*subject, *texts[0]], *texts[1:]],
                {await attach(desk, ticket.id, name): name for name in files},
            )
        )
    # The first message of a ticket holds its subject, as the product writes it.
    async with desk.database.writing(desk.given.system, "ticket.edit") as work:
        await work.execute(
            """update messages m set subject = t.subject from tickets t
                where t.id = m.ticket_id and m.id = (select min(id) from messages x where x.ticket_id = t.id)"""
        )
    seen = {"all": set(teams), "two": set(teams[:2]), "one": {teams[2]}, "none": set()}
    people = {
        name: (desk.client(await desk.given.staff(sees_all_teams=name == "all", teams=tuple(own))), own)
        for name, own in seen.items()
    }
    await learn(desk)
    return MadeUpDesk(tickets, made, organizations, people)


async def walked(client: Client, kind: str, q: str, **query: Any) -> list[dict[str, Any]]:
    """Return all pages of a kind."""
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    for _ in range(60):
        answer = await client.got("/search", q=q, kinds=kind, limit=3, **query, **cursor)
        assert answer["corrected"] is None
        assert set(answer) == {"corrected", kind}
        found += answer[kind]["items"]
        if answer[kind]["next_cursor"] is None:
            return found
        cursor = {"cursor": answer[kind]["next_cursor"]}
    raise AssertionError("the pages do not end")


def text_of(parts: list[dict[str, Any]]) -> str:
    return "".join(part["text"] for part in parts)


@pytest.mark.slow("asks for 24 searches of four kinds as four people, page by page")
@pytest.mark.parametrize("seed", range(2))
async def test_each_kind_is_what_a_plain_evaluation_says_of_what_the_person_sees(
    desk: Desk, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = random.Random(seed)
    company = await made_up(desk, source)
    # So few that windows and walks end within a page's worth of rows.
    monkeypatch.setattr(ranked_search, "RANKED_TOGETHER", 7)
    monkeypatch.setattr(attachments, "WALKED", (5, 8, 20))
    found_of: dict[str, int] = dict.fromkeys(("tickets", "contacts", "organizations", "attachments"), 0)
    for turn in range(6):
        words = source.sample(WORDS, source.choice([1, 1, 2]))
        if turn % 3 == 2:
            words[-1] = words[-1][:4]
        q = " ".join(TYPED.get(word, word) for word in words)
        for name, (client, teams) in company.people.items():
            case = (q, name)
            mine = [ticket for ticket in company.tickets if ticket.team_id in teams]
            tickets = {one.number for one in mine if any(held(words, message) for message in one.messages)}
            if q.isdigit():
                tickets |= {one.number for one in mine if one.number == int(q)}
            for sort in ("rank", "time"):
                numbers = [item["number"] for item in await walked(client, "tickets", q, sort=sort)]
                assert sorted(numbers) == sorted(tickets), case
            parts = [plain(word) for word in words]
            # Every word is a word of the vocabulary or the beginning of one: names hold it as a part.
            people = {one for one, text in company.contacts.items() if all(part in plain(text) for part in parts)}
            assert {item["id"] for item in await walked(client, "contacts", q)} == people, case
            companies = {
                one for one, text in company.organizations.items() if all(part in plain(text) for part in parts)
            }
            assert {item["id"] for item in await walked(client, "organizations", q)} == companies, case
            files = {
                file for one in mine for file, text in one.files.items() if all(part in plain(text) for part in parts)
            }
            assert {item["id"] for item in await walked(client, "attachments", q)} == files, case
            for kind, hits in zip(found_of, (tickets, people, companies, files), strict=True):
                found_of[kind] += len(hits)
    assert min(found_of.values()) > 0, found_of


async def test_four_kinds_are_answered_at_once_with_the_words_marked(desk: Desk) -> None:
    client = await desk.administrator()
    organization = await desk.given.organization("Zeppelin Works", "zeppelin.example")
    person = await desk.given.contact("Zoë Zeppelin", "zoe@zeppelin.example", organization_id=organization)
    ticket = await desk.given.ticket("The zeppelin leaks", requester_id=person)
    file = await attach(desk, ticket.id, "Zeppelin_plan.pdf")
    await learn(desk)
    answer = await client.got("/search", q="zeppelin")
    assert [item["number"] for item in answer["tickets"]["items"]] == []
    await client.posted(f"/tickets/{ticket.number}/messages", {"kind": "note", "text": "A zeppelin, still"})
    answer = await client.got("/search", q="zeppelin")
    assert [item["number"] for item in answer["tickets"]["items"]] == [ticket.number]
    [contact] = answer["contacts"]["items"]
    assert (contact["id"], contact["organization"]["id"]) == (person, organization)
    assert contact["name"] == [{"text": "Zoë ", "marked": False}, {"text": "Zeppelin", "marked": True}]
    [company] = answer["organizations"]["items"]
    assert (company["id"], text_of(company["domains"][0])) == (organization, "zeppelin.example")
    [found] = answer["attachments"]["items"]
    assert (found["id"], found["ticket_number"], found["ticket_subject"]) == (file, ticket.number, "The zeppelin leaks")
    assert [part["text"] for part in found["filename"] if part["marked"]] == ["Zeppelin"]


@pytest.mark.parametrize("q", ["zoe@zeppelin", "zeppelin.ex", "ZOË zeppelin", "zoe", "oe@zep"])
async def test_a_contact_is_found_by_parts_of_name_and_address(desk: Desk, q: str) -> None:
    client = await desk.administrator()
    person = await desk.given.contact("Zoë Zeppelin", "zoe@zeppelin.example")
    await learn(desk)
    answer = await client.got("/search", q=q, kinds="contacts")
    assert [item["id"] for item in answer["contacts"]["items"]] == [person]


async def test_names_beyond_those_walked_are_found_by_their_trigrams(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await desk.administrator()
    for n in range(8):
        await desk.given.contact(f"Aaron {n:02}")
    rare = await desk.given.contact("Zygmunt Rare")
    many = [await desk.given.contact(f"Zz Common {n}") for n in range(5)]
    monkeypatch.setattr(contacts, "CONTACTS", contacts.CONTACTS.replace("$5, 2000", "$5, 4"))
    monkeypatch.setattr(contacts, "WALKED_NAMES", (3,) * 20)
    assert "$5, 4" in contacts.CONTACTS
    assert [one["id"] for one in await walked(client, "contacts", "zygmunt")] == [rare]
    assert [one["id"] for one in await walked(client, "contacts", "common")] == many


async def test_a_number_leads_to_its_ticket_and_words_may_hold_it_too(desk: Desk) -> None:
    client = await desk.administrator()
    first = await desk.given.ticket("First")
    other = await desk.given.ticket("Other", text=f"as in {first.number}")
    for q in (str(first.number), f"#{first.number}"):
        answer = await client.got("/search", q=q, kinds="tickets")
        assert [item["number"] for item in answer["tickets"]["items"]] == [first.number, other.number]
    hidden = await desk.given.ticket("Hidden", team_id=await desk.given.team("Out of sight"))
    agent = desk.client(await desk.given.staff(sees_all_teams=False, teams=(await desk.given.first_team(),)))
    assert (await agent.got("/search", q=str(hidden.number), kinds="tickets"))["tickets"]["items"] == []


async def test_the_best_match_comes_first_and_time_sorts_otherwise(desk: Desk) -> None:
    client = await desk.administrator()
    opened = []
    for subject, text in (("Barometer", "It fell."), ("Weather", "The barometers fell."), ("Rain", "One barometer.")):
        body = {"subject": subject, "text": text, "requester": {"email": "a@example.org"}}
        opened.append((await client.posted("/tickets", body))["number"])
    await learn(desk)
    ranked = await walked(client, "tickets", "barometer")
    assert [item["number"] for item in ranked] == [opened[0], opened[2], opened[1]]
    newest = await walked(client, "tickets", "barometer", sort="time")
    assert [item["number"] for item in newest] == opened[::-1]


async def test_a_mistake_is_corrected_in_any_kind_and_on_every_page(desk: Desk) -> None:
    client = await desk.administrator()
    people = [await desk.given.contact(f"Wolfgang {n}") for n in range(4)]
    await learn(desk)
    first = await client.got("/search", q="wolfgnag", kinds="contacts", limit=3)
    assert first["corrected"] == {"from": "wolfgnag", "to": "wolfgang"}
    second = await client.got(
        "/search", q="wolfgnag", kinds="contacts", limit=3, cursor=first["contacts"]["next_cursor"]
    )
    assert second["corrected"] == first["corrected"]
    assert [one["id"] for one in first["contacts"]["items"] + second["contacts"]["items"]] == people
    nothing = await client.got("/search", q="wolfgnagx")
    assert nothing["corrected"] is None
    assert not any(nothing[kind]["items"] for kind in ("tickets", "contacts", "organizations", "attachments"))


async def test_a_kind_takes_its_permission(desk: Desk) -> None:
    async def holder(*permissions: str) -> Client:
        person = await desk.given.staff("Somebody", role="Administrator")
        return desk.bearer(await desk.token(person.id, *permissions))

    reader = await holder("ticket:read")
    assert set(await reader.got("/search", q="x")) == {"corrected", "tickets", "attachments"}
    answer = await reader.get("/search", params={"q": "x", "kinds": "contacts"})
    assert (answer.status_code, answer.json()["permission"]) == (403, "contact:read")
    people = await holder("contact:read")
    assert set(await people.got("/search", q="x")) == {"corrected", "contacts", "organizations"}


async def test_what_cannot_be_asked_is_refused(desk: Desk) -> None:
    client = await desk.administrator()
    for query in (
        {"kinds": "tickets,people"},
        {"cursor": "WyJhIl0"},
        {"kinds": "contacts", "cursor": "zzz"},
        {"limit": 51},
    ):
        answer = await client.get("/search", params={"q": "x", **query})
        assert answer.status_code in (400, 422), query
    assert (await client.get("/search", params={"q": "a " * 40})).status_code == 422
    empty = await client.got("/search", q="")
    assert all(empty[kind]["items"] == [] for kind in ("tickets", "contacts", "organizations", "attachments"))
    listed = await client.got("/search", q="status:new", kinds="tickets")
    assert isinstance(listed["tickets"]["items"], list)
