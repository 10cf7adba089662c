"""What a message hides is told apart: quoted history and signatures."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atum_desk.mime import part_quoted, strip_quote_text

SIGNATURE = "-- \nInes\nExample Ltd.\nTel: 1"
QUOTE = "On Mon, 2 Nov 2026 at 10:00, Desk <support@example.org> wrote:\n> Is it on?\n> Yes?"
OUTLOOK = "From: Desk <support@example.org>\nSent: Monday\nTo: Ines\nSubject: Printer\n\nIs it on?\n\n-- \nThe desk"


def kinds(quoted: str) -> list[tuple[str, int]]:
    return [(part.kind, part.lines) for part in part_quoted(quoted)]


@pytest.mark.parametrize(
    ("quoted", "expected"),
    [
        ("", []),
        (SIGNATURE, [("signature", 4)]),
        (SIGNATURE.replace("-- ", "--"), [("signature", 4)]),
        (SIGNATURE.replace("-- ", "—"), [("signature", 4)]),
        (QUOTE, [("quote", 3)]),
        (f"{SIGNATURE}\n\n{QUOTE}", [("signature", 5), ("quote", 3)]),
        (f"{QUOTE}\n\n{SIGNATURE}", [("quote", 4), ("signature", 4)]),
        # What somebody else signed is part of what is quoted.
        (OUTLOOK, [("quote", 9)]),
        (f"{SIGNATURE}\n\n{OUTLOOK}", [("signature", 5), ("quote", 9)]),
        ("> Is it on?\n> -- \n> The desk", [("quote", 3)]),
        ("Sent from my iPhone", [("signature", 1)]),
        (f"Sent from my iPhone\n\n{QUOTE}", [("signature", 1), ("quote", 4)]),
        ("-----Original Message-----\nIs it on?\n-- \nThe desk", [("quote", 4)]),
        (f"{SIGNATURE}\n## Write above this line ##\nIs it on?", [("signature", 4), ("quote", 2)]),
    ],
)
def test_history_and_signature_are_told_apart(quoted: str, expected: list[tuple[str, int]]) -> None:
    assert kinds(quoted) == expected


def test_a_mail_with_only_a_signature_hides_only_a_signature() -> None:
    _, quoted = strip_quote_text(f"It works again.\n\n{SIGNATURE}\n")
    assert {part.kind for part in part_quoted(quoted)} == {"signature"}


def test_an_attribution_in_two_lines_is_no_part_of_the_signature_above_it() -> None:
    broken = QUOTE.replace("Desk <", "Desk\n<")
    assert kinds(f"{SIGNATURE}\n\n{broken}") == [("signature", 5), ("quote", 4)]


@given(
    st.lists(
        st.sampled_from(
            [
                "",
                "-- ",
                "--",
                "> old",
                "Ines",
                "Sent from my iPhone",
                *QUOTE.split("\n")[:1],
                *OUTLOOK.split("\n"),
                "-----Original Message-----",
            ]
        ),
        max_size=30,
    )
)
def test_the_parts_have_every_line_once(lines: list[str]) -> None:
    text = "\n".join(lines)
    parts = part_quoted(text)
    assert sum(part.lines for part in parts) == (len(text.split("\n")) if text else 0)
    assert all(one.kind != other.kind for one, other in pairwise(parts))


def test_a_text_of_a_million_signatures_is_parted_in_bounded_work() -> None:
    text = "-- \nA: b\n" * 500_000
    assert sum(part.lines for part in part_quoted(text)) == 1_000_001
