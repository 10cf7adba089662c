"""What becomes of each row of a file of organizations: the same function rehearses an import and runs it.

Nothing is taken away from an organization, so a second run of the same file changes nothing.
"""

from __future__ import annotations

import re

import asyncpg
import idna
import msgspec

from atum_desk.contact_imports import organization_queries as queries
from atum_desk.contact_imports.field_columns import is_same, shown
from atum_desk.contact_imports.models import CUSTOM, IfAlike, Outcome
from atum_desk.contact_imports.notices import DomainOfAnother, NoNameHere, OfSeveralOrganizations, WrongDomain
from atum_desk.contact_imports.said_cells import SaidCells
from atum_desk.custom_fields.public import CustomField, list_fields, write_values
from atum_desk.identity.public import NamedRef
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.kernel.one_line_text import clean_line

MOST_DOMAINS = 20
MOST_DOMAIN = 253
_DOMAIN = re.compile(r"[^@\s/:]+\.[^@\s/:]+")


class SaidOrganization(SaidCells):
    """What a row says of an organization."""

    domains: list[str] = msgspec.field(default_factory=list)

    def read_many(self, column: str, value: str) -> bool:
        """Take a cell of domains."""
        if column == "domain":
            self.domains = list(dict.fromkeys([*self.domains, *_domains(value, self)]))[:MOST_DOMAINS]
        return column == "domain"


class PlannedOrganization(msgspec.Struct):
    """A row with the organization it is about, and what differs."""

    said: SaidOrganization
    outcome: Outcome
    contact: NamedRef | None = None
    alike: NamedRef | None = None
    differences: dict[str, list[str]] = {}


def say(number: int, cells: list[str], mapping: list[str], fields: list[CustomField]) -> SaidOrganization:
    """Return what a row's cells say by the fields of their columns."""
    said = SaidOrganization(number=number)
    said.read(cells, mapping, fields)
    return said


def keys_of(number: int, cells: list[str], mapping: list[str]) -> set[str]:
    """Return by what a row may be the same organization as another."""
    said = say(number, cells, mapping, [])
    return {*said.domains, said.external_id or "", said.name.lower()} - {""}


def _domains(value: str, said: SaidOrganization) -> list[str]:
    """Return the domains of a cell, which may be written as the addresses of sites."""
    found = []
    for part in re.split(r"[\s,;]+", value)[: MOST_DOMAINS + 1]:
        name = re.sub(r"^(https?://)?(www\.)?|[/?#].*$|^@", "", part.strip().lower()).removesuffix(".")
        if not part.strip():
            continue
        if _DOMAIN.fullmatch(name) and len(name) <= MOST_DOMAIN and _is_of_dns(name):
            found.append(name)
        else:
            said.wrong = [*said.wrong, WrongDomain(clean_line(part)[:100])]
    return found


def _is_of_dns(name: str) -> bool:
    try:
        idna.encode(name, uts46=True)
    except ValueError:
        return False
    return True


async def plan(
    transaction: ReadTransaction, rows: list[asyncpg.Record], mapping: list[str], if_alike: IfAlike
) -> list[PlannedOrganization]:
    """Return what becomes of rows as things stand now, in four statements whatever their number."""
    fields = await list_fields(transaction, "organization") if any(one.startswith(CUSTOM) for one in mapping) else []
    said = [say(row["number"], row["cells"], mapping, fields) for row in rows]
    found = await queries.find_organizations(
        transaction,
        [one.external_id for one in said if one.external_id],
        [domain for one in said for domain in one.domains],
        [one.name.lower() for one in said if one.name],
    )
    stored = await queries.load_organizations(transaction, [row["id"] for row in found])
    known = _Known(found, stored, {field.key: field for field in fields})
    return [_plan_one(one, row["if_alike"] or if_alike, known) for one, row in zip(said, rows, strict=True)]


class _Known:
    """Organizations that rows may be about, by what found them."""

    def __init__(
        self, found: list[asyncpg.Record], stored: dict[int, asyncpg.Record], fields: dict[str, CustomField]
    ) -> None:
        self.by: dict[tuple[str, str], int] = {}
        for row in found:
            self.by.setdefault((row["by"], row["key"]), row["id"])
        self.stored = stored
        self.fields = fields

    def named(self, id_: int) -> NamedRef:
        return NamedRef(id_, self.stored[id_]["name"])


def _plan_one(said: SaidOrganization, if_alike: IfAlike, known: _Known) -> PlannedOrganization:
    tied = known.by.get(("external_id", said.external_id or ""))
    owners = {domain: known.by[("domain", domain)] for domain in said.domains if ("domain", domain) in known.by}
    same_name = known.by.get(("name", said.name.lower())) if said.name else None
    alike = dict.fromkeys([*owners.values(), *([same_name] if same_name is not None else [])])
    takes = tied if tied is not None else next(iter(alike), None)
    wrong = list(said.wrong)
    if tied is None and alike and if_alike == "skip" and not wrong:
        return PlannedOrganization(said, "skipped", alike=known.named(next(iter(alike))))
    if tied is None and if_alike == "add":
        takes = None
    if tied is None and if_alike == "update" and len(alike) > 1:
        wrong.append(OfSeveralOrganizations(sorted(known.named(one).name for one in alike)))
    else:
        taken = ((domain, owner) for domain, owner in owners.items() if owner != takes)
        wrong += [DomainOfAnother(domain, known.named(owner).name) for domain, owner in taken]
    if takes is None and not said.name:
        wrong.append(NoNameHere())
    said.wrong = wrong
    other = known.named(next(iter(alike))) if tied is None and alike else None
    if wrong:
        return PlannedOrganization(said, "refused", alike=other)
    if takes is None:
        return PlannedOrganization(said, "added", alike=other)
    planned = _changed(said, known, takes)
    planned.alike = other
    return planned


def _changed(said: SaidOrganization, known: _Known, id_: int) -> PlannedOrganization:
    stored = known.stored[id_]
    pairs = {
        "name": (stored["name"], said.name),
        "external_id": (stored["external_id"] or "", said.external_id),
        "language": (stored["locale"] or "", said.language),
        "time_zone": (stored["time_zone"] or "", said.time_zone),
    }
    differences = {field: [old, new] for field, (old, new) in pairs.items() if new and old != new}
    if said.vip is not None and said.vip != stored["vip"]:
        differences["vip"] = ["yes" if stored["vip"] else "no", "yes" if said.vip else "no"]
    if more := [one for one in said.domains if one not in stored["domains"]]:
        differences["domain"] = [", ".join(stored["domains"]), ", ".join([*stored["domains"], *more])]
    for key, value in said.values.items():
        field, had = known.fields[key], stored["fields"].get(key)
        if not is_same(field, had, value):
            differences[f"{CUSTOM}{key}"] = [shown(field, had), shown(field, value)]
    if said.note and said.note not in stored["notes"]:
        differences["note"] = ["", said.note[:200]]
    return PlannedOrganization(said, "changed" if differences else "unchanged", known.named(id_), None, differences)


async def carry_out(work: UnitOfWork, planned: PlannedOrganization, author_id: int) -> int | None:
    """Write what was planned; return the organization, None for a row that leads to none."""
    if planned.outcome in ("refused", "skipped"):
        return None
    said = planned.said
    if planned.outcome == "unchanged" and planned.contact is not None:
        return planned.contact.id
    columns = {
        "name": said.name or None,
        "external_id": said.external_id,
        "locale": said.language,
        "time_zone": said.time_zone,
        "vip": said.vip,
    }
    if planned.contact is None:
        organization_id = await queries.insert_organization(work, columns)
    else:
        organization_id = planned.contact.id
        await queries.write_organization(work, organization_id, columns)
    if said.domains:
        await queries.add_domains(work, organization_id, said.domains)
    if said.note:
        await queries.add_organization_note(work, organization_id, author_id, said.note)
    await write_values(work, "organization", organization_id, said.stored)
    return organization_id
