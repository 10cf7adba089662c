"""Files of contacts are read whatever wrote them, and what is no such file is refused with its reason."""

from __future__ import annotations

import pytest

from atum_desk.contact_imports import read_file as reading
from atum_desk.contact_imports.problems import FileUnreadable
from atum_desk.contact_imports.read_file import MOST_CHARACTERS, MOST_COLUMNS, guess_columns, read_file

TABLE = "Name;E-Mail;Firma\nÄnne Müller;aenne@x.example;Müller & Söhne\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_table_of_any_usual_encoding_and_delimiter_says_the_same(
    encoding: str, delimiter: str, line_end: str
) -> None:
    raw = TABLE.replace(";", delimiter).replace("\n", line_end).encode(encoding)
    file = read_file("c.csv", raw)
    assert file.columns == ["Name", "E-Mail", "Firma"]
    assert file.rows == [["Änne Müller", "aenne@x.example", "Müller & Söhne"]]
    assert file.mapping == ["name", "email", "organization"]


def test_quoted_cells_hold_line_ends_and_delimiters_and_short_rows_are_filled() -> None:
    file = read_file("c.csv", b'name,email,note\n"A, B",a@x.example,"two\nlines"\nC,c@x.example\n\n')
    assert file.rows == [["A, B", "a@x.example", "two\nlines"], ["C", "c@x.example", ""]]


def test_columns_are_guessed_by_their_names_and_addresses_more_than_once() -> None:
    names = ["Full Name", "E-mail 1", "Email 2", "Mobile Phone", "Company", "Customer ID", "Time Zone", "Shoe size"]
    assert guess_columns(names) == ["name", "email", "email", "phone", "organization", "external_id", "time_zone", ""]


CARDS = """BEGIN:VCARD\r
VERSION:3.0\r
N:Carvalho;Inês;;;\r
item1.EMAIL;TYPE=INTERNET:ines@x.example\r
EMAIL:finance@x.\r
 example\r
TEL;TYPE=CELL:+351 21 555 0142\r
ORG:Halvorsen\\; Lisbon;Finance\r
NOTE:Call\\, then write.\\nTwice.\r
X-UNKNOWN;A="b:c":d\r
END:VCARD\r
begin:vcard\r
VERSION:4.0\r
FN:كلمة 💥\r
TEL;VALUE=uri:tel:+49-30-1\r
UID:urn:uuid:4\r
END:VCARD\r
"""


def test_cards_of_both_versions_are_a_table() -> None:
    file = read_file("c.vcf", CARDS.encode())
    rows = [dict(zip(file.mapping, row, strict=True)) for row in file.rows]
    assert file.format == "vcard"
    assert rows[0]["name"] == "Inês Carvalho"
    assert rows[0]["email"] == "ines@x.example\nfinance@x.example"
    assert rows[0]["organization"] == "Halvorsen; Lisbon"
    assert rows[0]["note"] == "Call, then write.\nTwice."
    assert (rows[1]["name"], rows[1]["phone"], rows[1]["external_id"]) == ("كلمة 💥", "+49-30-1", "urn:uuid:4")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "import.empty"),
        (b"name,email\n", "import.empty"),
        (b"name,email\nA\0,a@x.example\n", "import.nul"),
        (b"name\n" + b"x" * 1_000_000, "import.cell_too_long"),
        (b"name\n" + b"x" * (MOST_CHARACTERS + 1), "import.cell_too_long"),
        (b'name,email\n"A,a@x.example\n', "import.quotes"),
        (b'name,email\n"A"b,a@x.example\n', "import.quotes"),
        (b",".join([b"c"] * 100_000) + b"\n1\n", "import.too_many"),
        (b"name\n1" + b",1" * MOST_COLUMNS + b"\n", "import.too_many"),
        (b"BEGIN:VCARD\nFN:A\n", "import.not_a_card"),
        (b"BEGIN:VCARD\nno line at all\nEMAIL\nEND:VCARD\n", "import.not_a_card"),
    ],
)
def test_a_hostile_file_is_refused_with_the_reason(raw: bytes, code: str) -> None:
    with pytest.raises(FileUnreadable) as refused:
        read_file("c.csv", raw)
    assert refused.value.data["reason"].code == code


def test_a_file_of_too_many_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 3)
    assert len(read_file("c.csv", b"name\n1\n2\n3\n").rows) == 3
    for raw in (b"name\n1\n2\n3\n4\n", b"BEGIN:VCARD\nFN:A\nEND:VCARD\n" * 4):
        with pytest.raises(FileUnreadable):
            read_file("c", raw)


@pytest.mark.parametrize("raw", [b"\xff\xfe\x00", b"\x00\x01\x02", b"PK\x03\x04", b"\xef\xbb\xbf"])
def test_bytes_of_no_table_raise_nothing_but_the_refusal(raw: bytes) -> None:
    with pytest.raises(FileUnreadable):
        read_file("c.bin", raw)
