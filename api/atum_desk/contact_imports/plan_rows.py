"""What becomes of each row of a file: the same function rehearses an import and runs it.

Nothing is taken away from a contact, so a second run of the same file changes nothing.
"""

from __future__ import annotations

import re

import asyncpg
import msgspec

from atum_desk.contact_imports import queries
from atum_desk.contact_imports.field_columns import is_same, shown
from atum_desk.contact_imports.models import CUSTOM, IfAlike, Outcome
from atum_desk.contact_imports.notices import NoAddressHere, OfSeveral, OfTheStaff, OurAddress, WrongAddress
from atum_desk.contact_imports.said_cells import SaidCells
from atum_desk.contacts.public import list_own_among
from atum_desk.custom_fields.public import CustomField, list_fields, write_values
from atum_desk.identity.public import NamedRef
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.kernel.mail_address import read_address
from atum_desk.kernel.one_line_text import clean_line
from atum_desk.kernel.problems import ValidationFailed

MOST_OF_ONE = 20


class SaidRow(SaidCells):
    """What a row says of a contact."""

    emails: list[str] = msgspec.field(default_factory=list)
    phones: list[str] = msgspec.field(default_factory=list)
    organization: str = ""

    def read_many(self, column: str, value: str) -> bool:
        """Take a cell of addresses or phones."""
        if column == "email":
            self.emails = list(dict.fromkeys([*self.emails, *_addresses(value, self)]))[:MOST_OF_ONE]
        elif column == "phone":
            self.phones = list(dict.fromkeys([*self.phones, *_phones(value, self)]))[:MOST_OF_ONE]
        return column in ("email", "phone")


class PlannedRow(msgspec.Struct):
    """A row with the contact it is about, and what differs."""

    said: SaidRow
    outcome: Outcome
    contact: NamedRef | None = None
    alike: NamedRef | None = None
    differences: dict[str, list[str]] = {}


def say(number: int, cells: list[str], mapping: list[str], fields: list[CustomField]) -> SaidRow:
    """Return what a row's cells say by the fields of their columns."""
    said = SaidRow(number=number)
    said.read(cells, mapping, fields)
    return said


def keys_of(number: int, cells: list[str], mapping: list[str]) -> set[str]:
    """Return by what a row may be the same contact as another."""
    said = say(number, cells, mapping, [])
    return {*said.emails, said.external_id or "", said.name.lower(), *said.phones} - {""}


def _addresses(value: str, said: SaidRow) -> list[str]:
    found = []
    for part in re.split(r"[\s,;]+", value)[: MOST_OF_ONE + 1]:
        if part:
            try:
                found.append(read_address("email", part))
            except ValidationFailed:
                said.wrong = [*said.wrong, WrongAddress(clean_line(part)[:100])]
    return found


def _phones(value: str, said: SaidRow) -> list[str]:
    numbers = [clean_line(part) for part in re.split(r"[\n;,]+", value)]
    return [said.short("phone", number) for number in numbers if any(one.isdecimal() for one in number)]


async def plan(
    transaction: ReadTransaction, rows: list[asyncpg.Record], mapping: list[str], if_alike: IfAlike
) -> list[PlannedRow]:
    """Return what becomes of rows as things stand now, in six statements whatever their number."""
    fields = await list_fields(transaction, "contact") if any(one.startswith(CUSTOM) for one in mapping) else []
    said = [say(row["number"], row["cells"], mapping, fields) for row in rows]
    emails = [email for one in said for email in one.emails]
    own = set(await list_own_among(transaction, emails))
    known: dict[str, list[asyncpg.Record]] = {}
    for row in await queries.find_known(transaction, emails, [one.external_id for one in said if one.external_id]):
        known.setdefault(row["key"], []).append(row)
    digits = [_digits(phone) for one in said for phone in one.phones]
    alike: dict[str, asyncpg.Record] = {}
    for row in await queries.find_alike(transaction, [one.name.lower() for one in said if one.name], digits):
        alike.setdefault(row["key"], row)
    ids = [row["id"] for found in known.values() for row in found] + [row["id"] for row in alike.values()]
    stored = await queries.load_contacts(transaction, ids)
    custom = {field.key: field for field in fields}
    planned = [
        _plan_one(one, row["if_alike"] or if_alike, own, known, alike, stored)
        for one, row in zip(said, rows, strict=True)
    ]
    for one in planned:
        if one.contact is not None:
            _compare_fields(one, stored[one.contact.id], custom)
    return planned


def _compare_fields(planned: PlannedRow, stored: asyncpg.Record, custom: dict[str, CustomField]) -> None:
    """Add what differs of custom fields."""
    for key, value in planned.said.values.items():
        had = stored["fields"].get(key)
        if not is_same(custom[key], had, value):
            planned.outcome = "changed"
            planned.differences[f"{CUSTOM}{key}"] = [shown(custom[key], had), shown(custom[key], value)]


def _digits(phone: str) -> str:
    digits = re.sub(r"\D", "", phone, flags=re.ASCII)[-9:]
    return digits if len(digits) >= 7 else "-"


def _plan_one(
    said: SaidRow,
    if_alike: IfAlike,
    own: set[str],
    known: dict[str, list[asyncpg.Record]],
    alike: dict[str, asyncpg.Record],
    stored: dict[int, asyncpg.Record],
) -> PlannedRow:
    keys = [*said.emails, *([said.external_id] if said.external_id else [])]
    found = {row["id"]: row for key in keys for row in known.get(key, [])}
    wrong = list(said.wrong)
    wrong += [OurAddress(email) for email in said.emails if email in own]
    wrong += [OfTheStaff(key) for key in keys for row in known.get(key, []) if row["kind"] == "staff"]
    if len(found) > 1:
        wrong.append(OfSeveral(sorted(row["name"] for row in found.values())))
    if not found and not said.emails:
        wrong.append(NoAddressHere())
    said.wrong = wrong
    if wrong:
        return PlannedRow(said, "refused")
    if found:
        return _changed(said, stored[next(iter(found))])
    same = next((alike[key] for key in (said.name.lower(), *map(_digits, said.phones)) if key in alike), None)
    if same is None or if_alike == "add":
        return PlannedRow(said, "added", alike=NamedRef(same["id"], same["name"]) if same else None)
    other = NamedRef(same["id"], same["name"])
    if if_alike == "skip":
        return PlannedRow(said, "skipped", alike=other)
    planned = _changed(said, stored[same["id"]])
    planned.alike = other
    return planned


def _changed(said: SaidRow, stored: asyncpg.Record) -> PlannedRow:
    pairs = {
        "name": (stored["name"], said.name),
        "organization": (stored["organization"] or "", said.organization),
        "external_id": (stored["external_id"] or "", said.external_id),
        "language": (stored["locale"], said.language),
        "time_zone": (stored["time_zone"] or "", said.time_zone),
    }
    differences = {field: [old, new] for field, (old, new) in pairs.items() if new and old != new}
    if said.organization and said.organization.lower() == (stored["organization"] or "").lower():
        differences.pop("organization", None)
    if said.vip is not None and said.vip != stored["vip"]:
        differences["vip"] = ["yes" if stored["vip"] else "no", "yes" if said.vip else "no"]
    for field, old, new in (("email", stored["emails"], said.emails), ("phone", stored["phones"], said.phones)):
        if more := [one for one in new if one not in old]:
            differences[field] = [", ".join(old), ", ".join([*old, *more])]
    contact = NamedRef(stored["id"], stored["name"])
    return PlannedRow(said, "changed" if differences or said.note else "unchanged", contact, None, differences)


async def carry_out(work: UnitOfWork, planned: PlannedRow, author_id: int) -> int | None:
    """Write what was planned; return the contact, None for a row that leads to none."""
    if planned.outcome in ("refused", "skipped"):
        return None
    said = planned.said
    person_id = planned.contact.id if planned.contact else None
    if person_id is not None and planned.outcome == "unchanged":
        return person_id
    domain = said.emails[0].rpartition("@")[2] if said.emails and person_id is None else ""
    organization_id = await queries.organization_of(work, said.organization, domain)
    name = said.name or (said.emails[0] if person_id is None else "")
    if person_id is None:
        person_id = await queries.insert_person(work, name[:200], said.external_id)
    takes_organization = planned.contact is None or "organization" in planned.differences
    await queries.write_contact(
        work,
        person_id,
        {
            "name": name[:200] or None,
            "locale": said.language,
            "time_zone": said.time_zone,
            "vip": said.vip,
            "external_id": said.external_id,
            "organization_id": organization_id if takes_organization else None,
        },
    )
    await queries.add_reach(work, person_id, said.emails, said.phones)
    if said.note:
        await queries.add_note(work, person_id, author_id, said.note)
    await write_values(work, "contact", person_id, said.stored)
    return person_id
