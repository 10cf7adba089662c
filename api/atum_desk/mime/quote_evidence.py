"""What a line proves in any language: that it names an address, a day, a time of day."""

import re
import unicodedata

from .quote_words import WROTE

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_ADDRESS = re.compile(r"[^\s@<>]@[^\s@<>]")
# Behind an equals sign it is a value of a log's line (`to=<ann@example.com>`).
_NAMED_ADDRESS = re.compile(r"(?<!=)[<\[(](?:mailto:)?[^\s@<>\[\]()]{1,64}@[^\s@<>\[\]()]{1,255}[>\])]")
_TIME = re.compile(r"(?<![\d./-])\d{1,2}[:.h]\d\d(?::\d\d)?(?!\d|[./-]\d)")
_WROTE = re.compile("|".join(map(re.escape, WROTE)))
_NUMBER = re.compile(r"\d+")


def visible(line: str) -> str:
    """Return the line in composed letters, without direction marks; unbreakable spaces plain."""
    if line.isascii():
        return line
    bare = unicodedata.normalize("NFC", _INVISIBLE.sub("", line))
    return bare.replace("\xa0", " ").replace("\u202f", " ")


def has_address(text: str) -> bool:
    """Say whether a mail address stands in the text."""
    return _ADDRESS.search(text) is not None


def has_named_address(text: str) -> bool:
    """Say whether an address stands in brackets, as behind a name."""
    return _NAMED_ADDRESS.search(text) is not None


def has_time(text: str) -> bool:
    """Say whether a time of day stands in the text, in the digits of any script."""
    return _TIME.search(text) is not None


def has_date(text: str) -> bool:
    """Say whether a day stands in the text besides a time: three numbers, or a year and a day."""
    numbers = [found.group() for found in _NUMBER.finditer(_TIME.sub(" ", text))][:20]
    short = [one for one in numbers if len(one) <= 2]
    return (len(short) >= 1 and any(len(one) == 4 for one in numbers)) or len(short) >= 3


def says_wrote(text: str) -> bool:
    """Say whether the text holds a word for "wrote" as attributions use it."""
    return _WROTE.search(text.lower()) is not None
