"""What the company has set up: business hours, fields, forms, macros, checklists, views, signatures, activities."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from atum_desk.conditions.public import Register, parse
from atum_desk.demo.ids import Ids
from atum_desk.demo.models import Company, DemoRow

# Of each kind in the file: its table, and the command that adds one.
ADDED_BY = {
    "calendar": ("calendars", "calendar.add"),
    "custom_field": ("custom_fields", "custom_field.add"),
    "form": ("forms", "form.add"),
    "macro": ("macros", "macro.add"),
    "checklist_template": ("checklist_templates", "checklist_template.add"),
    "view": ("views", "view.add"),
    "signature": ("signatures", "signature.add"),
    "time_activity": ("time_activities", "time_activity.add"),
}
# What is a team's, personal or everybody's; the rest is everybody's.
SHARED = {"macro", "checklist_template", "view"}
PRODUCT = re.compile(r"\b(?:HX-(?:210|220|310|400)|FL-12|TR-60)\b")
SERIAL_NUMBER = re.compile(r"\b[0-9]{4}-[0-9]{2}\b")
# The largest customers have the best contracts.
CONTRACTS = ("premium", "premium", "standard", "standard", "standard", "basic")


@cache
def _book() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads(Path(__file__).with_name("company_settings.toml").read_text(encoding="utf-8"))


def field_ids(ids: Ids) -> dict[str, int]:
    """Return a fresh id for each custom field, by key."""
    return {one["key"]: ids.next("custom_fields") for one in _book()["custom_field"]}


def settings_added(company: Company, ids: Ids, register: Register) -> list[tuple[str, dict[str, Any], list[DemoRow]]]:
    """Return the command, summary and rows of everything that was set up, in order."""
    added = []
    for kind, (table, command) in ADDED_BY.items():
        for position, one in enumerate(_book()[kind]):
            row_id = company.field_ids[one["key"]] if kind == "custom_field" else ids.next(table)
            columns = _columns(kind, one, position, company, register)
            rows = [DemoRow(table, row_id, columns), *_options(row_id, one, ids)]
            added.append((command, _summary(kind, row_id, one), rows))
    return added


def _columns(kind: str, one: dict[str, Any], position: int, company: Company, register: Register) -> dict[str, Any]:
    columns = {name: value for name, value in one.items() if name not in ("team", "options")}
    if "team" in one:
        columns["team_id"] = company.team(one["team"]).id
    if kind in SHARED:
        columns["scope"] = "team" if "team" in one else "shared"
    if kind in ("custom_field", "form"):
        columns["position"] = position
    if kind == "view":
        # Behind those that come with the product.
        columns |= {"position": 100 + position, "condition": msgspec.to_builtins(parse(one["text"], register))}
    return columns | {"version": 1}


def _options(field_id: int, one: dict[str, Any], ids: Ids) -> list[DemoRow]:
    return [
        DemoRow(
            "custom_field_options", ids.next("custom_field_options"), option | {"field_id": field_id, "position": n}
        )
        for n, option in enumerate(one.get("options", ()))
    ]


def _summary(kind: str, row_id: int, one: dict[str, Any]) -> dict[str, Any]:
    if kind == "signature":
        return {"signature_id": row_id}
    if kind == "custom_field":
        return {"key": one["key"], "name": one["name"]}
    return {"name": one["name"]}


def contract_value(company: Company, organization_id: int, place: int) -> DemoRow:
    """Return the contract of the customer at a place, the largest first."""
    field_id = company.field_ids["contract"]
    values = {
        "organization_id": organization_id,
        "field_id": field_id,
        "options": [CONTRACTS[min(place, len(CONTRACTS) - 1)]],
    }
    return DemoRow("organization_field_values", None, values)


def instrument_values(company: Company, ticket_id: int, text: str) -> list[DemoRow]:
    """Return the product and the serial number that a text names, as values of a ticket."""
    values: dict[str, dict[str, Any]] = {}
    if product := PRODUCT.search(text):
        values["product"] = {"options": [product[0].lower().replace("-", "_")]}
        if serial_number := SERIAL_NUMBER.search(text):
            values["serial_number"] = {"text_value": serial_number[0]}
    owners = {key: {"ticket_id": ticket_id, "field_id": company.field_ids[key]} for key in values}
    return [DemoRow("ticket_field_values", None, owners[key] | value) for key, value in values.items()]
