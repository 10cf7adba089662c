"""The text form of conditions: text and tree say the same, and what cannot be read says where and why."""

from __future__ import annotations

import time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atum_desk.conditions.models import MAX_LEAVES, Condition, Group, Leaf, canonical, depth_of, leaves_of
from atum_desk.conditions.public import ConditionInvalid, ValueNames, complete, names_wanted, parse, print_text
from atum_desk.conditions.tokens import MAX_CHARACTERS
from atum_desk.tickets.register import REGISTER
from conditions.trees import NAMES, conditions


def read(text: str) -> Condition:
    condition = parse(text, REGISTER, NAMES)
    assert condition is not None
    return condition


@given(conditions())
def test_a_tree_is_read_as_it_was_written(tree: Condition) -> None:
    text = print_text(tree, REGISTER, NAMES)
    if len(text) <= MAX_CHARACTERS:
        assert read(text) == canonical(tree), text


KEYED = ("status", "resolution")


@given(conditions())
def test_a_tree_is_read_as_it_was_written_without_names(tree: Condition) -> None:
    """Statuses and reasons are written by their keys, which only names make known."""
    text = print_text(tree, REGISTER)
    if len(text) <= MAX_CHARACTERS and not any(leaf.field in KEYED for leaf in leaves_of(tree)):
        assert parse(text, REGISTER) == canonical(tree), text


def read_or_refused(text: str) -> Condition | ConditionInvalid | None:
    try:
        return parse(text, REGISTER, NAMES)
    except ConditionInvalid as problem:
        return problem


PIECES = (
    *(
        "status:open",
        "-tag:vpn",
        "assignee:me",
        'team:"the \\"A\\", (b)"',
        "priority:>=high",
        "(",
        ")",
        "or",
        "-(",
        "foo",
    ),
    *(
        "-foo",
        '"exact words"',
        "created:>2026-01-01",
        "subject:^a,b",
        "subject:=x",
        "-",
        '"',
        ":",
        "tag:none",
        "words:a,b",
    ),
    *("open:yes", "-resolved:>today", "team:me", "team:Twin", "OR", "a,b", "unread:no,yes", "http://x", "C:\\temp\\x"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join) | st.text(max_size=40))
def test_a_text_that_can_be_read_is_written_so_that_it_means_the_same(text: str) -> None:
    tree = read_or_refused(text)
    if isinstance(tree, ConditionInvalid):
        assert 0 <= tree.data["position"] <= len(text)
        assert tree.data["length"] >= 1
        return
    if tree is None:
        assert not text.strip()
        return
    written = print_text(tree, REGISTER, NAMES)
    assert read(written) == tree
    assert print_text(read(written), REGISTER, NAMES) == written


@pytest.mark.parametrize(
    "text",
    [
        'status:open assignee:me -tag:vpn created:>2026-01-01 "exact words" (priority:high or priority:urgent)',
        "vpn -printer",
        "-vpn -printer",
        "vpn (printer)",
        "vpn -(printer)",
        "a or b c",
        "-(a b)",
        "-resolved:>today",
        "team:Support,99 -(status:open or status:new)",
        'subject:="VPN drops" attachment:invoice.pdf',
        'team:"my-teams",me,"42"',
        "tag:none or assignee:any",
    ],
)
def test_a_text_as_people_write_it_stays_as_it_is(text: str) -> None:
    assert print_text(read(text), REGISTER, NAMES) == text


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("error (code 7", ("error", "code", "7")),
        ("it failed :)", ("it", "failed", ":")),
        ("foo() or", ("foo",)),
        ("' & | ! <-> ( :*", ("'", "&", "|", "!", "<->", ":*")),
    ],
)
def test_pasted_words_with_stray_parentheses_are_words(text: str, terms: tuple[str, ...]) -> None:
    assert read(text) == Leaf("words", "contains", terms)


def test_what_stands_side_by_side_binds_stronger_than_or() -> None:
    assert read("open:yes tag:a or tag:b") == Group(
        "any", (Group("all", (Leaf("open", "is", (True,)), Leaf("tags", "is", ("a",)))), Leaf("tags", "is", ("b",)))
    )


def test_words_of_a_group_are_looked_for_in_one_message() -> None:
    assert read("vpn open:yes -slow") == Group(
        "all", (Leaf("words", "contains", ("vpn", "-slow")), Leaf("open", "is", (True,)))
    )
    assert read("(vpn) (slow)") == Group(
        "all", (Leaf("words", "contains", ("vpn",)), Leaf("words", "contains", ("slow",)))
    )


@pytest.mark.parametrize(
    ("text", "position", "suggestion"),
    [
        ("asignee:me", 0, "assignee"),
        ("vpn -statsu:open", 5, "status"),
        ("status:opne", 7, "open"),
        ("team:Suport", 5, "Support"),
        ("priority:hihg", 9, "high"),
        ("created:>soon", 9, None),
        ("created:2026-13", 8, None),
        ("number:x", 7, None),
        ("status:", 7, None),
        ("status:>open", 0, None),
        ("created:>today,now", 15, None),
        ("(tag:vpn", 0, None),
        ("tag:vpn)", 7, None),
        ("tag:vpn or", 10, None),
        ("or tag:vpn", 0, None),
        ("tag:vpn ()", 9, None),
        ("()", 1, None),
        ("vpn\0", 3, None),
    ],
)
def test_what_cannot_be_read_says_where_and_what_may_have_been_meant(
    text: str, position: int, suggestion: str | None
) -> None:
    with pytest.raises(ConditionInvalid) as caught:
        parse(text, REGISTER, NAMES)
    assert (caught.value.data["position"], caught.value.data["suggestion"]) == (position, suggestion)


@pytest.mark.parametrize(
    "text",
    [
        "tag:a " * (MAX_LEAVES + 1),
        "x" * (MAX_CHARACTERS + 1),
        "(" * 400 + "tag:a" + ")" * 400,
        "-(tag:a -(tag:b " * 6 + "))" * 6,
        "(tag:a or (tag:b " * 6 + "))" * 6,
        "subject:" + "x" * 300,
        "tag:" + ",".join(f"t{n}" for n in range(60)),
    ],
)
def test_a_condition_is_bounded(text: str) -> None:
    with pytest.raises(ConditionInvalid):
        parse(text, REGISTER, NAMES)


def test_the_longest_text_is_read_in_no_time() -> None:
    """A text of any shape is refused or read in time that grows with its length alone."""
    shapes = ('"', "\\", "(", "-(", "a:", "tag:a,", ">=", "or ", "- ", '""', "tag:", "a b ")
    begun = time.process_time()
    for shape in shapes:
        text = (shape * MAX_CHARACTERS)[:MAX_CHARACTERS]
        try:
            parse(text, REGISTER, NAMES)
        except ConditionInvalid:
            continue
    assert time.process_time() - begun < 2


@given(conditions())
def test_a_tree_survives_json(tree: Condition) -> None:
    stored = msgspec.json.encode(tree)
    assert msgspec.json.decode(stored, type=Leaf | Group) == tree


@given(conditions())
def test_the_plainest_tree_stays_as_it_is(tree: Condition) -> None:
    plain = canonical(tree)
    assert canonical(plain) == plain
    assert depth_of(plain) <= depth_of(tree) + 1


def test_a_renamed_team_is_still_the_same_team() -> None:
    """A saved condition holds the id; its text is written with the name of today."""
    tree = read("team:Support")
    assert tree == Leaf("team", "is", (1,))
    assert print_text(tree, REGISTER, ValueNames()) == "team:1"


def test_only_names_are_looked_up() -> None:
    assert names_wanted('team:"Second line",4 assignee:me,any status:open tag:x subject:y', REGISTER) == {
        "team": ["Second line"],
        "person": ["any"],
        "status": ["open"],
    }
    assert names_wanted("assignee:none tag:vpn created:today words", REGISTER) == {}


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("", 0, (0, 0, "number")),
        ("stat", 4, (0, 4, "status")),
        ("vpn -asig", 9, None),
        ("vpn -ass", 8, (5, 8, "assignee")),
        ("stat open:yes", 2, (0, 4, "status")),
        ("(cre", 4, (1, 4, "created")),
    ],
)
def test_fields_are_completed(text: str, at: int, expected: tuple[int, int, str] | None) -> None:
    completion = complete(text, at, REGISTER)
    assert completion is not None
    found = completion.fields[0].name if completion.fields else None
    assert ((completion.start, completion.end, found) if found else None) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("priority:", (9, ("low", "normal", "high", "urgent", "none", "any"))),
        ("priority:>=h", (11, ("high",))),
        ("priority:low,h", (13, ("high",))),
        ("open:y", (5, ("yes",))),
        ("assignee:", (9, ("me", "none", "any"))),
        ("created:>this", (9, ("this-week", "this-month"))),
    ],
)
def test_values_are_completed(text: str, expected: tuple[int, tuple[str, ...]]) -> None:
    completion = complete(text, len(text), REGISTER)
    assert completion is not None
    assert (completion.start, completion.choices) == expected


@pytest.mark.parametrize("text", ['"stat', "(vpn)", "subject:vp", "unheard:of"])
def test_nothing_is_completed_where_words_stand(text: str) -> None:
    assert complete(text, len(text), REGISTER) is None
