"""Fields of each kind, as the database would tell them."""

from __future__ import annotations

from atum_desk.custom_fields.models import CustomField, FieldKind, Option

OPTIONS = [Option("red", "Red"), Option("dark", "Dark red", parent="red"), Option("gone", "Gone", active=False)]


def field_of(kind: FieldKind) -> CustomField:
    return CustomField(
        id=1, entity="ticket", key="f", name="F", kind=kind, help="", default=None, pattern=None,
        currency="EUR" if kind == "money" else None, required_on=[], hand_over_team_ids=[], requesters="none",
        team_ids=[], ticket_types=[], position=1, active=True, version=1,
        options=OPTIONS if kind in ("choice", "multiple_choice", "tree") else [],
    )  # fmt: skip
