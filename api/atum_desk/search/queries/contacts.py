"""Contacts and organizations whose names, addresses, phones or domains hold the words of a search."""

from __future__ import annotations

import asyncpg
import msgspec

from atum_desk.identity.public import NamedRef
from atum_desk.kernel.cursors import decode_cursor, encode_cursor
from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.search.marks import Patterns, like_patterns, marked, marked_phone
from atum_desk.search.schemas import ContactHits, FoundContact, FoundOrganization, OrganizationHits
from atum_desk.search.word_groups import WordGroup

# Names that one statement walks, by turns more: what is common fills the page with the first of them, what is rare is
# named by its trigrams. What the last has not read is for the next page.
WALKED_NAMES = (100, 1_000, 1_000, 1_000)
# A part of a number stands in many phones, and rarely in those of the first names.
WALKED_FOR_NUMBERS = (1_000, 1_000, 1_000, 1_000)
# How many may hold a rare word beyond those that were walked.
MOST_NAMED = 2_000
WALKED_ORGANIZATIONS = (200, 2_000, 2_000, 2_000)

# $1 the groups, $2 and $3 after which name and id, $4 how many hits, $5 how many names are walked.
CONTACTS = f"""
    select h.next_name, h.next_id, p.id, p.name, o.id as organization_id, o.name as organization_name,
           array(select a.email from addresses a where a.person_id = p.id order by a.is_primary desc, a.id) as emails,
           array(select n.number from phones n where n.person_id = p.id order by n.id) as phones,
           array(select exists (select from jsonb_array_elements($1::text::jsonb) g
                                 where dialled(n.number) like any (dialled_patterns(g ->> 'number')))
                   from phones n where n.person_id = p.id order by n.id) as holding
      from contacts_holding($1::text::jsonb, $2, $3, $5, {MOST_NAMED}, $4) h
      left join people p on p.id = any(h.person_ids)
      left join organizations o on o.id = p.organization_id
     order by lower(p.name), p.id"""

# $1 patterns as JSON, which are in lower case, $2 and $3 as above, $4 how many names are walked.
ORGANIZATIONS = """
    with asked as materialized (
      select array(select jsonb_array_elements_text(w.forms)) as forms
        from jsonb_array_elements($1::text::jsonb) w(forms)),
    walked as materialized (
      select o.id, o.name, lower(o.name) as lowered,
             array(select d.domain from organization_domains d where d.organization_id = o.id order by 1) as domains
        from organizations o
       where o.workspace_id = (select ctx_workspace()) and (lower(o.name), o.id) > (lower($2), $3)
         and o.merged_into_id is null
       order by lower(o.name), o.id limit $4)
    select w.id, w.name, w.domains,
           (select bool_and(w.lowered like any (a.forms) or lower(array_to_string(w.domains, ' ')) like any (a.forms))
              from asked a) as matches
      from walked w order by w.lowered, w.id"""


class NamePlace(msgspec.Struct, frozen=True, array_like=True):
    """After which name and id a page goes on."""

    name: str
    id: int


async def find_contacts(
    transaction: ReadTransaction, groups: list[WordGroup], cursor: str | None, limit: int
) -> tuple[list[asyncpg.Record], NamePlace | None]:
    """Return the contacts who meet every group, by name, and where to go on.

    A group's words are each in the name or an address, or a phone holds its number.
    """
    place = decode_cursor(cursor, NamePlace) or NamePlace("", 0)
    found: list[asyncpg.Record] = []
    wanted = msgspec.json.encode(
        [{"words": like_patterns(one.patterns), "number": one.number} for one in groups]
    ).decode()
    for walked in WALKED_FOR_NUMBERS if any(one.number for one in groups) else WALKED_NAMES:
        rows = await transaction.fetch(CONTACTS, wanted, place.name, place.id, limit + 1, walked)
        found += [row for row in rows if row["id"] is not None]
        if len(found) > limit:
            last = found[limit - 1]
            return found[:limit], NamePlace(last["name"], last["id"])
        if rows[0]["next_id"] is None:
            return found, None
        place = NamePlace(rows[0]["next_name"], rows[0]["next_id"])
    return found, place


async def find_organizations(
    transaction: ReadTransaction, patterns: Patterns, cursor: str | None, limit: int
) -> tuple[list[asyncpg.Record], NamePlace | None]:
    """Return the organizations of whose words each is in the name or a domain, by name, and where to go on."""
    place = decode_cursor(cursor, NamePlace) or NamePlace("", 0)
    found: list[asyncpg.Record] = []
    wanted = msgspec.json.encode(like_patterns(patterns)).decode()
    for walked in WALKED_ORGANIZATIONS:
        rows = await transaction.fetch(ORGANIZATIONS, wanted, place.name, place.id, walked)
        found += [row for row in rows if row["matches"]]
        if len(found) > limit:
            last = found[limit - 1]
            return found[:limit], NamePlace(last["name"], last["id"])
        if len(rows) < walked:
            return found, None
        place = NamePlace(rows[-1]["name"], rows[-1]["id"])
    return found, place


def present_contacts(rows: list[asyncpg.Record], place: NamePlace | None, groups: list[WordGroup]) -> ContactHits:
    """Return a page of contacts with the words marked, and the phones that hold a number of the search."""
    patterns = [word for one in groups for word in one.patterns]
    numbers = [one.number for one in groups if one.number]
    items = [
        FoundContact(
            id=row["id"],
            name=marked(row["name"], patterns),
            emails=[marked(email, patterns) for email in row["emails"]],
            phones=[
                marked_phone(phone, numbers)
                for phone, holds in zip(row["phones"], row["holding"], strict=True)
                if holds
            ],
            organization=NamedRef(row["organization_id"], row["organization_name"]) if row["organization_id"] else None,
        )
        for row in rows
    ]
    return ContactHits(items, encode_cursor(place.name, place.id) if place else None)


def present_organizations(rows: list[asyncpg.Record], place: NamePlace | None, patterns: Patterns) -> OrganizationHits:
    """Return a page of organizations with the words marked."""
    items = [
        FoundOrganization(row["id"], marked(row["name"], patterns), [marked(one, patterns) for one in row["domains"]])
        for row in rows
    ]
    return OrganizationHits(items, encode_cursor(place.name, place.id) if place else None)
