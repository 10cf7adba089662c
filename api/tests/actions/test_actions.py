"""The vocabulary of actions: what a list of them comes to, the same for macros and bulk changes."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from atum_desk.actions.public import (
    Action,
    AddTags,
    Assign,
    AssignNobodyNamed,
    FieldNotSettable,
    RemoveTags,
    SetField,
    SetStatus,
    ValueUnfit,
    change_of,
    list_of_changes,
)
from atum_desk.tickets.public import SETTABLE, TicketChange

ME = 7


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        ([Assign(to="me")], {"assignee_id": ME}),
        ([Assign(to="nobody")], {"assignee_id": None}),
        ([Assign(to="person", id=3), Assign(to="team", id=4)], {"assignee_id": 3, "team_id": 4}),
        ([SetStatus(status="open"), SetStatus(status="waiting")], {"status": "waiting"}),
        ([SetField(field="priority", value="high")], {"priority": "high"}),
        ([SetField(field="field.product", value=None)], {"fields": {"product": None}}),
    ],
)
def test_actions_come_to_a_change(actions: list[Action], expected: dict[str, Any]) -> None:
    change = change_of(actions, ME).set
    assert {name: value for name, value in msgspec.structs.asdict(change).items() if value is not UNSET} == {
        "version": None,
        **expected,
    }


def test_a_later_action_on_a_tag_outdoes_an_earlier_one() -> None:
    change = change_of([AddTags(tags=["a", "b"]), RemoveTags(tags=["a"]), AddTags(tags=["b", "c"])], ME)
    assert (change.add_tags, change.remove_tags) == (["b", "c"], ["a"])


@pytest.mark.parametrize(
    ("action", "problem"),
    [
        (SetField(field="version", value=1), FieldNotSettable),
        (SetField(field="fields", value={}), FieldNotSettable),
        (SetField(field="id", value=1), FieldNotSettable),
        (SetField(field="priority", value="loud"), ValueUnfit),
        (Assign(to="me", id=1), AssignNobodyNamed),
        (Assign(to="person"), AssignNobodyNamed),
    ],
)
def test_what_no_command_takes_is_refused(action: Action, problem: type[Exception]) -> None:
    with pytest.raises(problem):
        change_of([action], ME)


TAGS = st.lists(st.sampled_from(["a", "b", "c"]), max_size=3, unique=True)


@given(
    given=st.fixed_dictionaries(
        {},
        optional={
            "priority": st.sampled_from(["low", "normal", "high", "urgent"]),
            "assignee_id": st.none() | st.integers(1, 9),
            "status": st.sampled_from(["open", "waiting"]),
            "fields": st.dictionaries(
                st.sampled_from(["product", "site"]), st.none() | st.text(max_size=3), min_size=1
            ),
        },
    ),
    added=TAGS,
    removed=TAGS,
)
def test_the_short_form_of_bulk_changes_says_the_same(
    given: dict[str, Any], added: list[str], removed: list[str]
) -> None:
    short = msgspec.convert(given, TicketChange)
    change = change_of(list_of_changes(short, added, removed), ME)
    assert change.set == short
    assert change.add_tags == added
    assert change.remove_tags == [tag for tag in removed if tag not in added]


def test_every_settable_field_can_be_named() -> None:
    for name in SETTABLE:
        with pytest.raises((ValueUnfit, FieldNotSettable)) as told:
            change_of([SetField(field=name, value={"never": "fits"})], ME)
        assert isinstance(told.value, ValueUnfit), name
