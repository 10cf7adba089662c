"""What people read about fields and operators is the register: the page of the docs, and the web's catalogue.

After a change of the register run this file with ATUM_WRITE_DOCS=1: it writes the tables of the page anew.
"""

from __future__ import annotations

import os
import re

from atum_desk.conditions.operators import OPERATORS, OPERATORS_OF, Kind, is_negative, sign_of
from atum_desk.kernel.config.settings import REPOSITORY
from atum_desk.tickets.register import REGISTER

PAGE = REPOSITORY / "docs" / "conditions.md"
CATALOGUE = REPOSITORY / "web" / "src" / "locales" / "en" / "tickets.ts"


def fields_table() -> str:
    """Return the table of fields."""
    rows = ["| written | kind | of | values | set with |", "| --- | --- | --- | --- | --- |"]
    for field in REGISTER.fields:
        values = ", ".join(f"`{choice}`" for choice in field.choices)
        permission = f"`{field.permission}`" if field.permission else ""
        rows.append(f"| `{field.name}` | {field.kind.replace('_', ' ')} | {field.source} | {values} | {permission} |")
    return "\n".join(rows)


def operators_table() -> str:
    """Return the table of operators by kind."""
    rows = ["| kind | operators |", "| --- | --- |"]
    for kind in dict.fromkeys(field.kind for field in REGISTER.fields):
        shown = ", ".join(f"{key.replace('_', ' ')} (`{written(kind, key)}`)" for key in OPERATORS_OF[kind])
        rows.append(f"| {kind.replace('_', ' ')} | {shown} |")
    return "\n".join(rows)


def written(kind: Kind, key: str) -> str:
    """Return how an operator is written, with `f` for the field and `v` for the value."""
    if OPERATORS[key].takes == "nothing":
        return f"f:{'none' if is_negative(key) else 'any'}"
    return f"{'-' if is_negative(key) else ''}f:{sign_of(kind, key)}v"


def with_tables(page: str) -> str:
    """Return the page with both tables as the register has them."""
    for name, table in (("fields", fields_table()), ("operators", operators_table())):
        between = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.S)
        assert between.search(page), f"docs/conditions.md has no place for the {name}"
        page = between.sub(lambda match, table=table: f"{match[1]}{table}\n{match[2]}", page)  # type: ignore[misc]
    return page


def test_the_page_shows_the_register() -> None:
    page = PAGE.read_text(encoding="utf-8")
    expected = with_tables(page)
    if os.environ.get("ATUM_WRITE_DOCS"):
        PAGE.write_text(expected, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == expected, "run this file with ATUM_WRITE_DOCS=1"


def test_every_field_has_its_word_in_the_web() -> None:
    keys = {field.key.replace(".", "_") for field in REGISTER.fields}
    of_conditions, of_properties = _words("conditionField"), _words("property")
    assert of_conditions | (of_properties & keys) == keys
    assert of_conditions & of_properties == set(), "a property has one name"


def _words(group: str) -> set[str]:
    block = CATALOGUE.read_text(encoding="utf-8").partition(f"  {group}: {{")[2].partition("}")[0]
    return set(re.findall(r"^\s+(\w+): ", block, re.M))
