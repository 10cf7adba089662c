"""The rates that docs/mail-parsing.md tells of the collection of replies, and what they are made of."""

from __future__ import annotations

import pytest
from reply_collection import ReplyCase, judge, read_collection

from atum_desk.mime import html_to_text, message_body, parse_mail, strip_quote_html

CASES = read_collection()
FITTED = [case for case in CASES if not case.is_kept_aside]
KEPT_ASIDE = [case for case in CASES if case.is_kept_aside]
# A whole header of another mail, pasted above a question: nothing in the text tells it from history.
# The desk shows it all the same, for the ticket does not hold it (tests/mail/test_history.py).
PASTED_MAIL = {"plain-cron-mail"}


def _share_right(cases: list[ReplyCase]) -> float:
    return sum(judge(case).is_right for case in cases) / len(cases)


def test_the_collection_is_read() -> None:
    assert len(CASES) >= 380
    assert len({case.name for case in CASES}) == len(CASES)
    assert len(KEPT_ASIDE) * 4 > len(CASES)
    assert {mark for case in CASES for mark, _ in case.lines} == {"+", "-", "~"}


@pytest.mark.parametrize("case", [case for case in FITTED if case.name not in PASTED_MAIL], ids=lambda case: case.name)
def test_a_reply_that_the_rules_were_fitted_to_comes_out_right(case: ReplyCase) -> None:
    result = judge(case)
    assert (result.left_in, result.cut_out) == ([], [])


def test_replies_kept_aside_come_out_right_nearly_as_often() -> None:
    assert _share_right(KEPT_ASIDE) >= 0.95


def test_new_words_are_hardly_ever_lost() -> None:
    cut = [case.name for case in CASES if judge(case).cut_out and case.name not in PASTED_MAIL]
    assert len(cut) <= 1, cut


def test_a_wrong_result_is_noticed() -> None:
    case = ReplyCase("x", "x", False, [("+", "New."), ("-", "Old, and nothing says so."), ("~", "")])
    assert judge(case).left_in == ["Old, and nothing says so."]
    case = ReplyCase("x", "x", False, [("+", "New."), ("+", "> quoted"), ("+", "> quoted more")])
    assert judge(case).cut_out == ["quoted", "quoted more"]


@pytest.mark.parametrize("case", [case for case in CASES if case.is_html], ids=lambda case: case.name)
def test_html_parted_loses_no_word(case: ReplyCase) -> None:
    reply, quoted = strip_quote_html(case.source())
    words = sorted("".join(html_to_text(case.source()).replace(">", "").split()))
    parts = html_to_text(reply) + html_to_text(quoted)
    assert sorted("".join(parts.replace(">", "").split())) == words


@pytest.mark.parametrize("names", ["gmail_quote", "yahoo_quoted", "moz-cite-prefix"])
def test_an_element_that_begins_with_a_marked_quote_ends(names: str) -> None:
    html = f'<p>New.</p><div class="{names}"><blockquote>Old.</blockquote></div><p>New too.</p>'
    assert html_to_text(strip_quote_html(html)[0]).split() == ["New.", ">", "Old.", "New", "too."]


def _mail(text: str, html: str) -> bytes:
    return (
        "Content-Type: multipart/alternative; boundary=b\n\n"
        f"--b\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
        f"--b\nContent-Type: text/html; charset=utf-8\n\n{html}\n--b--\n"
    ).encode()


OUTLOOK = (
    '<div style="border-top:solid #E1E1E1 1.0pt"><p><b>From:</b> Ann &lt;ann@example.com&gt;<br><b>Sent:</b> Monday, '
    "3 June 2024 10:00<br><b>To:</b> Kim<br><b>Subject:</b> Lamp</p></div><p>Did the new lamp arrive?</p>"
)


@pytest.mark.parametrize("stub", ["see html", "This mail is in HTML. Your program cannot show it."])
def test_a_stub_gives_way_to_the_text_of_the_html(stub: str) -> None:
    answer = "<p>It arrived on Friday, and it does not fit into the socket that is here.</p>"
    mail = parse_mail(_mail(stub, answer + OUTLOOK))
    assert mail.reply_text == "It arrived on Friday, and it does not fit into the socket that is here."
    assert "Did the new lamp arrive?" in mail.text


def test_history_that_stands_in_the_html_alone_is_kept_as_history() -> None:
    text = "It arrived on Friday, and it does not fit. " * 20
    body = message_body(parse_mail(_mail(text, f"<p>{text}</p>{OUTLOOK}")))
    assert body.text == text.strip()
    assert "Did the new lamp arrive?" in (body.quoted or "")
    assert "Did the new lamp arrive?" not in (body.html or "")
    assert body.whole is not None
    assert "Did the new lamp arrive?" in (body.whole.html or "")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("It works.", "<p>It works.</p>"),
        ("Your code is 4711.", "<p>Your code is <b>4711</b>.</p>"),
        ("Call me: 0301234567", "<p>Please call me back</p>"),
    ],
)
def test_a_short_text_of_its_own_stays(text: str, html: str) -> None:
    assert parse_mail(_mail(text, html)).text == text


def test_a_body_without_history_is_whole() -> None:
    assert message_body(parse_mail(b"Subject: x\n\nIt works.\n")).whole is None


def test_history_is_told_from_signatures() -> None:
    text = "It works.\n\n-- \nKim\n\nOn Mon, 3 Jun 2024 at 10:00, Ann <a@example.com> wrote:\n> Does it?\n"
    body = message_body(parse_mail(b"Content-Type: text/plain; charset=utf-8\n\n" + text.encode()))
    assert "Kim" in (body.quoted or "")
    assert "Kim" not in body.history
    assert "Does it?" in body.history
    assert body.whole is not None
    assert body.whole.text == text.strip()
