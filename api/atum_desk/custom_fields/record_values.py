"""What records do with their fields: values are checked, set and asked for, whoever's command it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from atum_desk.custom_fields import notices
from atum_desk.custom_fields.checks import WrongValue, is_cleared, stored_of
from atum_desk.custom_fields.models import CustomField, Entity, Occasion
from atum_desk.custom_fields.problems import FieldsRequired
from atum_desk.custom_fields.queries import list_fields
from atum_desk.custom_fields.values import list_values, write_values
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.kernel.notices import Notice
from atum_desk.kernel.problems import ValidationFailed

Checked = dict[int, tuple[CustomField, Any]]


def checked(fields: Iterable[CustomField], given: Mapping[str, Any]) -> Checked:
    """Return what is stored of values by field id, None for what is cleared.

    Raises ValidationFailed with every value that is wrong, as `fields.<key>`.
    """
    by_key = {field.key: field for field in fields if field.active}
    faults: list[tuple[str, Notice]] = []
    stored: Checked = {}
    for key, value in given.items():
        field = by_key.get(key)
        if field is None:
            faults.append((f"fields.{key[:40]}", notices.NoSuchField()))
            continue
        try:
            stored[field.id] = (field, None if is_cleared(value) else stored_of(field, value))
        except WrongValue as wrong:
            faults.append((f"fields.{key}", wrong.fault))
    if faults:
        raise ValidationFailed(faults)
    return stored


async def set_fields(work: UnitOfWork, entity: Entity, owner_id: int, given: Mapping[str, Any]) -> None:
    """Set values of a contact or organization by key; null clears one. Raises ValidationFailed."""
    if given:
        fields = await list_fields(work, entity)
        await write_values(work, entity, owner_id, checked(fields, given))


def require_all(required: Iterable[CustomField], filled: Iterable[str]) -> None:
    """Raise FieldsRequired with those of the fields that are not filled, each once and in order."""
    has = set(filled)
    missing = {field.key: field.name for field in required if field.key not in has}
    if missing:
        raise FieldsRequired(list(missing.items()))


def required_fields(
    fields: Iterable[CustomField], occasion: Occasion, *, team_id: int, ticket_type: str
) -> list[CustomField]:
    """Return the fields that a ticket must have then; at a hand-over the team is the one that it goes to."""
    return [
        field
        for field in fields
        if field.active
        and field.entity == "ticket"
        and occasion in field.required_on
        and field.is_for(team_id, ticket_type)
        and (occasion != "hand_over" or not field.hand_over_team_ids or team_id in field.hand_over_team_ids)
    ]


async def filled_keys(transaction: ReadTransaction, ticket_id: int, stored: Checked) -> set[str]:
    """Return the keys of the fields that a ticket has a value of, or gets one of."""
    present = set((await list_values(transaction, "ticket", [ticket_id])).get(ticket_id, {}))
    for field, value in stored.values():
        (present.discard if value is None else present.add)(field.key)
    return present
