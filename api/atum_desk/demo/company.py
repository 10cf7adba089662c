"""Halvorsen Instruments: its teams, offices, customers and the people in them."""

from __future__ import annotations

import random
import tomllib
import unicodedata
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any

from atum_desk.demo.company_settings import field_ids
from atum_desk.demo.ids import Ids
from atum_desk.demo.models import Agent, Company, DemoContact, DemoOrganization, DemoTeam, Language
from atum_desk.demo.queries import Ground

CONTACTS = 300
LANGUAGES: tuple[Language, ...] = ("de", "en", "ar")
_LETTERS = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ı": "i", "đ": "d", "Đ": "D", "ß": "ss", "ä": "ae", "ö": "oe", "ü": "ue"}
)


@cache
def _book() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("company.toml").read_text(encoding="utf-8"))


def found_company(source: random.Random, ids: Ids, ground: Ground) -> Company:
    """Return the company with fresh ids; the workspace's first team becomes Customer Support."""
    organizations = tuple(_organizations(ids))
    return Company(
        name=_book()["name"],
        administrator_id=ground.administrator_id,
        teams=tuple(_team(one, ids, ground) for one in _book()["team"]),
        organizations=organizations,
        contacts=tuple(_contacts(source, ids, organizations)),
        field_ids=field_ids(ids),
    )


def make_name(source: random.Random, culture: str) -> tuple[str, str, str]:
    """Return a full name, how one addresses its bearer, and the part of an address made of it."""
    names = _book()["cultures"][culture]
    given, family = source.choice(names["given"]), source.choice(names["family"])
    name = f"{family} {given}" if names.get("family_first") else f"{given} {family}"
    if "given_latin" in names:
        local = names["given_latin"][names["given"].index(given)]
        local += "." + names["family_latin"][names["family"].index(family)]
    else:
        local = f"{_plain(given)}.{_plain(family)}".replace(" ", "")
    return name, given, local


def _team(one: dict[str, Any], ids: Ids, ground: Ground) -> DemoTeam:
    first = one["mailbox"] == "support"
    agents = tuple(
        Agent(
            id=ids.next("people"),
            name=agent["name"],
            team=one["name"],
            lead=agent.get("lead", False),
            email=f"{_plain(agent['name']).replace(' ', '.')}@{_book()['domain']}",
            languages=tuple(agent.get("languages", ())),
        )
        for agent in one["agents"]
    )
    return DemoTeam(
        id=ground.team_id if first else ids.next("teams"),
        name=one["name"],
        color=one["color"],
        mailbox_id=ground.mailbox_id if first else ids.next("mailboxes"),
        address=ground.mailbox_address if first else f"{one['mailbox']}@{_book()['domain']}",
        agents=agents,
    )


def _organizations(ids: Ids) -> list[DemoOrganization]:
    own = [
        DemoOrganization(
            id=ids.next("organizations"),
            name=one["name"],
            domain=one["domain"],
            own=True,
            weight=one["weight"],
            language=one.get("language", "en"),
            cultures=tuple(one["cultures"]),
            office=one["office"],
        )
        for one in _book()["organization"]
    ]
    customers = [_customer(n, language, place, ids) for place, (n, language) in enumerate(_customers())]
    return [*own, *customers]


def _customers() -> list[tuple[str, Language]]:
    """Names taken in turn, so that each language has large and small customers."""
    waiting: dict[Language, list[str]] = {language: list(_book()["customers"][language]) for language in LANGUAGES}
    taken: list[tuple[str, Language]] = []
    for language in cycle(("en", *LANGUAGES)):
        if not any(waiting.values()):
            return taken
        if waiting[language]:
            taken.append((waiting[language].pop(0), language))
    return taken


def _customer(name: str, language: Language, place: int, ids: Ids) -> DemoOrganization:
    return DemoOrganization(
        id=ids.next("organizations"),
        name=name,
        domain=f"{_plain(name).replace(' ', '-')}.example",
        own=False,
        weight=68 / (place + 2.5),
        language=language,
        cultures=tuple(_book()["mixed"][language]),
        office={},
    )


def _contacts(source: random.Random, ids: Ids, organizations: tuple[DemoOrganization, ...]) -> list[DemoContact]:
    """Return 300 people: at least one for each organization, more where more is written."""
    extra = source.choices(organizations, [o.weight for o in organizations], k=CONTACTS - len(organizations))
    contacts: list[DemoContact] = []
    used: set[str] = set()
    for organization in [*organizations, *extra]:
        while True:
            name, called, local = make_name(source, source.choice(organization.cultures))
            if f"{local}@{organization.domain}" not in used:
                break
        used.add(f"{local}@{organization.domain}")
        contacts.append(DemoContact(ids.next("people"), name, called, f"{local}@{organization.domain}", organization))
    return contacts


def _plain(text: str) -> str:
    """Return a name in the letters an address is made of."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    kept = "".join(c for c in decomposed if c.isascii() and (c.isalnum() or c in " -"))
    return kept.lower().strip()
