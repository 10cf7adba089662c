"""What the parser makes of header fields and reports that it was not written to.

The cases of unseen_headers.toml and unseen_reports.toml were written down before the parser was
changed for any of them. A third, chosen by a hash of the names, is kept aside: nothing is changed for
it, and its share is what docs/mail-parsing.md tells. `pytest -s` prints both shares; the failures of
the third are not printed, so that nobody mends the parser for them by accident.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from atum_desk.mime import Address, ParsedMail, parse_mail

MINIMUM_SHARE = 0.97
FOLDER = Path(__file__).parent

Case = Mapping[str, Any]


def _cases(name: str) -> list[Case]:
    cases: list[Case] = tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))["case"]
    assert len({case["name"] for case in cases}) == len(cases)
    return cases


def _split(cases: list[Case]) -> tuple[list[Case], list[Case]]:
    """Return two thirds of the cases and the third that is kept aside, the same in every run."""
    ordered = sorted(cases, key=lambda case: hashlib.sha256(case["name"].encode()).digest())
    return ordered[len(cases) // 3 :], ordered[: len(cases) // 3]


def _raw(case: Case) -> bytes:
    raw: str = case["raw"].removeprefix("\n")
    return (raw if "\n\n" in raw else raw + "\n\nx\n").encode()


def _written(addresses: tuple[Address, ...]) -> list[str]:
    return [f"{one.name} <{one.address}>" for one in addresses]


def _bare(addresses: tuple[Address, ...]) -> list[str]:
    return [one.address for one in addresses]


def _sender(parsed: ParsedMail) -> str:
    return _written((parsed.from_,))[0] if parsed.from_ and parsed.from_.address else ""


READERS: dict[str, Callable[[ParsedMail], Any]] = {
    "from": _sender,
    "from_only": lambda parsed: parsed.from_.address if parsed.from_ else "",
    "to": lambda parsed: _written(parsed.to),
    "to_only": lambda parsed: _bare(parsed.to),
    "cc": lambda parsed: _written(parsed.cc),
    "reply_to": lambda parsed: _written(parsed.reply_to),
    "subject": lambda parsed: parsed.subject,
    "date": lambda parsed: parsed.date.replace(microsecond=0) if parsed.date else "none",
    "message_id": lambda parsed: parsed.message_id,
    "in_reply_to": lambda parsed: list(parsed.in_reply_to),
    "references": lambda parsed: list(parsed.references),
    "references_begin": lambda parsed: list(parsed.references[:2]),
    "text": lambda parsed: parsed.text.strip(),
    "text_begins": lambda parsed: parsed.text.split("\n")[0],
    "html": lambda parsed: parsed.html is not None,
    "files": lambda parsed: [part.filename for part in parsed.attachments],
}


def _header_fields(case: Case) -> dict[str, bool]:
    parsed = parse_mail(_raw(case))
    wanted = {key: value for key, value in case.items() if key not in ("name", "raw")}
    return {key: READERS[key](parsed) == value for key, value in wanted.items()}


def _report_fields(case: Case) -> dict[str, bool]:
    bounce = parse_mail(_raw(case)).bounce
    if "bounce" in case:
        return {"bounce": (bounce is not None) == case["bounce"]}
    if bounce is None:
        return {key: False for key in case if key not in ("name", "raw")}
    found = {
        "recipients": sorted(one.recipient for one in bounce.recipients),
        "first": bounce.recipient,
        "action": bounce.action,
        "status": bounce.status,
        "reason": bounce.reason,
        "id": bounce.original_message_id,
    }
    wanted = {key: value for key, value in case.items() if key not in ("name", "raw")}
    wanted["recipients"] = sorted(wanted["recipients"])
    return {key: found[key] == value for key, value in wanted.items()}


SETS = {
    "header fields": ("unseen_headers.toml", _header_fields),
    "report fields": ("unseen_reports.toml", _report_fields),
}


def _compare(cases: list[Case], read: Callable[[Case], dict[str, bool]]) -> tuple[int, int, list[str]]:
    results = {case["name"]: read(case) for case in cases}
    fields = [right for result in results.values() for right in result.values()]
    wrong = [f"{name}: {key}" for name, result in results.items() for key, ok in result.items() if not ok]
    return sum(fields), len(fields), wrong


@pytest.mark.parametrize("name", SETS)
def test_fields_of_unseen_mail_are_read(name: str) -> None:
    file, read = SETS[name]
    seen, aside = _split(_cases(file))
    for label, cases in (("tuned to", seen), ("kept aside", aside)):
        right, total, wrong = _compare(cases, read)
        print(f"{name}, {label}: {right} of {total}, {right / total:.1%}")
        if label == "tuned to":
            assert wrong == []
        assert right / total >= MINIMUM_SHARE, f"{name}, {label}: {right} of {total}"


def test_there_are_enough_cases_and_a_third_is_kept_aside() -> None:
    for file, least in (("unseen_headers.toml", 60), ("unseen_reports.toml", 20)):
        cases = _cases(file)
        seen, aside = _split(cases)
        assert len(cases) >= least
        assert len(aside) == len(cases) // 3
        assert not {case["name"] for case in seen} & {case["name"] for case in aside}
