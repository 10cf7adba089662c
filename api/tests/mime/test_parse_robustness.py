"""Whatever the bytes: no exception, bounded time, nothing that PostgreSQL or JSON refuses."""

import io
import json
import os
import random
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mail_material import every_mail

from atum_desk.mime import (
    ParsedMail,
    find_forwarded,
    html_to_text,
    mail_json,
    parse_mail,
    sanitise_html,
    strip_quote_html,
    strip_quote_text,
)

MEGABYTE = 1_000_000
# Of each mail of the material; a longer run: ATUM_TEST_MUTATIONS=100.
MUTATIONS = int(os.environ.get("ATUM_TEST_MUTATIONS", "3"))


def _check(parsed: ParsedMail) -> None:
    line = mail_json(parsed)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert b"\\u0000" not in line
    json.loads(line.decode("utf-8"))
    shown = [parsed.text, parsed.reply_text, parsed.subject, parsed.html or "", parsed.html_raw or ""]
    shown += [value for header in parsed.headers for value in header]
    shown += [part.filename for part in parsed.attachments] + [problem.text for problem in parsed.problems]
    for text in shown:
        assert "\x00" not in text
        text.encode("utf-8")
    assert "\r" not in parsed.text
    for part in parsed.attachments:
        assert part.size == len(part.content)
        assert part.filename
        assert "/" not in part.filename


def test_every_file_of_the_material_parses() -> None:
    paths = every_mail()
    assert len(paths) > 200
    for path in paths:
        _check(parse_mail(path.read_bytes()))


def test_mutated_mails_parse() -> None:
    """Truncated, flipped and spliced mails; the seed is fixed, so a failure comes again."""
    rng = random.Random(20_240_229)
    raws = [path.read_bytes()[:60_000] for path in every_mail()]
    for raw in raws:
        for _ in range(MUTATIONS):
            _check(parse_mail(_mutate(rng, raw, rng.choice(raws))))


def _mutate(rng: random.Random, raw: bytes, other: bytes) -> bytes:
    data = bytearray(raw)
    for _ in range(rng.randint(1, 4)):
        kind = rng.randrange(6)
        at = rng.randrange(len(data) + 1)
        if kind == 0:
            del data[at:]
        elif kind == 1 and data:
            for _ in range(20):
                data[rng.randrange(len(data))] = rng.randrange(256)
        elif kind == 2:
            begin = rng.randrange(len(other) + 1)
            data[at:at] = other[begin : begin + 2_000]
        elif kind == 3:
            del data[at : at + rng.randrange(200)]
        elif kind == 4:
            data[at:at] = rng.choice([b"\x00", b"\r", b"\n\n", b"--", b"=?", b"\xff\xfe", b"<", b'"'])
        else:
            data = bytearray(bytes(data).replace(b"\n", rng.choice([b"\r", b"\r\n", b"\n"])))
    return bytes(data)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=3_000))
def test_any_bytes_parse(raw: bytes) -> None:
    _check(parse_mail(raw))


_HEADER = st.sampled_from(
    [
        "From", "To", "Cc", "Subject", "Date", "Message-ID", "References", "Content-Type", "Return-Path",
        "Content-Disposition", "Content-Transfer-Encoding", "Content-ID", "Reply-To", "List-Id",
        "Auto-Submitted",
    ]
)  # fmt: skip
_VALUE = st.one_of(
    st.text(max_size=80),
    st.sampled_from(
        [
            "multipart/mixed; boundary=b", "multipart/alternative; boundary=b", "message/rfc822",
            "multipart/report; report-type=delivery-status; boundary=b", "text/html; charset=utf-16",
            "text/plain; charset=punycode", "text/plain; charset=zlib_codec; format=flowed",
            "message/delivery-status", "base64", "quoted-printable", "x-uuencode",
            "=?utf-8?b?4pyT?= =?utf-8?q?=ff?=", "attachment; filename*0*=utf-8''a%ff; filename*1=b",
            "a <a@b>, =?x?q?,?= <c@d>; (((", "<>", "Thu, 99 Foo 99999 99:99:99 +9999",
        ]
    ),
)  # fmt: skip
_BODY = st.one_of(
    st.text(max_size=300),
    st.sampled_from(
        ["--b\n", "--b--\n", "begin 644 x\n#0V%T\n`\nend\n", "> quoted\n", "-- \nsig\n", "<p>x</p>",
         "\n\n", "On 1.1.2020 10:00, A <a@b> wrote:\n", "From: a\nSent: b\nTo: c\nSubject: d\n"]
    ),
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(_HEADER, _VALUE), max_size=8), st.lists(_BODY, max_size=10))
def test_any_arrangement_of_mail_words_parses(fields: list[tuple[str, str]], body: list[str]) -> None:
    lines = [f"{name}: {value}" for name, value in fields]
    raw = "\n".join([*lines, "", *body]).encode("utf-8", "surrogatepass")
    _check(parse_mail(raw))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_BODY, max_size=12))
def test_parting_a_reply_loses_no_word(pieces: list[str]) -> None:
    text = "".join(pieces)
    reply, quoted = strip_quote_text(text)
    words = sorted("".join(text.split()))
    assert sorted("".join(f"{reply}{quoted}".split())) == words


_HOSTILE_TEXT = [
    "x:\n", "From:\n", "On 1 x wrote:\n> x\n", ">", "> a\nb\n", "-", "----- \n", "On 1 ", " ", "\n",
    "---------- Forwarded", "wrote: ", "--\n", "a\n> b\n\n--\nFrom: x\nDate: y\n", "<", ":",
    "-----Original Message-----\n", "On 2 bb " * 50 + ":\n", "> wrote:\n", "Sent from my x\n",
]  # fmt: skip
_HOSTILE_HTML = [
    "<div>", "<b>", "<!--", "<", "<a ", '<a b="', "<title>", "<p><font a=1><font b=2></p>",
    "<table><tr><td>", "<li>", "<blockquote>x", "&amp", "&#", "<script>", "<svg><b>", "</p>",
    "<math><mi><table>", "<select><option>", "<a href=x>y", "<br>", "<img src=http://x>",
    "<template>", "<a><div>", '<p style="' + "a:b;" * 20 + '">', "<style>", "<![CDATA[", "<a\n",
]  # fmt: skip


def _seconds(function: Callable[[str], object], text: str) -> float:
    began = time.process_time()
    function(text)
    return time.process_time() - began


@pytest.mark.parametrize("seed", _HOSTILE_TEXT)
def test_a_hostile_megabyte_of_text_is_parted_in_two_seconds(seed: str) -> None:
    assert _seconds(strip_quote_text, (seed * (MEGABYTE // len(seed) + 1))[:MEGABYTE]) < 2


@pytest.mark.parametrize("seed", _HOSTILE_HTML)
@pytest.mark.parametrize("function", [html_to_text, sanitise_html, strip_quote_html])
def test_a_hostile_quarter_megabyte_of_html_takes_seconds_at_most(function: Callable[[str], object], seed: str) -> None:
    """A step that is quadratic in tags takes minutes on this many."""
    quarter = (seed * (MEGABYTE // len(seed) + 1))[: MEGABYTE // 4]
    assert _seconds(function, quarter) < 2.5


_HOSTILE_RAW = {
    "10,000 parts": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 10_000,
    "deep nesting": b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3_000)),
    "one boundary nested": b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 5_000,
    "header flood": b"X-A: b\n" * 200_000 + b"\nbody",
    "one endless header": b"Subject: " + b"a" * MEGABYTE + b"\n\nbody",
    "endless folding": b"Subject: a\n" + b" b\n" * 300_000 + b"\nbody",
    "encoded words": b"Subject: " + b"=?utf-8?q?=41?= " * 60_000 + b"\n\nbody",
    "unclosed words": b"Subject: " + b"=?utf-8?q?" * 100_000 + b"\n\nbody",
    "addresses": b"To: " + b"a <a@b>, " * 100_000 + b"\n\nbody",
    "open comments": b"To: " + b"(" * MEGABYTE + b"\n\nbody",
    "open quotes": b"To: " + b'"a,' * 300_000 + b"\n\nbody",
    "references": b"References: " + b"<a@b> " * 150_000 + b"\n\nbody",
    "parameters": b"Content-Type: text/plain" + b"; a*0*=b" * 100_000 + b"\n\nbody",
    "boundary-like lines": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--bb\n" * 200_000,
    "carriage returns": b"\r" * MEGABYTE,
    "uuencode begins": b"\n" + b"begin 644 x\n" * 80_000,
    "dashes": b"Content-Type: multipart/mixed\n\n" + b"-" * MEGABYTE,
    "delivery fields": b"Content-Type: message/delivery-status\n\n" + b"Final-Recipient: a;b\n\n" * 40_000,
    "calendar flood": b"Content-Type: text/calendar\n\nBEGIN:VCALENDAR\n"
    + b"BEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\n" * 25_000,
    "calendar nesting": b"Content-Type: text/calendar\n\n" + b"BEGIN:VEVENT\n" * 70_000,
    "calendar folding": b"Content-Type: text/calendar\n\nBEGIN:VEVENT\nSUMMARY:x\n" + b" y\n" * 300_000,
    "signature of lengths": b"Content-Type: application/pkcs7-mime\n\n" + b"\x30\x80" * 500_000,
    "forwards of forwards": b"Subject: Fwd: x\n\n" + b"From: a <a@b.c>\nTo: x\nSubject: y\n\n" * 30_000,
    "bounce prose": b"From: MAILER-DAEMON@x\nSubject: Returned mail\n\n" + b"a@" * 500_000,
}


@pytest.mark.parametrize("name", _HOSTILE_RAW)
def test_hostile_mails_parse_in_bounded_time(name: str) -> None:
    began = time.process_time()
    parsed = parse_mail(_HOSTILE_RAW[name])
    find_forwarded(parsed)
    assert time.process_time() - began < 5
    _check(parsed)


def test_a_zip_bomb_is_kept_and_never_unpacked() -> None:
    layer = b"\0" * (30 * MEGABYTE)
    for name in ("inner.bin", "outer.zip"):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, layer)
        layer = packed.getvalue()
    message = EmailMessage()
    message["From"] = "a@example.com"
    message.set_content("look")
    message.add_attachment(layer, maintype="application", subtype="zip", filename="bomb.zip")
    tracemalloc.start()
    parsed = parse_mail(message.as_bytes())
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert parsed.attachments[0].content == layer
    assert peak_bytes < 40 * len(layer) + MEGABYTE


def test_parts_beyond_the_limit_stay_together_in_one_attachment() -> None:
    parts = b"".join(b"--b\nContent-Type: image/gif\n\n%d\n" % number for number in range(3_000))
    parsed = parse_mail(b"Content-Type: multipart/mixed; boundary=b\n\n" + parts + b"--b--\n")
    assert len(parsed.attachments) <= 1_001
    assert b"2999" in parsed.attachments[-1].content
    assert any("more than" in problem.text for problem in parsed.problems)


def test_a_mail_of_fifty_megabytes_parses_in_bounded_memory() -> None:
    line = b"QUJD" * 18 + b"\r\n"
    body = line * (50 * MEGABYTE // len(line))
    raw = (
        b"From: a@example.com\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n"
        b"--b\r\nContent-Type: application/zip; name=a.zip\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + body + b"\r\n--b--\r\n"
    )
    tracemalloc.start()
    parsed = parse_mail(raw)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert parsed.text == "hello"
    assert parsed.attachments[0].content[:3] == b"ABC"
    assert peak_bytes < 6 * len(raw)
