"""The browser says by itself what a form shows, requires and offers: both sides are held to one file of cases.

web/tests/formCases.test.ts holds the web's evaluation to the same file. After a rule changed here, delete
the file: this writes it anew, and fails once.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest

from atum_desk.conditions.public import Condition, Group, Leaf
from atum_desk.custom_fields.public import FieldKind, Option
from atum_desk.forms.evaluation import CHOICES, ORDER, PRESENCE, evaluate, is_blank, operators_of
from atum_desk.forms.models import Narrowing, OfferedField, OfferedForm, OfferedSection

CASES = Path(__file__).parents[3] / "web" / "tests" / "formCases.json"
FORMS, ANSWERS_OF_A_FORM = 60, 5
KINDS: tuple[FieldKind, ...] = (
    *("text", "long_text", "number", "money", "date", "moment", "choice", "multiple_choice", "tree", "boolean"),
    *("person", "url"),
)
OPTIONS = [
    Option("a", "A"),
    Option("b", "B"),
    Option("a1", "A one", parent="a"),
    Option("a11", "A one one", parent="a1"),
    Option("gone", "Gone", active=False),
]
DATES = ("2026-01-31", "2026-02-01", "2026-12-24")
NUMBERS: tuple[Any, ...] = (
    0,
    -1,
    7,
    7.5,
    "7",
    "7.50",
    " 7 ",
    "007",
    "1e3",
    "x",
    "-0.000001",
    "999999999999.99",
    "+7",
    "7.",
)
BLANKS: tuple[Any, ...] = (None, "", "  ", "\u00a0\t", "\u3000", "\ufeff", [])
ODD: tuple[Any, ...] = (True, 3, "a", ["a"], ["a", "b"], "\x1c", "\u200b", {"id": 3, "name": "P"}, 0, False)


class CaseMaker:
    """Makes forms and what is filled in, the same ones on every machine."""

    def __init__(self) -> None:
        self.chance = random.Random(20260)

    def form(self, number: int) -> OfferedForm:
        fields: list[OfferedField] = []
        sections = []
        for _ in range(self.chance.randint(1, 3)):
            shown_when = self.maybe(fields)
            inside = []
            for _ in range(self.chance.randint(1, 4)):
                one = self.field(fields)
                fields.append(one)
                inside.append(one)
            sections.append(OfferedSection(title="", help="", shown_when=shown_when, fields=inside))
        return OfferedForm(
            id=number, key=f"form{number}", name="F", help="", language="en", languages=["en"], sections=sections
        )

    def field(self, before: list[OfferedField]) -> OfferedField:
        kind = self.chance.choice(KINDS)
        narrowings = []
        if kind in CHOICES:
            for _ in range(self.chance.choice((0, 0, 1, 2))):
                keys = self.chance.sample(["a", "b", "a1", "a11", "gone"], self.chance.randint(1, 3))
                narrowings.append(Narrowing(keys, self.maybe(before)))
        return OfferedField(
            field=f"field.f{len(before)}", kind=kind, label="", help="", required=self.chance.random() < 0.3,
            required_when=self.maybe(before), shown_when=self.maybe(before), narrowings=narrowings,
            options=OPTIONS if kind in CHOICES else [], default=None, pattern=None, currency=None,
        )  # fmt: skip

    def maybe(self, before: list[OfferedField]) -> Condition | None:
        return None if not before or self.chance.random() < 0.4 else self.condition(before, 0)

    def condition(self, before: list[OfferedField], depth: int) -> Condition:
        if depth < 3 and self.chance.random() < 0.35:
            members = tuple(self.condition(before, depth + 1) for _ in range(self.chance.randint(0, 3)))
            return Group(self.chance.choice(("all", "any", "none")), members)
        other = self.chance.choice(before)
        operator = self.chance.choice(operators_of(other.kind))
        # A field that the filler does not have reads as empty.
        name = "field.absent" if self.chance.random() < 0.08 else other.field
        if operator in PRESENCE:
            return Leaf(name, operator)
        count = 1 if operator in ORDER else self.chance.randint(1, 2)
        return Leaf(name, operator, tuple(self.wanted(other.kind) for _ in range(count)))

    def wanted(self, kind: FieldKind) -> Any:
        if kind in CHOICES:
            return self.chance.choice(("a", "b", "a1", "gone"))
        if kind == "boolean":
            return self.chance.random() < 0.5
        return self.chance.choice(DATES if kind == "date" else (7, "7", "7.5", -1, "1000"))

    def answers(self, form: OfferedForm) -> dict[str, Any]:
        return {one.field: self.value(one.kind) for one in form.fields if self.chance.random() < 0.85}

    def value(self, kind: FieldKind) -> Any:
        chance = self.chance.random()
        if chance < 0.12:
            return self.chance.choice(BLANKS)
        if chance < 0.2:
            return self.chance.choice(ODD)
        if kind == "multiple_choice":
            return self.chance.sample(["a", "b", "a1", "a11"], self.chance.randint(0, 3))
        of_kind: dict[str, tuple[Any, ...]] = {
            "choice": ("a", "b", "a1", "gone", "nothing"),
            "tree": ("a", "b", "a1", "a11", "gone"),
            "boolean": (True, False),
            "number": NUMBERS,
            "money": NUMBERS,
            "date": DATES,
            "person": (3,),
        }
        return self.chance.choice(of_kind.get(kind, ("a text", "x")))


def made() -> list[dict[str, Any]]:
    maker = CaseMaker()
    cases = []
    for number in range(FORMS):
        form = maker.form(number)
        given = [maker.answers(form) for _ in range(ANSWERS_OF_A_FORM)]
        cases.append({"form": form, "filled": [{"answers": one, "states": evaluate(form, one)} for one in given]})
    return msgspec.to_builtins(cases)


def test_the_web_is_held_to_what_the_server_says_now() -> None:
    told = json.dumps({"forms": made(), "blank": [*BLANKS], "not_blank": [*ODD]}, separators=(",", ":")) + "\n"
    if not CASES.exists():
        CASES.write_text(told)
        pytest.fail(f"{CASES.name} was written anew; run the web's tests and commit it")
    assert CASES.read_text() == told, f"the rules changed: delete {CASES.name} and run this again"


def test_the_cases_reach_every_rule() -> None:
    counted: Counter[str] = Counter()
    for case in made():
        for filled in case["filled"]:
            for state in filled["states"].values():
                counted[f"shown {state['shown']}"] += 1
                counted[f"required {state['required']}"] += 1
                counted[f"narrowed {state['options'] is not None and len(state['options']) < 4}"] += 1
    assert min(counted.values()) > 50, counted
    assert len(counted) == 6
    assert all(is_blank(one) for one in BLANKS)
    assert not any(is_blank(one) for one in ODD)


def test_a_hidden_field_is_empty_for_what_stands_behind_it() -> None:
    """Worked by hand: hiding the first hides the third, though the second is still filled in."""
    fields = [
        made_field("field.first"),
        made_field("field.second", Leaf("field.first", "is", ("a",))),
        made_field("field.third", Leaf("field.second", "is", ("b",))),
    ]
    form = OfferedForm(
        id=1, key="f", name="F", help="", language="en", languages=["en"],
        sections=[OfferedSection(title="", help="", shown_when=None, fields=fields)],
    )  # fmt: skip
    rest = {"field.second": "b", "field.third": "a"}
    assert [one.shown for one in evaluate(form, {"field.first": "a"} | rest).values()] == [True, True, True]
    assert [one.shown for one in evaluate(form, {"field.first": "b"} | rest).values()] == [True, False, False]


def made_field(name: str, shown_when: Condition | None = None) -> OfferedField:
    return OfferedField(
        field=name, kind="choice", label="", help="", required=False, required_when=None, shown_when=shown_when,
        narrowings=[], options=OPTIONS, default=None, pattern=None, currency=None,
    )  # fmt: skip
