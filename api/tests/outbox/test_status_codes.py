"""Enhanced status codes are found in servers' answers and said in words."""

from __future__ import annotations

import pytest

from atum_desk.kernel.problems import ValidationFailed
from atum_desk.outbox.compose.placeholders import PLACEHOLDERS, fill, require_known
from atum_desk.outbox.notices import DeliveryStatus
from atum_desk.outbox.relays.status_codes import is_hard, meaning_of, status_in


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("5.1.1 <ann@example.org>: Recipient address rejected", "5.1.1"),
        ("#5.1.10 no mail here", "5.1.10"),
        ("Requested action not taken: 4.2.2 over quota", "4.2.2"),
        ("no such user", None),
        ("from 192.5.1.1 refused", None),
        ("6.1.1 no class", None),
        ("x" * 60 + " 5.1.1", None),
    ],
)
def test_a_status_is_found_at_the_head_of_an_answer_only(answer: str, status: str | None) -> None:
    assert status_in(answer) == status


def test_every_meaning_is_a_sentence_and_a_passing_trouble_is_said_to_pass() -> None:
    assert all(words.endswith(".") and "5." not in words for words in DeliveryStatus.WORDS.values())
    assert str(meaning_of("5.2.2")) == "The mailbox is full."
    assert str(meaning_of("4.2.2")) == "The mailbox is full. It may pass."
    assert meaning_of("5.9.9") is None
    assert meaning_of(None) is None


def test_only_an_address_that_is_gone_is_stopped() -> None:
    assert is_hard("5.1.1")
    assert not any(map(is_hard, ("4.1.1", "5.2.2", "5.7.1", "5.4.7", None)))


def test_placeholders_are_replaced_once_and_unknown_ones_named() -> None:
    values = {"agent.name": "{{link}}", "link": "https://x"}
    assert fill("{{ agent.name }} {{link}} {{nothing}}{", values) == "{{link}} https://x {"
    for name in PLACEHOLDERS:
        require_known("intro", f"{{{{{name}}}}}")
    with pytest.raises(ValidationFailed, match=r"no placeholder 'agent\.password'"):
        require_known("intro", "{{agent.password}}")
