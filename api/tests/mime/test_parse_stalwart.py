"""Fields against the expectations of another parser's test suite (stalwart-mail-parser)."""

import html
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from mail_material import files, folder, read_json

from atum_desk.mime import ParsedMail, html_to_text, parse_mail
from atum_desk.mime.addresses import parse_addresses
from atum_desk.mime.dates import parse_date
from atum_desk.mime.headers import parse_ids
from atum_desk.mime.parameters import parse_parameters

MINIMUM_SHARE = 0.95

# Where another answer is right for a help desk; each is explained in docs/mail-parsing.md.
EXPLAINED = {
    ("legacy/022", "subject"),
    ("legacy/022", "to"),
    ("legacy/035", "attachments"),
    ("legacy/039", "attachments"),
    ("legacy/048", "attachments"),
    ("malformed/002", "attachments"),
    ("malformed/002", "text"),
    ("malformed/006", "attachments"),
    ("malformed/006", "text"),
    ("malformed/009", "attachments"),
    ("malformed/009", "text"),
    ("malformed/012", "attachments"),
    ("malformed/021", "text"),
    ("thirdparty/002", "text"),
}
# A list of numbers without month or colon, which a person would not read as a moment either.
NO_DATE = " 4 8 15 16 23 42"


def _header(part: dict[str, Any], name: str) -> Any:
    return next((h["value"] for h in part["headers"] if h["name"] == name), None)


def _expected_addresses(value: Any) -> list[tuple[str, str]]:
    if not value or not isinstance(value, dict) or "Address" not in value:
        return []
    return _flatten(value["Address"])


def _flatten(address: dict[str, Any]) -> list[tuple[str, str]]:
    groups = address.get("Group")
    entries = [e for g in groups for e in g["addresses"]] if groups else address.get("List") or []
    return [(entry["name"] or "", entry["address"] or "") for entry in entries]


def _expected_date(value: Any) -> datetime | None:
    if not value or "DateTime" not in value:
        return None
    return _moment(value["DateTime"])


def _moment(d: dict[str, int]) -> datetime:
    offset = timedelta(hours=d["tz_hour"], minutes=d["tz_minute"])
    local = datetime(d["year"], d["month"], d["day"], d["hour"], d["minute"], d["second"], tzinfo=UTC)
    return local + offset if d["tz_before_gmt"] else local - offset


def _expected_ids(value: Any) -> tuple[str, ...]:
    if not isinstance(value, dict):
        return ()
    if "TextList" in value:
        return tuple(value["TextList"])
    return (value["Text"],) if value.get("Text") else ()


def _squeeze(text: str) -> str:
    return " ".join(html.unescape(text).split())


def _expected_text(mail: dict[str, Any]) -> str:
    pieces = []
    for number in mail["text_body"]:
        body = mail["parts"][number]["body"]
        if "Text" in body:
            pieces.append(body["Text"])
        elif "Html" in body:
            pieces.append(html_to_text(body["Html"]))
    return _squeeze("\n".join(pieces))


def _name_of(part: dict[str, Any]) -> str:
    for field, wanted in (("content_disposition", "filename"), ("content_type", "name")):
        value = _header(part, field)
        for attribute in (value or {}).get("ContentType", {}).get("attributes") or []:
            if attribute["name"] == wanted:
                return str(attribute["value"])
    return ""


def _expected_attachments(mail: dict[str, Any]) -> list[tuple[str, bytes | None]]:
    numbers = set(mail["attachments"])
    numbers |= {n for n in mail["text_body"] if "InlineBinary" in mail["parts"][n]["body"]}
    expected = []
    for number in sorted(numbers):
        body = mail["parts"][number]["body"]
        content: bytes | None = None
        if "Binary" in body or "InlineBinary" in body:
            content = bytes(body.get("Binary") or body.get("InlineBinary") or [])
        elif "Text" in body or "Html" in body:
            content = str(body.get("Text") or body.get("Html")).encode()
        expected.append((_name_of(mail["parts"][number]), content))
    return expected


def _same_attachments(expected: list[tuple[str, bytes | None]], parsed: ParsedMail) -> bool:
    if len(expected) != len(parsed.attachments):
        return False
    for (name, content), found in zip(expected, parsed.attachments, strict=True):
        if name and name != found.filename:
            return False
        if content is not None and content.split() != found.content.split():
            return False
    return True


def compare_mail(eml: Path, expectation: Path, *, crlf: bool) -> dict[str, bool]:
    raw = eml.read_bytes()
    if crlf:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    mail = read_json(expectation)
    root = mail["parts"][0]
    parsed = parse_mail(raw)
    sender = _expected_addresses(_header(root, "from"))
    subject = _header(root, "subject")
    ids = _expected_ids(_header(root, "message_id"))
    return {
        "from": [(a.name, a.address) for a in (parsed.from_,) if a] == sender[:1],
        "to": [(a.name, a.address) for a in parsed.to] == _expected_addresses(_header(root, "to")),
        "cc": [(a.name, a.address) for a in parsed.cc] == _expected_addresses(_header(root, "cc")),
        "subject": parsed.subject == _squeeze(subject["Text"] if isinstance(subject, dict) else ""),
        "date": parsed.date == _expected_date(_header(root, "date")),
        "message_id": (parsed.message_id,) == (ids or (None,)),
        "in_reply_to": parsed.in_reply_to == _expected_ids(_header(root, "in_reply_to")),
        "references": parsed.references == _expected_ids(_header(root, "references")),
        "text": _squeeze(parsed.text) == _expected_text(mail),
        "attachments": _same_attachments(_expected_attachments(mail), parsed),
    }


def compare_all() -> dict[str, dict[str, bool]]:
    results = {}
    for eml in files("stalwart-mail-parser", "resources/eml/*/*.eml"):
        name = f"{eml.parent.name}/{eml.stem}"
        results[name] = compare_mail(eml, eml.with_suffix(".json"), crlf=False)
        results[f"{name}.crlf"] = compare_mail(eml, eml.with_suffix(".crlf.json"), crlf=True)
    return results


def test_fields_match_the_expectations_of_another_parser() -> None:
    results = compare_all()
    right = sum(ok for fields in results.values() for ok in fields.values())
    total = sum(len(fields) for fields in results.values())
    wrong = {
        (name.removesuffix(".crlf"), field)
        for name, fields in results.items()
        for field, ok in fields.items()
        if not ok
    }
    assert right / total >= MINIMUM_SHARE, sorted(wrong)
    assert wrong <= EXPLAINED, sorted(wrong - EXPLAINED)


def _header_cases(name: str) -> list[dict[str, Any]]:
    cases = read_json(folder("stalwart-mail-parser") / "resources" / f"{name}.json")
    assert cases
    return list(cases)


def test_address_fields_match() -> None:
    wrong = []
    # Where the other parser keeps "mailto:" it reads fields of lists, whose values are URIs.
    cases = [case for case in _header_cases("address") if "<mailto:" not in case["header"]]
    for case in cases:
        found = [(a.name, a.address) for a in parse_addresses(case["header"])]
        if found != _flatten(case["expected"]):
            wrong.append((case["header"], found))
    assert wrong == []


def test_date_fields_match() -> None:
    wrong = []
    for case in _header_cases("date"):
        if case["header"].startswith(NO_DATE):
            assert parse_date(case["header"]) is None
            continue
        expected = _moment(case["expected"]) if case["expected"] else None
        if parse_date(case["header"]) != expected:
            wrong.append((case["header"], parse_date(case["header"])))
    assert wrong == []


def test_id_fields_match() -> None:
    for case in _header_cases("id"):
        assert list(parse_ids(case["header"])) == case["expected"]


def test_content_type_parameters_match() -> None:
    wrong = []
    for case in _header_cases("content_type"):
        expected = case["expected"] or {}
        attributes = dict(expected.get("attributes") or [])
        _, found = parse_parameters(case["header"])
        if expected and {k: v.strip() for k, v in found.items()} != {k: v.strip() for k, v in attributes.items()}:
            wrong.append((case["header"], found))
    assert wrong == []
