"""The register of a workspace: the fields of tickets that the product has, and those it added itself."""

from __future__ import annotations

from functools import lru_cache

from atum_desk.conditions.public import Field, Kind, Register, Source
from atum_desk.custom_fields.public import FIELD_BITS, TABLES, CustomField, FieldKind, decode_fields, read_fields_text
from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.tickets import permissions
from atum_desk.tickets.property import SET_SEVERAL
from atum_desk.tickets.queries.field_sorts import can_sort
from atum_desk.tickets.register import REGISTER

# What a text that names a custom field holds; others are read without asking for the workspace's own.
MARK = "field."
# Registers of so many workspaces are kept, each by the text of its fields, which renews it.
MOST_KEPT = 32

# How conditions compare the values of a kind, and where in a row of values they find them.
_COMPARED: dict[FieldKind, tuple[Kind, str]] = {
    "text": ("text", "v.text_value"),
    "long_text": ("text", "v.text_value"),
    "number": ("decimal", "v.number_value"),
    "money": ("decimal", "v.number_value"),
    "date": ("date", "v.date_value"),
    "moment": ("moment", "v.moment_value"),
    "choice": ("choice", "v.options[1]"),
    "multiple_choice": ("choice", "o"),
    # Whatever lies beneath an option is of it, too.
    "tree": ("choice", "o"),
    "boolean": ("boolean", "v.boolean_value"),
    "person": ("person", "v.person_value"),
    "contact": ("contact", "v.person_value"),
    "organization": ("organization", "v.organization_value"),
    "url": ("text", "v.text_value"),
    "email": ("text", "v.text_value"),
    "phone": ("text", "v.text_value"),
}
_LED_BY: frozenset[Kind] = frozenset({"choice", "boolean", "person", "contact", "organization"})
_PREFIXES = {"ticket": "", "contact": "requester.", "organization": "organization."}
_SOURCES: dict[str, Source] = {"ticket": "ticket", "contact": "requester", "organization": "organization"}
_OWNERS = {"ticket": "t.id", "contact": "t.requester_id", "organization": "t.organization_id"}


async def register_of(transaction: ReadTransaction) -> Register:
    """Return the fields of the actor's workspace, in one statement."""
    return _made_of(await read_fields_text(transaction))


async def register_for(transaction: ReadTransaction, text: str) -> Register:
    """Return a register that has every field which a text may name; most name none of the workspace's own."""
    return await register_of(transaction) if MARK in text else REGISTER


@lru_cache(maxsize=MOST_KEPT)
def _made_of(text: str) -> Register:
    own = [_field_of(one) for one in decode_fields(text) if one.active]
    return Register((*REGISTER.fields, *own)) if own else REGISTER


def _field_of(one: CustomField) -> Field:
    kind, sql = _COMPARED[one.kind]
    table, _ = TABLES[one.entity]
    options = ", unnest(v.options) o" if sql == "o" else ""
    key = f"{_PREFIXES[one.entity]}{MARK}{one.key}"
    is_ticket = one.entity == "ticket"
    return Field(
        key=key,
        name=key,
        kind=kind,
        sql=sql,
        # Found by its id: whose value it is, and of which field.
        within=f"""(select true from {table} v{options}
                     where v.id = ({_OWNERS[one.entity]} << {FIELD_BITS}) + {one.id:d} and {{test}} limit 1)""",
        source=_SOURCES[one.entity],
        choices=tuple(option.key for option in one.options),
        permission=permissions.EDIT if is_ticket else None,
        command=SET_SEVERAL if is_ticket else None,
        # A long text fills no cell of a list.
        in_list=is_ticket and one.kind != "long_text",
        sorts=(key, f"-{key}") if can_sort(one) else (),
        contacts_see=one.requesters != "none",
        several=sql == "o",
        leads=f"{one.id:d}=" if is_ticket and kind in _LED_BY else "",
    )
