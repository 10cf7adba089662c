"""Whatever somebody types into a text of contacts, organizations, tags, views, fields and statuses is kept or refused.

The texts are those that the OpenAPI document says each request has, so that a new one is tried by itself.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from desk import Client, Desk

MATERIAL = Path(os.environ.get("ATUM_MATERIAL") or Path(__file__).resolve().parents[3] / "../shared/material")
NAUGHTY = MATERIAL / "naughty-strings" / "blns.json"
FORMULAS = MATERIAL / "csv-injection" / "csv-payload.txt"
STRINGS_A_FIELD = 25
# What each request needs besides the text that is tried; `#` is a number that no other request has.
REQUESTS: dict[tuple[str, str], dict[str, Any]] = {
    ("post", "/contacts"): {"name": "Ana", "email": "ana#@naughty.example"},
    ("patch", "/contacts/{contact_id}"): {},
    ("post", "/contacts/{contact_id}/notes"): {"text": "A note"},
    ("post", "/organizations"): {"name": "Works #"},
    ("patch", "/organizations/{organization_id}"): {},
    ("post", "/organizations/{organization_id}/notes"): {"text": "A note"},
    ("post", "/tags"): {"name": "tag#"},
    ("post", "/views"): {"name": "View #"},
    ("patch", "/views/{view_id}"): {},
    ("post", "/custom-fields"): {"entity": "ticket", "name": "Field #", "kind": "text"},
    ("patch", "/custom-fields/{key}"): {},
    ("post", "/statuses"): {"name": "Status #", "category": "open"},
}
LISTS = ("/contacts", "/organizations", "/tags", "/tags/managed", "/views", "/custom-fields", "/statuses", "/fields")


def texts_of(document: dict[str, Any], method: str, path: str) -> Iterator[tuple[str, bool]]:
    """Yield the name of each free text of a request, and whether it is a list of them."""

    def resolved(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if "$ref" in schema:
            yield from resolved(document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
        for one in schema.get("oneOf", schema.get("anyOf", [])):
            yield from resolved(one)
        yield schema

    body = document["paths"][f"/api/v1{path}"][method]["requestBody"]["content"]["application/json"]["schema"]
    properties = next(one["properties"] for one in resolved(body) if "properties" in one)
    for name, schema in properties.items():
        for one in resolved(schema):
            if one.get("type") == "string" and "enum" not in one and "const" not in one:
                yield name, False
            if one.get("type") == "array" and any(item.get("type") == "string" for item in resolved(one["items"])):
                yield name, True


def strings() -> list[str]:
    naughty = msgspec.json.decode(NAUGHTY.read_bytes(), type=list[str])
    formulas = FORMULAS.read_text(errors="surrogateescape").encode(errors="replace").decode().splitlines()
    own = [
        "\x00",
        "a\x00b",
        "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
        "x" * 100_000,
        "\u202e",
        " ",
    ]
    return [*naughty, *formulas, *own]


@pytest.mark.slow("sends some 25 strings as each text of a dozen requests")
@pytest.mark.skipif(
    not NAUGHTY.exists(), reason=f"test material naughty-strings is not at {MATERIAL} (set ATUM_MATERIAL)"
)
async def test_every_text_is_kept_or_refused_and_spoils_no_list(desk: Desk) -> None:
    document = msgspec.json.decode((Path(__file__).parents[2] / "openapi.json").read_bytes())
    client: Client = await desk.administrator()
    ids = {
        "contact_id": (await client.posted("/contacts", {"name": "Ana", "email": "ana@naughty.example"}))["id"],
        "organization_id": (await client.posted("/organizations", {"name": "Works"}))["id"],
        "view_id": (await client.posted("/views", {"name": "View"}))["id"],
        "key": "field",
    }
    await client.posted("/custom-fields", {"entity": "contact", "name": "Field", "key": "field", "kind": "text"})
    every, at, kept, refused = strings(), 0, 0, 0
    for (method, path), needed in REQUESTS.items():
        tried = list(texts_of(document, method, path))
        assert tried, path
        for name, is_list in tried:
            for _ in range(STRINGS_A_FIELD):
                at += 1
                # A step that shares no divisor with their number visits them all.
                text = every[at * 97 % len(every)]
                body: dict[str, Any] = {key: str(value).replace("#", str(at)) for key, value in needed.items()}
                body |= {name: [text] if is_list else text}
                answer = await client.request(method.upper(), path.format(**ids), json=body)
                assert answer.status_code < 500, (method, path, name, text[:80], answer.text)
                kept += answer.status_code < 300
                refused += answer.status_code in (400, 409, 422)
    assert kept > 100
    assert refused > 50
    for path in LISTS:
        assert (await client.get(path)).status_code == 200, path
    for text in every[::9]:
        for path, query in (
            ("/search", "q"),
            ("/contacts", "q"),
            ("/organizations", "q"),
            ("/fields/completions", "q"),
        ):
            answer = await client.get(path, params={query: text[:900]})
            assert answer.status_code < 500, (path, text, answer.text)
