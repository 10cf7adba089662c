"""Forms in several languages: whoever fills one in reads their own, at every place where it is filled in."""

from __future__ import annotations

from typing import Any

import pytest

from atum_desk.forms.form_languages import wished_languages
from desk import Client, Desk

TEXTS = {"name": "Etwas ist kaputt", "help": "Für Maschinen", "subject_template": "Kaputt: {{ field.topic }}"}
TOPIC = {"label": "Worum geht es?", "help": "Eines davon", "options": {"machine": "Maschine"}}
URGENCY = {"label": "Dringlichkeit", "options": {"high": "Hoch"}}
FIELDS: list[dict[str, Any]] = [
    {"field": "field.topic", "label": "What is it about?", "required": True, "translations": {"de": TOPIC}},
    {"field": "priority", "translations": {"de": URGENCY}},
    {"field": "text", "translations": {"pt-BR": {"label": "Descrição"}}},
]
SECTIONS: list[dict[str, Any]] = [
    {"title": "What", "translations": {"de": {"title": "Was", "help": "Bitte genau"}}, "fields": FIELDS}
]


def form_of(**settings: Any) -> dict[str, Any]:
    return {
        "name": "Broken", "key": "broken", "help": "For machines", "sections": SECTIONS, "in_portal": True,
        "public": True, "translations": {"de": TEXTS, "pt-BR": {}}, **settings,
    }  # fmt: skip


@pytest.fixture
async def admin(desk: Desk) -> Client:
    client = await desk.administrator()
    options = [{"name": "Machine", "key": "machine"}, {"name": "Building", "key": "building"}]
    field = {"entity": "ticket", "name": "Topic", "kind": "choice", "requesters": "edit", "options": options}
    await client.posted("/custom-fields", field)
    return client


def said(form: dict[str, Any]) -> tuple[Any, ...]:
    """Return what somebody reads of a form."""
    (section,) = form["sections"]
    return (
        form["language"], form["name"], section["title"], section["help"],
        [(one["label"], one["help"]) for one in section["fields"]],
        [option["name"] for option in section["fields"][0]["options"]],
    )  # fmt: skip


ENGLISH = ("en", "Broken", "What", "", [("What is it about?", ""), ("", ""), ("", "")], ["Machine", "Building"])
# What has no translation stays in the form's own language.
GERMAN = (
    "de", "Etwas ist kaputt", "Was", "Bitte genau",
    [("Worum geht es?", "Eines davon"), ("Dringlichkeit", ""), ("", "")],
    ["Maschine", "Building"],
)  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "header", "read"),
    [
        (None, "", ENGLISH),
        (None, "de-AT,de;q=0.9,en;q=0.8", GERMAN),
        (None, "fr;q=0.9, de;q=0.5, en;q=0.7", ENGLISH),
        (None, "de;q=0, fr", ENGLISH),
        ("de", "en", GERMAN),
        ("DE", "", GERMAN),
        ("fr", "de", GERMAN),
        ("xx", ";;;,=", ENGLISH),
    ],
)
async def test_a_visitor_reads_the_form_in_their_language(
    desk: Desk, admin: Client, lang: str | None, header: str, read: tuple[Any, ...]
) -> None:
    await admin.posted("/forms", form_of())
    portal = desk.client()
    headers, params = {"accept-language": header}, {"lang": lang} if lang else {}
    answer = await portal.get("/portal/forms/broken", params=params, headers=headers)
    assert said(answer.json()) == read
    assert answer.json()["languages"] == ["de", "en", "pt-BR"]
    listed = (await portal.get("/portal/forms", params=params, headers=headers)).json()["items"]
    assert [(one["language"], one["name"]) for one in listed] == [read[:2]]


async def test_a_language_serves_its_regions(desk: Desk, admin: Client) -> None:
    await admin.posted("/forms", form_of())
    for wish in ("pt", "pt-PT", "pt-br"):
        form = await desk.client().got("/portal/forms/broken", lang=wish)
        assert (form["language"], form["sections"][0]["fields"][2]["label"]) == ("pt-BR", "Descrição")


async def test_an_agent_reads_forms_in_their_own_language(admin: Client) -> None:
    await admin.posted("/forms", form_of())
    assert [said(one) for one in (await admin.got("/forms/offered"))["items"]] == [ENGLISH]
    assert [said(one) for one in (await admin.got("/forms/offered", lang="de"))["items"]] == [GERMAN]
    await admin.patched("/me", {"locale": "de"})
    assert [said(one) for one in (await admin.got("/forms/offered"))["items"]] == [GERMAN]
    (form,) = (await admin.got("/forms"))["items"]
    path, body = f"/forms/{form['id']}/tickets", {"requester": {"email": "r@x.example"}, "channel": "phone"}
    refused = await admin.post(path, json=body)
    assert "Worum geht es? must be filled in" in refused.text
    made = await admin.posted(path, body | {"text": "T", "fields": {"topic": "machine"}})
    assert made["subject"] == "Kaputt: Maschine"


async def test_a_request_is_made_of_the_texts_that_its_requester_read(desk: Desk, admin: Client) -> None:
    await admin.posted("/forms", form_of())
    portal = desk.client()
    body = {"name": "Ada", "email": "ada@x.example", "form": "broken", "text": "T", "fields": {"topic": "machine"}}
    told = await portal.posted("/portal/tickets", body | {"language": "de"}, status=202)
    assert (await admin.got(f"/tickets/{told['number']}"))["subject"] == "Kaputt: Maschine"
    wrong = body | {"fields": {"topic": "yard"}, "email": "ida@x.example"}
    refused = await portal.post("/portal/tickets", json=wrong, headers={"accept-language": "de"})
    assert "Worum geht es? can only be one of these now: Maschine, Building" in refused.text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"translations": {"de": TEXTS}}, "has texts in pt-BR, which is none of its languages"),
        ({"language": "de"}, "has de as its own language"),
        ({"translations": {"de": {"subject_template": "{{ field.nothing }}"}, "pt-BR": {}}}, "field.nothing"),
        ({"translations": {"de": {"other": "x"}, "pt-BR": {}}}, "other"),
        ({"translations": {"german": {}}}, "translations"),
    ],
)
async def test_texts_that_nobody_would_read_are_refused(admin: Client, wrong: dict[str, Any], words: str) -> None:
    answer = await admin.post("/forms", json=form_of(**wrong))
    assert answer.status_code == 422
    assert words in answer.text


async def test_languages_are_changed_with_one_undo(admin: Client) -> None:
    form = await admin.posted("/forms", form_of())
    sections = [SECTIONS[0] | {"translations": {}, "fields": [{"field": "text"}]}]
    given = {"translations": {}, "language": "de", "sections": sections}
    changed = await admin.patch(f"/forms/{form['id']}", json=given)
    assert (changed.json()["language"], changed.json()["translations"]) == ("de", {})
    await admin.posted(f"/changes/{changed.headers['x-change-id']}/undo", status=200)
    (after,) = (await admin.got("/forms"))["items"]
    assert after["translations"]["de"]["name"] == "Etwas ist kaputt"
    assert (after["language"], after["sections"]) == ("en", form["sections"])


def test_languages_stand_by_how_much_they_are_wished_for() -> None:
    assert wished_languages("fr", "en;q=0.2,de-AT , *;q=0.1, pt ; q=0.9") == ["fr", "de-AT", "pt", "en"]
    assert wished_languages(None, "x" * 100_000) == []
    assert len(wished_languages(None, ",".join(["de"] * 1_000))) == 20
