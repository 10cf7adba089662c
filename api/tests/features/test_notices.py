"""Sentences for people: each declared once, with its parameters, and in the web's catalogue."""

from __future__ import annotations

import json
import re

import msgspec
import pytest

from atum_desk.entry import notices as catalogues
from atum_desk.identity.notices import PasswordWeakness, TeamNamed
from atum_desk.identity.problems import WeakPassword
from atum_desk.kernel.field_notices import Empty, TooLong
from atum_desk.kernel.notices import Notice, Term, names_in, subclasses_of, template_of
from atum_desk.kernel.problems import AlreadyExists, Problem, ValidationFailed

CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")

catalogues.import_all()
NOTICES = [one for one in subclasses_of(Notice) if one is not Term and one.__module__.startswith("atum_desk.")]
PROBLEMS = [one for one in subclasses_of(Problem) if one.__module__.startswith("atum_desk.")]


@pytest.mark.parametrize("notice", NOTICES, ids=lambda one: one.__qualname__)
def test_a_notice_has_a_code_and_a_sentence_that_names_its_parameters(notice: type[Notice]) -> None:
    assert CODE.fullmatch(notice.code), notice.code
    if issubclass(notice, Term):
        assert notice.WORDS
        return
    # Not inherited: a class without a docstring would say what its parent says.
    assert notice.__dict__.get("__doc__"), "its docstring is its sentence"
    assert names_in(template_of(notice)) == {field.name for field in msgspec.structs.fields(notice)}


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda one: one.__qualname__)
def test_a_problem_has_a_code_and_a_sentence(problem: type[Problem]) -> None:
    assert CODE.fullmatch(problem.code), problem.code
    assert "code" in problem.__dict__, "its code is its own"
    assert problem.__dict__.get("__doc__"), "its docstring is its sentence"


def test_the_webs_catalogue_has_every_sentence_with_the_same_parameters() -> None:
    assert catalogues.TARGET.read_text(encoding="utf-8") == catalogues.document(), (
        "run python -m atum_desk.entry.notices"
    )
    web = _flat(json.loads(catalogues.TARGET.read_text(encoding="utf-8"))["notice"])
    server = catalogues.sentences()
    assert web.keys() == server.keys()
    for code, sentence in server.items():
        assert set(re.findall(r"\{\{(\w+)\}\}", web[code])) == names_in(sentence), code


# A limit is more than one; the others are said of several alone, or have a notice for one beside them.
LIMITS = {"most", "least", "size", "limit_bytes"}
NEVER_ONE = {"dns.spf_count", "many_recipients"}
NUMBER_BEFORE_NOUN = re.compile(
    r"\{(count|size|most|least|seconds|\w+_(?:count|bytes|seconds))(?::[^}]*)?\} [A-Za-z ]*?s\b"
)


def test_a_number_before_a_noun_agrees_with_it() -> None:
    sentences = catalogues.sentences()
    found = [(code, name) for code, text in sentences.items() for name in NUMBER_BEFORE_NOUN.findall(text)]
    counted = {
        (code, name)
        for code, name in found
        if name not in LIMITS and not re.search(rf"\{{{name}[^}}]*\}} s\b", sentences[code])
    }
    one_beside = {code.removesuffix("_many") for code in sentences if code.removesuffix("_many") + "_one" in sentences}
    wrong = {code for code, _ in counted if code not in NEVER_ONE and code.removesuffix("_many") not in one_beside}
    assert wrong == set(), "say it with a unit (s, MB), or as two notices, for one and for many"


def test_no_code_stands_above_another() -> None:
    codes = set(catalogues.sentences())
    assert {one for one in codes if any(other.startswith(f"{one}.") for other in codes)} == set()


def test_one_code_for_two_sentences_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    twice = [("ticket.moved", "It was moved."), ("ticket.moved", "It moved on.")]
    monkeypatch.setattr(catalogues, "_of_notices", lambda: twice)
    with pytest.raises(catalogues.SaidTwice, match=r"ticket\.moved"):
        catalogues.sentences()


def test_a_problem_tells_its_code_and_parameters_beside_the_sentence() -> None:
    body = AlreadyExists(what=TeamNamed("Support")).body()
    assert (body["code"], body["detail"]) == ("already_exists", "A team named Support exists already.")
    assert body["what"] == "A team named Support"
    assert body["parameters"] == {
        "what": {"code": "exists.team", "parameters": {"name": "Support"}, "text": "A team named Support"}
    }


def test_what_is_wrong_with_a_field_has_its_code_and_parameters() -> None:
    body = ValidationFailed([("name", Empty()), ("subject", TooLong(500))]).body()
    assert body["detail"] == (
        "Some of what was sent cannot be accepted: name: is empty; subject: is longer than 500 characters."
    )
    assert body["errors"] == [
        {"field": "name", "message": "is empty", "code": "field.empty", "parameters": {}},
        {
            "field": "subject",
            "message": "is longer than 500 characters",
            "code": "field.too_long",
            "parameters": {"most": 500},
        },
    ]
    first, _ = body["parameters"]["summary"]
    assert first["parameters"] == {
        "field": "name",
        "fault": {"code": "field.empty", "parameters": {}, "text": "is empty"},
    }


def test_a_word_out_of_a_list_is_known_by_its_own_code_and_an_unknown_one_shown_as_it_is() -> None:
    told = WeakPassword("password", "date").body()
    assert told["reason"] == "date"
    assert told["parameters"]["why"]["code"] == "password_weakness.date"
    assert "{" not in told["detail"]
    assert (PasswordWeakness("later").key, PasswordWeakness("later").text) == ("password_weakness.later", "later")


def _flat(nested: dict[str, object], above: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in nested.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{above}{name}.")
        else:
            found[f"{above}{name}"] = str(value)
    return found
