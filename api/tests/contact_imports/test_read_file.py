"""Files of contacts are read whatever wrote them, and what is no such file is refused with its reason."""

from __future__ import annotations

from pathlib import Path

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


@pytest.mark.parametrize("odd", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c"])
def test_what_is_no_end_of_a_line_ends_no_row(odd: str) -> None:
    file = read_file("c.csv", f"name,note\nA,one{odd}two\nB,three\n".encode())
    assert file.rows == [["A", f"one{odd}two"], ["B", "three"]]


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


CARD_FILES = Path(__file__).parent / "cards"
# By file and card: what is read of it.
READ_CARDS: dict[str, list[dict[str, str]]] = {
    "phone_2_1": [
        {
            "name": "Änne Müller (Oslo)",
            "email": "aenne@work.example\naenne@home.example",
            "phone": "+49 30 555 0100\n+49 30 555 0101",
            "organization": "Müller & Söhne",
            "note": "Erste Zeile\nZweite",
        }
    ],
    "mailer_2_1": [
        {
            "name": "Åse Jørgensen",
            "email": "ase@fjordlift.example",
            "phone": "+47 22 55 01 42\n+47 22 55 01 43",
            "organization": "Fjordlift",
            "note": "Ring før tolv\nog helst på mandag",
        }
    ],
    "charset_2_1": [
        {
            "name": "Анна Орлова",
            "email": "anna@orlova.example",
            "organization": "Łódź",
            "note": "One line that was folded at a blank",
        }
    ],
    "address_book_3_0": [
        {
            "name": "Dr. Inês Carvalho",
            "email": "finance@x.example\nines@x.example",
            "phone": "+351 21 555 0142",
            "organization": "Halvorsen; Lisbon",
            "external_id": "7f1c-3.0",
            "note": "Call, then write.\nTwice.",
        }
    ],
    "web_export_3_0": [
        {"name": "Kofi Mensah", "email": "kofi@mensah.example", "phone": "+233 30 255 0142"},
        {"email": "only@address.example"},
    ],
    "server_4_0": [
        {
            "name": "كلمة 💥",
            "email": "first@x.example\nsecond@x.example",
            "phone": "+49-30-1234567",
            "organization": "Acme, Inc.",
            "external_id": "urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1",
            "language": "pt-br",
            "time_zone": "Europe/Lisbon",
            "note": "Lines\nof\\two;",
        }
    ],
}


@pytest.mark.parametrize("name", READ_CARDS)
@pytest.mark.parametrize("line_end", [b"\r\n", b"\n", b"\r"])
def test_cards_of_several_programs_say_what_they_mean(name: str, line_end: bytes) -> None:
    raw = (CARD_FILES / f"{name}.vcf").read_bytes().replace(b"\r\n", b"\n").replace(b"\n", line_end)
    file = read_file("c.vcf", raw)
    rows = [dict(zip(file.mapping, row, strict=True)) for row in file.rows]
    assert [{field: value for field, value in row.items() if value} for row in rows] == READ_CARDS[name]


def test_every_card_of_the_folder_is_read() -> None:
    assert {path.stem for path in CARD_FILES.iterdir()} == READ_CARDS.keys()


def test_a_card_of_wide_characters_is_read_by_its_mark() -> None:
    raw = (CARD_FILES / "address_book_3_0.vcf").read_text("utf-8").encode("utf-16")
    assert read_file("c.vcf", raw).rows == read_file("c.vcf", (CARD_FILES / "address_book_3_0.vcf").read_bytes()).rows


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"BEGIN:VCARD\nVERSION:2.1\nAGENT:\nBEGIN:VCARD\nEND:VCARD\n", "import.not_a_card"),
        (b'BEGIN:VCARD\nFN;X="a:b\nEND:VCARD\n', "import.not_a_card"),
        (b"BEGIN:VCARD\nFN;ENCODING=QUOTED-PRINTABLE:" + b"=41" * 6_000 + b"\nEND:VCARD\n", "import.cell_too_long"),
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
