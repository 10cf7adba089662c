"""Text beyond its declared charset, and broken bytes in it, in bodies, headers and file names."""

from __future__ import annotations

import base64

import pytest

from atum_desk.mime import ParsedMail, parse_mail
from atum_desk.mime.charset import decode_text, find_codec

# NEC row 13 as Windows writes it into ISO-2022-JP and EUC-JP: a circled one and (株).
NEC_ROW_13 = b"\x1b$B$3$s!#\x1b(B\x1b$B-!-j\x1b(B\x1b$B%F%9%H\x1b(B"

WIDER = [
    ("ISO-2022-JP", NEC_ROW_13, "こん。①㈱テスト"),
    ("iso-2022-jp-ms", NEC_ROW_13, "こん。①㈱テスト"),
    ("cp50221", NEC_ROW_13, "こん。①㈱テスト"),
    ("utf-8", NEC_ROW_13, "こん。①㈱テスト"),
    ("us-ascii", NEC_ROW_13, "こん。①㈱テスト"),
    ("shift_jis", NEC_ROW_13, "こん。①㈱テスト"),
    ("", NEC_ROW_13, "こん。①㈱テスト"),
    ("ISO-2022-JP", b"\x1b(I1\x1b(B \x0e1\x0f \x1b$(D0!\x1b(B \x1b$A0!\x1b(B", "ｱ ｱ 丂 啊"),
    ("iso-2022-jp", b"\x1b$B4A;z\nplain text, no closing sequence", "漢字\nplain text, no closing sequence"),
    ("iso-2022-kr", "안녕 ok".encode("iso2022_kr"), "안녕 ok"),
    ("iso-2022-kr", b"\x1b$)C\x0e>H3g\xff\x0f ok", "안녕� ok"),
    ("iso-2022-cn", b"\x1b$)A\x0eVPND\x0f ok", "中文 ok"),
    ("hz-gb-2312", b"a ~{VPND~} ~~", "a 中文 ~"),
    ("shift_jis", "日本①㈱髙".encode("cp932"), "日本①㈱髙"),
    ("windows-932", "日本①㈱髙".encode("cp932"), "日本①㈱髙"),
    ("euc-jp", b"\xc6\xfc\xad\xa1\xad\xea", "日①㈱"),
    ("cp51932", b"\xc6\xfc\xad\xa1\xad\xea", "日①㈱"),
    ("gb2312", "镕€鎔㐀".encode("gb18030"), "镕€鎔㐀"),
    ("gbk", "㐀𠀀".encode("gb18030"), "㐀𠀀"),
    ("ks_c_5601-1987", "똠방각하".encode("cp949"), "똠방각하"),
    ("euc-kr", "똠방각하".encode("cp949"), "똠방각하"),
    ("x-windows-949", "똠".encode("cp949"), "똠"),
    ("big5", "碁銹€".encode("cp950"), "碁銹€"),
    ("big5", "香港嘅".encode("big5hkscs"), "香港嘅"),
    ("iso-8859-1", "“€” – ™".encode("cp1252"), "“€” – ™"),
    ("8859_1", "“€”".encode("cp1252"), "“€”"),
    ("iso-8859-15", b"\xa4 \x93q\x94", "€ “q”"),
    ("iso-8859-2", "„łódź”".encode("iso8859-2", "ignore") + b"\x84\x94", "łódź„”"),
    ("iso-8859-5", "да".encode("iso8859-5") + b"\x97", "да—"),
    ("iso-8859-7", "ναι".encode("iso8859-7") + b"\x80", "ναι€"),
    ("iso-8859-9", "“ş”".encode("cp1254"), "“ş”"),
    ("win-1251", "Привет".encode("cp1251"), "Привет"),
    ("x-cp1250", "łódź".encode("cp1250"), "łódź"),
    ("utf-16", "plain Grüße".encode(), "plain Grüße"),
    ("utf-16", "Grüße".encode("utf-16"), "Grüße"),
    ("utf-8", b"\xed\xa0\xbd\xed\xb1\x8d ok", "👍 ok"),
]


def _body(charset: str, data: bytes) -> ParsedMail:
    return parse_mail(b"Content-Type: text/plain; charset=" + charset.encode() + b"\n\n" + data)


@pytest.mark.parametrize(("charset", "data", "expected"), WIDER)
def test_a_body_beyond_its_charset_is_read(charset: str, data: bytes, expected: str) -> None:
    assert _body(charset, data).text == expected


@pytest.mark.parametrize(("charset", "data", "expected"), [w for w in WIDER if w[0] and "16" not in w[0]])
def test_a_subject_and_a_file_name_beyond_their_charset_are_read(charset: str, data: bytes, expected: str) -> None:
    word = b"=?" + charset.encode() + b"?B?" + base64.b64encode(data) + b"?="
    escaped = "".join(f"%{byte:02X}" for byte in data).encode()
    name = b"filename*=" + charset.encode() + b"''" + escaped + b".txt"
    raw = b"Subject: " + word + b"\nContent-Disposition: attachment; " + name + b"\n\nx"
    parsed = parse_mail(raw)
    assert parsed.subject == " ".join(expected.split())
    assert parsed.attachments[0].filename == " ".join(expected.replace("\n", "_").split()) + ".txt"


@pytest.mark.parametrize("charset", [b"iso-2022-jp", b"utf-8", b"us-ascii"])
def test_raw_japanese_in_a_header_is_read(charset: bytes) -> None:
    raw = b"Subject: " + NEC_ROW_13 + b"\nContent-Type: text/plain; charset=" + charset + b"\n\nx"
    assert parse_mail(raw).subject == "こん。①㈱テスト"


def test_a_raw_header_is_read_in_the_charset_of_the_body() -> None:
    subject = "日本①".encode("cp932")
    raw = b"Subject: " + subject + b"\nContent-Type: text/plain; charset=shift_jis\n\nx"
    assert parse_mail(raw).subject == "日本①"


def test_the_case_of_windows_japanese_reads_as_its_writer_meant_it() -> None:
    parsed = _body("ISO-2022-JP", NEC_ROW_13 + b"\n\x1b$B3t<02q<R\x1b(B\n")
    assert parsed.text.split() == ["こん。①㈱テスト", "株式会社"]
    assert not any("broken" in problem.text for problem in parsed.problems)


SENTENCES = {
    "utf-8": "これは長い文です。" * 20,
    "iso-2022-jp": "これは長い文です。" * 20,
    "shift_jis": "これは長い文です。" * 20,
    "euc-jp": "これは長い文です。\n" * 20,
    "gb2312": "这是一个句子。\n" * 20,
    "gb18030": "这是一个句子。\n" * 20,
    "big5": "這是一個句子。\n" * 20,
    "euc-kr": "이것은 문장입니다.\n" * 20,
    "iso-2022-kr": "이것은 문장입니다.\n" * 20,
    "hz": "这是一个句子。\n" * 20,
}


@pytest.mark.parametrize("charset", SENTENCES)
@pytest.mark.parametrize("broken", [b"\xff", b"\xff\xff"])
def test_broken_bytes_between_characters_cost_no_more_than_themselves(charset: str, broken: bytes) -> None:
    sentence = SENTENCES[charset]
    half = len(sentence) // 2
    first, second = sentence[:half].encode(charset), sentence[half:].encode(charset)
    text, problem = decode_text(first + broken + second, charset)
    assert text.replace("�", "") == sentence
    assert text.count("�") <= len(broken)
    assert problem


@pytest.mark.parametrize("charset", SENTENCES)
def test_a_byte_overwritten_in_a_line_leaves_the_other_lines(charset: str) -> None:
    sentence = SENTENCES[charset].replace("。", "。\n") if "\n" not in SENTENCES[charset] else SENTENCES[charset]
    data = bytearray(sentence.encode(charset))
    middle = data.index(b"\n", len(data) // 2) + 5
    data[middle] = 0x7F
    text, _ = decode_text(bytes(data), charset)
    lines, expected = text.split("\n"), sentence.split("\n")
    assert len(lines) == len(expected)
    assert sum(a != b for a, b in zip(lines, expected, strict=True)) <= 1


@pytest.mark.parametrize(
    ("written", "codec"),
    [
        ("windows1252", "cp1252"),
        ("CP-1251", "cp1251"),
        ("iso_8859_15", "iso8859-15"),
        ("ISO-8859-8-I", "iso8859-8"),
        ("latin1", "cp1252"),
        ('"utf-8"', "utf-8"),
        ("utf-8;", "utf-8"),
        ("cp65001", "utf-8"),
        ("ms936", "gb18030"),
        ("zlib", None),
        ("idna", None),
        ("cp99999", None),
        ("unicode-escape", None),
    ],
)
def test_a_charset_is_known_by_its_many_names(written: str, codec: str | None) -> None:
    assert find_codec(written) == codec
