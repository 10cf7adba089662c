"""Mails made here, in English, German and Arabic, with the oddities that real programs write."""

import base64
import hashlib
import json
import struct
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from atum_desk.mime import Address, mail_json, parse_mail

GERMAN = "Schöne Grüße aus Köln, der Drucker druckt nicht. €"
ARABIC = "مرحبا، الطابعة لا تعمل منذ الصباح."


def _mail(text: str, charset: str = "utf-8", subject: str = "Hello") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Jürgen Groß <juergen@example.de>"
    message["To"] = "support@example.com"
    message["Subject"] = subject
    message["Date"] = "Mon, 03 Jun 2024 10:00:00 +0200"
    message["Message-ID"] = "<m1@example.de>"
    message.set_content(text, charset=charset)
    return message


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("Hello, the printer is broken.", "us-ascii"),
        (GERMAN, "utf-8"),
        (GERMAN, "windows-1252"),
        (GERMAN.replace("€", "E"), "iso-8859-1"),
        (ARABIC, "utf-8"),
        (ARABIC, "windows-1256"),
        ("プリンタが動きません", "iso-2022-jp"),
        ("打印机坏了", "gb18030"),
        ("Принтер не работает", "koi8-r"),
    ],
)
@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "8bit"])
def test_texts_and_headers_come_through_every_encoding(text: str, charset: str, encoding: str) -> None:
    raw = (
        b"From: =?"
        + charset.encode()
        + b"?B?"
        + base64.b64encode(text[:9].encode(charset))
        + b"?= <a@example.org>\r\nSubject: =?"
        + charset.encode()
        + b"?B?"
        + base64.b64encode(text.encode(charset))
        + b"?=\r\nContent-Type: text/plain; charset="
        + charset.encode()
        + b"\r\nContent-Transfer-Encoding: "
        + encoding.encode()
        + b"\r\n\r\n"
        + _encode(text.encode(charset), encoding)
    )
    parsed = parse_mail(raw)
    assert parsed.text == text
    assert parsed.subject == text
    assert parsed.from_ == Address(text[:9].strip(), "a@example.org")
    assert parsed.problems == ()


def _encode(data: bytes, encoding: str) -> bytes:
    if encoding == "base64":
        return base64.encodebytes(data)
    if encoding == "quoted-printable":
        return b"".join(b"=%02X" % byte for byte in data)
    return data


@pytest.mark.parametrize("language", [GERMAN, ARABIC])
def test_fields_of_an_ordinary_mail_are_read_and_written_as_json(language: str) -> None:
    message = _mail(f"{language}\n", subject=language)
    message["Cc"] = '"Groß, Jürgen" <j@example.de>, Team: a@example.com, b@example.com;'
    message["Reply-To"] = "other@example.de"
    message["In-Reply-To"] = "<parent@example.com>"
    message["References"] = "<root@example.com> <parent@example.com>"
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="Größe.pdf")
    raw = message.as_bytes()
    fields = json.loads(mail_json(parse_mail(raw)))
    assert fields["from"] == {"name": "Jürgen Groß", "address": "juergen@example.de"}
    assert [entry["address"] for entry in fields["cc"]] == ["j@example.de", "a@example.com", "b@example.com"]
    assert fields["cc"][0]["name"] == "Groß, Jürgen"
    assert fields["reply_to"] == [{"name": "", "address": "other@example.de"}]
    assert fields["subject"] == language
    assert fields["date"] == "2024-06-03T08:00:00Z"
    assert fields["message_id"] == "m1@example.de"
    assert fields["in_reply_to"] == ["parent@example.com"]
    assert fields["references"] == ["root@example.com", "parent@example.com"]
    assert fields["text"] == language
    assert fields["html"] is None
    assert fields["attachments"] == [
        {
            "filename": "Größe.pdf",
            "mime_type": "application/pdf",
            "content_id": None,
            "size": 4,
            "sha256": hashlib.sha256(b"%PDF").hexdigest(),
        }
    ]
    assert fields["auto_reply"] is False
    assert fields["bounce"] is None
    assert "html_raw" not in fields


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Schöne".encode(), "Schöne"),
        ("Schöne".encode("latin-1"), "Schöne"),
        ("Привет".encode("koi8-r"), "Привет"),
        (b"=?utf-8?B?U2Now7ZuZQ?=", "Schöne"),
        (b"=?utf-8?B?U2NoZMO?= =?utf-8?B?2bmU=?=", "Schdöne"),
        (b"=?utf-8?Q?Sch=C3?= =?utf-8?Q?=B6ne?=", "Schöne"),
        (b"=?utf-8?Q?Sch=C3=B6ne Welt?=", "Schöne Welt"),
        (b"=?x-unknown?Q?Sch=F6ne?=", "Schöne"),
        (b"=?utf-8?X?abc?= tail", "=?utf-8?X?abc?= tail"),
        (b"Re: =?iso-8859-1?q?Sch=F6n?= and\r\n plain", "Re: Schön and plain"),
    ],
)
def test_broken_headers_are_read_as_far_as_possible(header: bytes, expected: str) -> None:
    charset = b"koi8-r" if expected == "Привет" else b"iso-8859-1"
    raw = b"Subject: " + header + b"\r\nContent-Type: text/plain; charset=" + charset + b"\r\n\r\nx"
    assert parse_mail(raw).subject == expected


@pytest.mark.parametrize(
    ("charset", "data", "expected"),
    [
        ("x-foo", "naïve".encode(), "naïve"),
        ("iso-8859-1", "naïve “quoted”".encode("cp1252"), "naïve “quoted”"),
        ("us-ascii", "naïve".encode(), "naïve"),
        ("utf-8", "Grüße".encode("latin-1"), "Grüße"),
        ("gb2312", "鎔".encode("gbk"), "鎔"),
        ("ks_c_5601-1987", "안녕".encode("cp949"), "안녕"),
        ("utf-7", b"Gr+APwA3w-e", "Grüße"),
        ("zlib_codec", b"plain", "plain"),
        ("unicode_escape", b"a\\nb", "a\\nb"),
    ],
)
def test_wrong_and_unknown_charsets_lose_nothing(charset: str, data: bytes, expected: str) -> None:
    raw = f"Content-Type: text/plain; charset={charset}\n\n".encode() + data
    assert parse_mail(raw).text == expected


def test_names_in_pieces_are_joined() -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n"
        b"Content-Type: application/pdf\n"
        b"Content-Disposition: attachment; filename*1*=%BCrze.pdf;\n"
        b" filename*0*=utf-8'de'%E2%82%AC%20K%C3\n\nx\n--b--\n"
    )
    assert parse_mail(raw).attachments[0].filename == "€ Kürze.pdf"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\report.doc", "report.doc"),
        ("a\x00b\tc.txt", "ab_c.txt"),
        ("...", "attachment-1.txt"),
        ("x" * 300 + ".pdf", "x" * 180 + ".pdf"),
        ("photo\u202egpj.exe", "photo_gpj.exe"),
    ],
)
def test_file_names_are_safe(written: str, expected: str) -> None:
    escaped = written.replace("\\", "\\\\")
    raw = f'Content-Disposition: attachment; filename="{escaped}"\n\nx'.encode()
    assert parse_mail(raw).attachments[0].filename == expected


def test_the_first_usable_sender_counts() -> None:
    raw = b'From: "A " <>, "B" <b@example.org>\nSender: c@example.org\n\nx'
    parsed = parse_mail(raw)
    assert parsed.from_ == Address("B", "b@example.org")
    assert parsed.sender == Address("", "c@example.org")


def test_a_mail_without_any_header_is_all_text() -> None:
    parsed = parse_mail(b"hello there\nsecond line\n")
    assert parsed.text == "hello there\nsecond line"
    assert parsed.from_ is None
    assert parsed.date is None


def test_an_empty_mail_is_an_empty_mail() -> None:
    parsed = parse_mail(b"")
    assert (parsed.text, parsed.subject, parsed.attachments) == ("", "", ())


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r", b"\r\r\n"])
def test_every_kind_of_line_end_is_understood(line_end: bytes) -> None:
    lines = [b"From x@y Mon Jun  3 10:00:00 2024", b"Subject: a", b" b", b"", b"one", b"two", b""]
    parsed = parse_mail(line_end.join(lines))
    assert parsed.subject == "a b"
    assert parsed.text == "one\ntwo"


def test_flowed_text_is_unwrapped_and_signature_kept() -> None:
    raw = b"Content-Type: text/plain; format=flowed; delsp=yes\n\none long  \nline\n> quoted  \n> on\n-- \nme\n"
    assert parse_mail(raw).text == "one long line\n> quoted on\n-- \nme"


def test_alternatives_give_text_and_html_and_inline_images() -> None:
    message = _mail("plain words")
    message.add_alternative('<p>rich <img src="cid:pic@x"></p>', subtype="html")
    _, html_part = message.iter_parts()
    assert isinstance(html_part, EmailMessage)
    html_part.add_related(b"GIF89a", "image", "gif", cid="<pic@x>")
    message.add_attachment("notes", filename="notes.txt")
    parsed = parse_mail(message.as_bytes())
    assert parsed.text == "plain words"
    assert parsed.html is not None
    assert "rich" in parsed.html
    assert [(part.filename, part.content_id, part.inline) for part in parsed.attachments] == [
        ("attachment-1.gif", "pic@x", True),
        ("notes.txt", None, False),
    ]


def test_text_is_made_from_html_alone() -> None:
    raw = (
        "Content-Type: text/html; charset=utf-8\n\n<style>p{}</style><h1>Größe</h1><p>see "
        '<a href="https://example.com/x">here</a></p><ul><li>a<li>b</ul><blockquote>old</blockquote>'
        "<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>"
    )
    text = parse_mail(raw.encode()).text
    assert text.split("\n") == [
        "Größe",
        "",
        "see here (https://example.com/x)",
        "",
        "* a",
        "* b",
        "",
        "> old",
        "",
        "1 2",
        "3",
    ]


def test_an_empty_plain_part_does_not_hide_the_html() -> None:
    message = _mail("\n")
    message.add_alternative("<p>the words</p>", subtype="html")
    assert parse_mail(message.as_bytes()).text == "the words"


def test_several_text_parts_follow_each_other_in_text_and_html() -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>first</p>\n"
        b"--b\nContent-Type: text/plain\n\nfooter <of> the list\n--b--\n"
    )
    parsed = parse_mail(raw)
    assert parsed.text == "first\nfooter <of> the list"
    assert parsed.html is not None
    assert "footer &lt;of&gt; the list" in parsed.html


def test_a_forwarded_message_is_kept_as_file_named_by_its_subject() -> None:
    inner = _mail("inner", subject="Größe: a/b?")
    outer = _mail("outer")
    outer.add_attachment(inner)
    parsed = parse_mail(outer.as_bytes())
    assert parsed.text == "outer"
    assert parsed.attachments[0].filename == "Größe_ a_b_.eml"
    assert parse_mail(parsed.attachments[0].content).text == "inner"


def test_an_invitation_is_kept_as_file() -> None:
    message = _mail("please come")
    message.add_alternative("BEGIN:VCALENDAR\nEND:VCALENDAR\n", subtype="calendar")
    parsed = parse_mail(message.as_bytes())
    assert parsed.text == "please come"
    assert parsed.attachments[0].mime_type == "text/calendar"


def test_a_file_in_uuencode_becomes_an_attachment() -> None:
    raw = b"\nbefore\nbegin 644 cat.txt\n#0V%T\n`\nend\nafter\n"
    parsed = parse_mail(raw)
    assert parsed.text.split() == ["before", "after"]
    assert (parsed.attachments[0].filename, parsed.attachments[0].content) == ("cat.txt", b"Cat")


@pytest.mark.parametrize(
    "structure",
    [
        b"Content-Type: multipart/mixed\n\n--zz\nContent-Type: text/plain\n\nthe words\n--zz--\n",
        b"Content-Type: multipart/mixed; boundary=other\n\n--zz\nContent-Type: text/plain\n\nthe words\n--zz--\n",
        b"Content-Type: multipart/mixed; boundary=zz\n\n--zz\nContent-Type: text/plain\n\nthe words",
        b'Content-Type: multipart/mixed; boundary="zz\n\n--zz\nContent-Type: text/plain\n\nthe words',
        b"Content-Type: multipart/mixed; boundary=zz\n\nthe words",
        b"Content-Type: text\n\nthe words",
        b"Content-Type: multipart/mixed; boundary=zz\nthe words",
        b"Content-Type: text/plain\nContent-Transfer-Encoding: x-strange\n\nthe words",
    ],
)
def test_malformed_structures_keep_the_words(structure: bytes) -> None:
    assert parse_mail(structure).text == "the words"


def test_what_is_not_base64_is_kept_as_it_came() -> None:
    raw = b"Content-Transfer-Encoding: base64\n\n*** no base64 at all ***"
    parsed = parse_mail(raw)
    assert parsed.attachments[0].content == b"*** no base64 at all ***"
    assert parsed.problems


def test_a_plain_footer_after_base64_is_kept() -> None:
    body = base64.encodebytes(b"the words\n") + b"\n-- \nlist footer, unsubscribe here\n"
    raw = b"Content-Transfer-Encoding: base64\n\n" + body
    assert "the words" in parse_mail(raw).text
    assert "unsubscribe here" in parse_mail(raw).text


def test_nul_and_lone_surrogates_never_come_out() -> None:
    raw = b"Subject: a\x00b =?utf-7?Q?+2AA-?=\nContent-Type: text/plain; charset=utf-7\n\nx\x00+2AA-y"
    parsed = parse_mail(raw)
    assert parsed.text == "x\ufffdy"
    assert parsed.subject == "ab \ufffd"


def _tnef(files: dict[str, bytes]) -> bytes:
    def attribute(level: int, number: int, value: bytes) -> bytes:
        head = struct.pack("<BHHI", level, number & 0xFFFF, 6, len(value))
        return head + value + struct.pack("<H", sum(value) & 0xFFFF)

    stream = struct.pack("<IH", 0x223E9F78, 1)
    for name, content in files.items():
        stream += attribute(2, 0x9002, b"\x00" * 14)
        stream += attribute(2, 0x8010, name.encode("cp1252") + b"\x00")
        stream += attribute(2, 0x800F, content)
    return stream


def test_files_in_winmail_are_unpacked_beside_it() -> None:
    message = _mail("see winmail")
    data = _tnef({"Maße.txt": b"eins", "b.pdf": b"%PDF"})
    message.add_attachment(data, maintype="application", subtype="ms-tnef", filename="winmail.dat")
    parsed = parse_mail(message.as_bytes())
    assert [(part.filename, part.content) for part in parsed.attachments] == [
        ("Maße.txt", b"eins"),
        ("b.pdf", b"%PDF"),
        ("winmail.dat", data),
    ]


def test_a_broken_winmail_is_kept() -> None:
    message = _mail("see winmail")
    message.add_attachment(b"no tnef", maintype="application", subtype="ms-tnef", filename="winmail.dat")
    parsed = parse_mail(message.as_bytes())
    assert [part.filename for part in parsed.attachments] == ["winmail.dat"]
    assert parsed.problems


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Mon, 03 Jun 2024 10:00:00 +0200", datetime(2024, 6, 3, 8, tzinfo=UTC)),
        ("3 Jun 24 10:00 EST", datetime(2024, 6, 3, 15, tzinfo=UTC)),
        ("2024-06-03T10:00:00+02:00", datetime(2024, 6, 3, 8, tzinfo=UTC)),
        ("Monday, 03-Jun-24 10:00:00 GMT", datetime(2024, 6, 3, 10, tzinfo=UTC)),
        ("Mon, 03 Jun 2024 10:00:00 (CEST)", datetime(2024, 6, 3, 10, tzinfo=UTC)),
        ("Mon, 32 Jun 2024 10:00:00 +0200", None),
        ("31 Dec 9999 23:59:59 -9999", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates_are_utc_moments_or_nothing(written: str, expected: datetime | None) -> None:
    assert parse_mail(f"Date: {written}\n\nx".encode()).date == expected


def test_headers_are_kept_decoded_and_bounded() -> None:
    raw = b"X-Note: =?utf-8?q?=C3=A4?=\n" + b"X-A: b\n" * 500 + b"\nx"
    parsed = parse_mail(raw)
    assert parsed.headers[0] == ("x-note", "ä")
    assert len(parsed.headers) == 200


def test_endless_html_is_shown_shortened_and_says_so() -> None:
    raw = b"Content-Type: text/html\n\n<p>begin</p>" + b"a" * 3_100_000 + b"<p>end</p>"
    parsed = parse_mail(raw)
    assert parsed.html_raw is not None
    assert parsed.html_raw.startswith("<p>begin</p>a")
    assert len(parsed.html_raw) <= 2_000_000
    assert parsed.omitted == ("html",)
    assert any("shortened" in problem.text for problem in parsed.problems)
