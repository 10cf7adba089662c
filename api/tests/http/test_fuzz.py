"""Random requests made from the OpenAPI document: whatever is sent, the server answers as documented."""

from __future__ import annotations

import os
import random
import string
import time
from typing import Any

import pytest

from atum_desk.http.rate_limits import LIMITS, STEPS
from desk import API, Client, Desk
from route_cases import CASES, fill

# A longer run: ATUM_FUZZ_SECONDS=300 ATUM_FUZZ_SEED=7 pytest tests/http/test_fuzz.py
SECONDS = float(os.environ.get("ATUM_FUZZ_SECONDS", "10"))
ROUNDS = 2
SEED = int(os.environ.get("ATUM_FUZZ_SEED", "1"))
ODD_TEXTS = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "é",
    "💥",
    "\u202e",
    "İ" * 30,
    "x" * 1_000,
    "%",
    "'",
    "\\",
    "<b>x</b>",
    "a@b",
    "a@b.example",
    "null",
    "-1",
    "NaN",
)
ODD_NUMBERS = (0, 1, 2, 3, -1, 49, 50, 200, 201, 2**31 - 1, 2**31, 2**63 - 1, 2**63, 2**64, 10**40)
WEIRD: tuple[Any, ...] = (None, True, False, 1.5, [], {}, [[]], [None], {"a": None}, "x", 7)
# Operations that would end what the fuzz itself needs.
SPARED = {
    ("delete", "/session"),
    ("delete", "/me/sessions/{session_id}"),
    ("post", "/people/{person_id}/password"),
    ("patch", "/people/{person_id}"),
}


class Maker:
    """Makes values that fit a JSON schema, and now and then one that does not."""

    def __init__(self, document: dict[str, Any], luck: random.Random) -> None:
        self.schemas = document["components"]["schemas"]
        self.luck = luck
        # how often something odd is chosen; some requests are nearly right, some are wild
        self.wildness = 0.0

    def odd(self) -> bool:
        return self.luck.random() < self.wildness

    def value(self, schema: dict[str, Any], depth: int = 0) -> Any:
        if depth > 6 or (self.odd() and self.odd()):
            return self.luck.choice(WEIRD)
        if "$ref" in schema:
            return self.value(self.schemas[schema["$ref"].rpartition("/")[2]], depth)
        for choice in ("oneOf", "anyOf"):
            if choice in schema:
                return self.value(self.luck.choice(schema[choice]), depth)
        if "enum" in schema:
            return self.luck.choice(schema["enum"])
        kinds = schema.get("type", "string")
        kind = self.luck.choice(kinds) if isinstance(kinds, list) else kinds
        return getattr(self, f"_{kind}")(schema, depth)

    def _object(self, schema: dict[str, Any], depth: int) -> Any:
        required = set(schema.get("required", ()))
        return {
            name: self.value(part, depth + 1)
            for name, part in schema.get("properties", {}).items()
            if name in required or (self.luck.random() < 0.25 and (name != "version" or self.odd()))
        }

    def _array(self, schema: dict[str, Any], depth: int) -> Any:
        return [self.value(schema.get("items", {}), depth + 1) for _ in range(self.luck.choice((0, 1, 1, 2, 3, 60)))]

    def _string(self, schema: dict[str, Any], _depth: int) -> Any:
        if self.odd():
            return self.luck.choice(ODD_TEXTS)
        if examples := schema.get("examples"):
            return self.luck.choice(examples)
        if not self.odd():
            return "".join(self.luck.choices(string.ascii_lowercase, k=12))
        return "".join(self.luck.choices(string.printable + "äöüßİΣ\u0000💥", k=self.luck.choice((1, 3, 12, 60, 600))))

    def _integer(self, _schema: dict[str, Any], _depth: int) -> Any:
        return self.luck.choice(ODD_NUMBERS) if self.luck.random() < 0.5 else self.luck.randrange(1, 40)

    def _number(self, schema: dict[str, Any], depth: int) -> Any:
        return self._integer(schema, depth)

    def _boolean(self, _schema: dict[str, Any], _depth: int) -> Any:
        return self.luck.random() < 0.5

    def _null(self, _schema: dict[str, Any], _depth: int) -> Any:
        return None


async def test_random_requests_are_answered_as_documented(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, limit in LIMITS.items():
        monkeypatch.setitem(LIMITS, name, type(limit)(1_000_000, limit.multiples))
    for name in STEPS:
        monkeypatch.setitem(STEPS, name, [])
    contact_id = await desk.given.contact()
    for _ in range(3):
        await desk.given.ticket(requester_id=contact_id)
    clients = {
        "staff": await desk.administrator(),
        "contact": await desk.requester(contact_id),
        "public": desk.client(),
    }
    document = await clients["public"].got("/openapi.json")
    luck = random.Random(SEED)
    maker = Maker(document, luck)
    operations = sorted(set(CASES) - SPARED)
    sent, accepted, until = 0, 0, time.monotonic() + SECONDS
    # A slow machine takes longer for the least that proves something: each route a few times.
    while time.monotonic() < until or sent < ROUNDS * len(operations):
        method, path = operations[sent % len(operations)]
        operation = document["paths"][API + path][method]
        accepted += await send(clients[CASES[method, path].audience], maker, method, path, operation)
        sent += 1
    assert sent > len(operations)
    assert accepted > sent / 4, "hardly anything was accepted, so hardly anything was tested"


async def send(client: Client, maker: Maker, method: str, path: str, operation: dict[str, Any]) -> bool:
    """Send one random request; return whether it was accepted."""
    luck = maker.luck
    maker.wildness = luck.choice((0.0, 0.05, 0.4))
    query, headers = {}, {}
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "query" and (parameter.get("required") or luck.random() < 0.12):
            query[parameter["name"]] = str(maker.value(parameter["schema"]))
        if parameter["in"] == "header" and maker.odd() and maker.odd():
            headers[parameter["name"]] = luck.choice(('"1"', "1", "x", "", '"0"', "k" * 300))
    address = fill(path, luck.choice(ODD_NUMBERS) if maker.odd() else luck.randrange(1, 6))
    content = operation.get("requestBody", {}).get("content", {})
    options: dict[str, Any] = {}
    if "application/json" in content:
        options["json"] = maker.value(content["application/json"]["schema"])
    elif content:
        options["files"] = {luck.choice(("file", "file", "other")): (luck.choice(ODD_TEXTS) or "x", b"bytes")}
    answer = await client.request(method, address, params=query, headers=headers, **options)
    shown = f"seed {SEED}: {method} {address} {query} {headers} {str(options)[:600]}"
    assert answer.status_code < 500 or answer.json()["code"] == "no_mailbox", f"{shown}: {answer.text}"
    assert str(answer.status_code) in operation["responses"], (
        f"{shown}: undocumented {answer.status_code} {answer.text}"
    )
    if answer.is_error:
        problem = answer.json()
        assert problem["status"] == answer.status_code
        assert problem["code"] in operation["responses"][str(answer.status_code)]["description"] or problem["code"] in (
            "validation_failed",
            "not_found",
            "method_not_allowed",
            "permission_missing",
            "already_done",
            "idempotency_key_reused",
        ), f"{shown}: undocumented {problem['code']}"
    return answer.is_success
