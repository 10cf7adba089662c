"""Texts of automatic mail: one file for each language, English where one lacks a text."""

from __future__ import annotations

import tomllib
from pathlib import Path
from shutil import copy

import pytest

from atum_desk.kernel.notices import names_in
from atum_desk.mail.filing.confirmation import confirm_request
from atum_desk.outbox.compose import mail_texts
from atum_desk.outbox.compose.mail_texts import FOLDER, languages_tried, mail_text, texts_of
from atum_desk.outbox.compose.render import render_mail
from desk import Desk

# A made-up language, in which not every text is translated.
MADE_UP = """
[confirmation]
text = "Saluton {name}: {subject} havas la numeron {number}. {link}"

[frame]
request = "Peto {number}"
see_in_portal = "Vidu & legu"
"""


@pytest.fixture
def with_made_up_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy(FOLDER / "en.toml", tmp_path)
    (tmp_path / "xx.toml").write_text(MADE_UP, encoding="utf-8")
    monkeypatch.setattr(mail_texts, "FOLDER", tmp_path)


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.toml")), ids=lambda file: file.stem)
def test_every_language_names_the_texts_and_parameters_of_the_english_file(file: Path) -> None:
    english, texts = texts_of("en"), texts_of(file.stem)
    assert texts.keys() <= english.keys()
    for key, text in texts.items():
        assert names_in(text) == names_in(english[key]), key
    assert tomllib.loads(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("wished", "tried"),
    [
        ("pt-BR", ["pt-BR", "pt", "en"]),
        ("de", ["de", "en"]),
        ("en-GB", ["en-GB", "en"]),
        ("", ["en"]),
        ("../../etc/passwd", ["en"]),
    ],
)
def test_a_text_is_looked_for_in_the_language_then_its_first_part_then_english(wished: str, tried: list[str]) -> None:
    assert list(languages_tried(wished)) == tried


@pytest.mark.usefixtures("with_made_up_language")
def test_a_text_that_a_language_lacks_is_the_english_one() -> None:
    assert mail_text("frame.request", "xx-YY", number=7) == "Peto 7"
    assert mail_text("frame.your_request", "xx") == "Your request"
    with pytest.raises(KeyError, match="no such"):
        mail_text("frame.no such", "xx")


@pytest.mark.usefixtures("with_made_up_language")
def test_what_the_desk_says_around_an_answer_is_in_its_readers_language() -> None:
    mail = render_mail("It works.", None, number=7, link="https://desk.example.com/r/1", language="xx")
    assert "Peto 7: https://desk.example.com/r/1" in mail.text
    assert "Vidu &amp; legu" in mail.html


@pytest.mark.usefixtures("with_made_up_language")
async def test_a_confirmation_is_in_the_requesters_language(desk: Desk) -> None:
    ticket = await desk.given.ticket()
    async with desk.database.writing(desk.given.system, "contact.edit") as work:
        await work.execute(
            "update people set locale = 'xx' where id = (select requester_id from tickets where id = $1)", ticket.id
        )
    await confirm_request(desk.job, ticket.id)
    [mail] = await desk.rows("select text from outbox where ticket_id = $1", ticket.id)
    assert mail["text"].startswith("Saluton ")
    assert f"havas la numeron {ticket.number}" in mail["text"]
    assert f"Peto {ticket.number}" in mail["text"]
