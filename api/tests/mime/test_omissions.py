"""What a message cannot show is left out whole, and said; nothing else is lost."""

from __future__ import annotations

import base64
import re
from email.message import EmailMessage

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atum_desk.mime import MessageBody, html_to_text, lighten_markup, message_body, parse_mail, sanitise_html
from atum_desk.mime.message import CUT, ENCODED, UNREADABLE

PNG = b"\x89PNG\r\n\x1a\n"


def _html_mail(markup: str) -> bytes:
    return b"From: a@example.org\nContent-Type: text/html; charset=utf-8\n\n" + markup.encode()


def _body(markup: str) -> MessageBody:
    return message_body(parse_mail(_html_mail(markup)))


def _data(content: bytes, mime_type: str = "image/png") -> str:
    return f"data:{mime_type};base64,{base64.b64encode(content).decode()}"


def test_a_large_image_within_the_html_becomes_a_file_and_what_follows_is_read() -> None:
    picture = PNG + bytes(3_000_000)
    markup = f'<p>before</p><img width="10" src="{_data(picture)}"><p>after</p>'
    mail = parse_mail(_html_mail(markup))
    (file,) = mail.attachments
    assert (file.mime_type, file.filename, file.content, file.inline) == ("image/png", "image-1.png", picture, True)
    body = message_body(mail)
    assert body.text.split() == ["before", "after"]
    assert body.html is not None
    assert f'data-cid="{file.content_id}"' in body.html
    assert len(body.html) < 500
    assert body.content_ids == {file.content_id}
    assert body.omitted == ()


def test_an_image_that_stands_twice_is_one_file() -> None:
    one, other = _data(PNG + b"1"), _data(PNG + b"2")
    mail = parse_mail(_html_mail(f"<img src=\"{one}\"><img src={one}><img src='{other}'>"))
    assert [file.content for file in mail.attachments] == [PNG + b"1", PNG + b"2"]


@pytest.mark.parametrize("declared", ["image/svg+xml", "image/png", "text/html"])
def test_what_is_no_picture_by_its_bytes_is_a_file_and_never_shown_in_place(declared: str) -> None:
    mail = parse_mail(_html_mail(f'<p>x</p><img src="{_data(b"<svg onload=x>", declared)}">'))
    (file,) = mail.attachments
    assert (file.content_id, file.inline) == (None, False)
    assert file.mime_type in ("image/svg+xml", "application/octet-stream")
    body = message_body(mail)
    assert "src" not in (body.html or "")
    assert body.omitted == ("images",)


def test_more_images_than_a_message_may_have_are_left_out_and_said() -> None:
    images = "".join(f'<img src="{_data(PNG + number.to_bytes(2))}">' for number in range(130))
    mail = parse_mail(_html_mail("<p>x</p>" + images))
    assert len(mail.attachments) == 100
    assert mail.omitted == ("images",)


@pytest.mark.parametrize(
    "hidden",
    [
        "<style>" + "p{color:red}" * 220_000 + "</style>",
        "<!--" + "x" * 2_500_000 + "-->",
        "<script>" + "x();" * 600_000 + "</script>",
        "<!--[if mso]>" + "<v:rect>" * 320_000 + "<![endif]-->",
    ],
)
def test_megabytes_that_nobody_sees_take_nothing_away(hidden: str) -> None:
    body = _body(f"<html><head>{hidden}</head><body><p>the words</p></body></html>")
    assert (body.text, body.omitted) == ("the words", ())
    assert "the words" in (body.html or "")


def test_a_cut_is_between_tags_and_words_and_is_said() -> None:
    sentence = '<p title="a &amp; b">one &amp; two &lt;three&gt;</p>'
    body = _body(sentence * 60_000)
    assert set(body.omitted) == {"html", "text"}
    assert body.html is not None
    assert re.fullmatch(r'(?:<p title="a &amp; b">one &amp; two &lt;three&gt;</p>)+<p [^<]*</p>', body.html)
    last = body.text.removesuffix(CUT).rpartition("\n")[2]
    assert last in ("", "one", "one &", "one & two", "one & two <three>")
    assert body.text.endswith(CUT)


def test_more_elements_than_a_page_bears_are_cut_and_said() -> None:
    body = _body("<b>x</b>" * 120_000)
    assert body.omitted == ("html",)


def _plain(text: str) -> MessageBody:
    return message_body(parse_mail(b"Content-Type: text/plain; charset=utf-8\n\n" + text.encode()))


BLOB = base64.encodebytes(bytes(range(256)) * 20).decode()


@pytest.mark.parametrize(
    "text",
    [
        BLOB,
        BLOB.replace("\n", ""),
        f"--b1\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\n{BLOB}--b1--\n",
        "\x01\x02\x03\ufffd" * 400,
    ],
)
def test_text_that_is_nothing_but_encoding_is_not_shown(text: str) -> None:
    body = _plain(text)
    assert body.text == UNREADABLE
    assert body.omitted == ("unreadable",)


def test_html_without_a_word_says_so() -> None:
    body = _body("<style>p{}</style><p> </p>")
    assert (body.text, body.html, body.omitted) == (UNREADABLE, None, ("unreadable",))


def test_an_image_alone_is_something_to_see() -> None:
    assert _body('<img src="https://example.org/a.png">').omitted == ()


@pytest.mark.parametrize(
    "text",
    [
        "See the log:\n" + BLOB,
        "-----BEGIN PGP MESSAGE-----\n" + BLOB,
        "a" * 30_000,
        "https://example.org/" + "a1B2" * 200,
        "eyJhbGciOiJIUzI1NiJ9" * 10,
        "",
    ],
)
def test_words_keys_and_addresses_are_shown(text: str) -> None:
    body = _plain(text)
    assert body.text.split() == text.split()
    assert body.omitted == ()


def test_a_long_run_of_encoding_between_words_is_left_out_and_said() -> None:
    body = _plain("before\n" + BLOB * 4 + "after")
    assert body.text.split("\n") == ["before", ENCODED, "after"]
    assert body.omitted == ("encoded",)


@pytest.mark.parametrize(
    ("end", "kept"), [("QUJDRA==", ""), ("qyUjuiBpwBqU1CjC6R\n", ""), ("after", "after"), ("v2\nof it", "of it")]
)
def test_the_short_last_line_of_encoding_goes_with_it(end: str, kept: str) -> None:
    body = _plain("before\n" + BLOB * 4 + end)
    assert body.text.split("\n") == ["before", ENCODED, *([kept] if kept else [])]


def test_a_forwarded_page_of_another_charset_keeps_its_images() -> None:
    message = EmailMessage()
    message["From"] = "a@example.org"
    message.set_content("plain words")
    message.add_alternative(f'<p>plain words <img src="{_data(PNG)}"></p>', subtype="html")
    mail = parse_mail(message.as_bytes())
    assert mail.text.strip() == "plain words"
    assert [file.filename for file in mail.attachments] == ["image-1.png"]


_WORD = st.from_regex(r"[a-z]{3,8}", fullmatch=True)
_PIECE = st.one_of(
    _WORD,
    st.sampled_from(
        [
            "<p>",
            "</p>",
            "<b>",
            "</b>",
            "<table><tr><td>",
            "</td></tr></table>",
            "<td>",
            "<li>",
            "</div>",
            "<div style='color:red'>",
            "<a href='https://x.example/?a=1&copy=2'>",
            "</a>",
            "&amp;",
            "&nbsp;",
            "&",
            "<br>",
            "<blockquote>",
            "<pre>\n",
            "<!-- hidden -->",
            "<style>hidden</style>",
            "<o:p>",
            "<font size=2>",
            f"<img src='{_data(PNG)}'>",
            "<![endif]>",
            "<plaintext>",
            "<h1>",
            " ",
            "\n",
            "<xmp>",
            "</xmp>",
        ]
    ),
)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_PIECE, max_size=40))
def test_every_visible_word_is_in_the_text_and_in_the_html(pieces: list[str]) -> None:
    markup = " ".join(pieces)
    words = [one for one in pieces if re.fullmatch("[a-z]{3,8}", one)]
    body = _body(markup)
    if body.omitted:
        assert set(body.omitted) <= {"unreadable"}
        assert not words
        return
    shown = f"{body.text}\n{body.quoted or ''}".split()
    assert [one for one in words if one not in " ".join(shown)] == []
    safe = html_to_text(sanitise_html(lighten_markup(markup).html))
    assert [one for one in words if one not in safe] == []
