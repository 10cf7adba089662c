"""Mails like those a desk gets: short text, HTML with its text and a history, and some with files."""

import base64
import random
from email.message import EmailMessage

import msgspec

MAILBOX = "support@atum.localhost"
SENDERS = 300
KINDS = {"tiny": 4, "ordinary": 12, "files": 4}
TINY, ORDINARY, FILES = "tiny", "ordinary", "files"
HTML_BYTES = 16_000
FILE_BYTES = 30_000
TEXT_STYLE = "font-family:Calibri,Arial,sans-serif;font-size:10pt;color:#1f497d"
# Mails of life hold a tag or a piece of text for every 30 to 80 bytes of their HTML.
CELL_STYLE = (
    "padding:4px 8px 4px 8px;border:solid #cccccc 1.0pt;font-family:Calibri,Arial,sans-serif;"
    "font-size:11.0pt;color:#1f497d;vertical-align:top;mso-fareast-language:EN-US"
)
SUBJECT_WORDS = (
    "invoice connection printer access delivery password meeting calendar update order return "
    "address contract payment backup certificate keyboard screen report export import filter"
).split()
TEXT_WORDS = (
    "the a we you our your since after before when it is was has does not any more please look at help "
    "with about for from on in customer system server message number account office team last week morning "
    "version error page button file print order again nothing works correctly could somebody tell why"
).split()


class Sample(msgspec.Struct, frozen=True):
    """A mail without the header lines that differ from mail to mail."""

    kind: str
    rest: bytes

    def raw(self, number: int, run: str) -> bytes:
        """Return the mail as one of a sender's; `run` keeps ids of different runs apart."""
        sender = f"person{number % SENDERS}"
        words = f"{SUBJECT_WORDS[number % len(SUBJECT_WORDS)]} {SUBJECT_WORDS[number // 7 % len(SUBJECT_WORDS)]}"
        head = (
            f"From: Person {number % SENDERS} <{sender}@example.org>\r\nTo: Support <{MAILBOX}>\r\n"
            f"Subject: {words} {number}\r\nMessage-ID: <{run}.{number}@bench.example>\r\n"
            f"Date: Sun, 29 Nov 2026 10:{number // 60 % 60:02}:{number % 60:02} +0000\r\n"
        )
        return head.encode() + self.rest


def make_samples(kinds: dict[str, int] | None = None) -> list[Sample]:
    """Return mails of each kind, the same ones every time, in an order that mixes them."""
    chance = random.Random(11)
    samples = [Sample(kind, _rest(kind, chance)) for kind, count in (kinds or KINDS).items() for _ in range(count)]
    chance.shuffle(samples)
    return samples


def _rest(kind: str, chance: random.Random) -> bytes:
    mail = EmailMessage()
    mail["User-Agent"] = "Mozilla Thunderbird"
    text = _prose(chance, 60 if kind == TINY else 400)
    mail.set_content(text)
    if kind != TINY:
        mail.add_alternative(_html(chance, text), subtype="html")
    if kind == FILES:
        content = chance.randbytes(FILE_BYTES)
        mail.add_attachment(content, maintype="application", subtype="pdf", filename="report.pdf")
        image = base64.b64decode("iVBORw0KGgo=") + chance.randbytes(4_000)
        mail.add_attachment(image, maintype="image", subtype="png", filename="screen.png")
    return mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n").rstrip(b"\r\n")


def _prose(chance: random.Random, words: int) -> str:
    lines = [" ".join(chance.choices(TEXT_WORDS, k=12)) for _ in range(words // 12)]
    return "Hello,\n\n" + ".\n".join(lines) + ".\n\nKind regards\nA person\n"


def _html(chance: random.Random, text: str) -> str:
    """Return what a mail program makes of a text: paragraphs with styles, and a table of earlier words."""
    paragraphs = "".join(
        f'<p class="MsoNormal"><span style="{TEXT_STYLE}">{line}</span></p>\n' for line in text.splitlines()
    )
    cells: list[str] = []
    while sum(map(len, cells)) + len(paragraphs) < HTML_BYTES:
        words = " ".join(chance.choices(TEXT_WORDS, k=12))
        cells.append(f'<tr><td style="{CELL_STYLE}">{words}</td><td><b>{len(cells)}</b></td></tr>\n')
    body = f"{paragraphs}<table>{''.join(cells)}</table>"
    return f"<html><head><style>p {{margin:0}}</style></head><body>{body}</body></html>"
