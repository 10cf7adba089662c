"""Address fields (RFC 5322, section 3.4) as people and programs really write them."""

import re
from collections.abc import Iterator

from atum_desk.kernel.mail_domains import with_one_spelling

from .address_items import join_split_names, split_items
from .charset import clean_text
from .encoded_words import decode_words
from .headers import unfold
from .models import Address

MAX_ADDRESSES = 1_000

_SPACES = re.compile(r"[ \t\r\n]+")
_ENCODED_WHOLE = re.compile(r"(?:=\?[^?\s]{1,80}\?[bBqQ]\?[^?]*\?=\s*)+")
# Letters that mean something in an address field may stand as they are in an encoded word.
_Q_WORD = re.compile(r"=\?[^?\s]{1,40}\?[qQ]\?[^?]{1,500}\?=")
_SPECIAL = re.compile(r"[,;:<>()@\"\[\]\\]")
_EMPTY_GROUP = re.compile(r":[ \t]{0,20};?$")
_ROUTE = re.compile(r"^@[^:\"]{0,1000}:")
# "mailto:" is a link's; Exchange writes "SMTP:" for its own kind of address.
_SCHEME = re.compile(r"(?:mailto|smtp):", re.IGNORECASE)
_JOINED = re.compile(r" ?([@.]) ?")
_QUOTED_WHOLE = re.compile(r'"([^"\\\s@]+@[^"\\\s@]+)"')
_QUOTED_LOCAL_PART = re.compile(r'"((?:[^"\\]|\\.)*)"\s*@\s*([^"@]+)')
_ESCAPED = re.compile(r"\\(.)")
# A quote, which is left out, or what a backslash stands before.
_QUOTE = re.compile(r'"|\\(.)')
_DOT_ATOM = re.compile(r"[^\s()<>\[\]:;@\\,.\"]+(?:\.[^\s()<>\[\]:;@\\,.\"]+)*")
# "kim @ example.com" and "kim@example . com" (RFC 5322, section 4.4).
_OBSOLETE_SPACES = re.compile(r" ?(@) ?| (\.) ?(?=[^ .]+$)")
_WORD = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^\s"])+')


def parse_addresses(value: str) -> tuple[Address, ...]:
    """Read an address field; `value` has its encoded words still encoded.

    Groups are flattened, comments after a bare address become its name, a comma inside an
    unquoted name ("Miller, Ann <ann@x>") is joined again. Addresses without an "@" are kept:
    a mail from "root" comes from there. Never raises; at most `MAX_ADDRESSES` are returned.
    """
    found: list[Address] = []
    for item in _items(unfold(value)):
        address = _parse_item(item)
        if address is not None:
            found.append(address)
        if len(found) >= MAX_ADDRESSES:
            break
    return tuple(found)


def _items(text: str) -> Iterator[str]:
    """Yield what stands for one address each; an item that is wholly encoded is read decoded."""
    encoded = _Q_WORD.sub(_encode_specials, text) if "=?" in text else text
    for item in join_split_names(split_items(encoded)):
        decoded = decode_words(item) if _ENCODED_WHOLE.fullmatch(item) else ""
        if "@" in decoded:
            yield from join_split_names(split_items(decoded))
        else:
            yield item


def _encode_specials(word: re.Match[str]) -> str:
    head, payload = word[0][:-2].rsplit("?", 1)
    return head + "?" + _SPECIAL.sub(lambda found: f"={ord(found[0]):02X}", payload) + "?="


def first_address(addresses: tuple[Address, ...]) -> Address | None:
    """Return the first entry that can be answered, else the first of all, else None."""
    usable = (entry for entry in addresses if "@" in entry.address)
    return next(usable, addresses[0] if addresses else None)


class _Parts:
    """The parts of an item: `words` and `address` as written, quotes kept; `phrase` without them."""

    def __init__(self) -> None:
        self.phrase: list[str] = []
        self.words: list[str] = []
        self.comments: list[str] = []
        self.address: list[str] = []
        self.quoted = self.in_brackets = False
        self.depth = 0

    @property
    def is_closed(self) -> bool:
        """Whether every quote and comment ended."""
        return not self.quoted and not self.depth

    def take(self, char: str, written: str) -> None:
        """Add a character to the part that is open, in both of its spellings."""
        if self.depth:
            self.comments.append(char)
        elif self.in_brackets:
            self.address.append(written)
        else:
            self.phrase.append(char)
            self.words.append(written)

    def enter_comment(self) -> None:
        """Begin a comment, or one within it, which is shown with its brackets."""
        self.depth += 1
        self.comments.append(" " if self.depth == 1 else "(")

    def leave_comment(self) -> None:
        """End the innermost comment."""
        self.depth -= 1
        if self.depth:
            self.comments.append(")")

    def turn(self, bracket: str) -> None:
        """Begin or end the address; of several the last counts, the others are names."""
        if bracket == "<" and "".join(self.address).strip():
            self.phrase.extend(self.address)
            self.address.clear()
        self.in_brackets = bracket == "<"


def _parse_item(item: str) -> Address | None:
    found = _dissect(item)
    if not found.is_closed:
        # A quote or comment that never ends would swallow the address.
        found = _dissect(item.replace('"', "").replace("(", " "))
    phrase, words = "".join(found.phrase).strip(), "".join(found.words).strip()
    address = _clean_address("".join(found.address))
    if not address and "@" in words:
        address, phrase = _bare_address(words)
    elif not address and phrase and '"' not in item and " " not in phrase:
        address, phrase = phrase, ""
    name = _readable(phrase)
    note = _readable("".join(found.comments))
    if note:
        name = f"{name} ({note})" if name else note
    address = with_one_spelling(clean_text(decode_words(address)))
    if not address and not phrase:
        return None
    if "@" not in address + name and _EMPTY_GROUP.search(address or name):
        return None
    return Address(name=name, address=address)


def _dissect(item: str) -> _Parts:
    """Tell the words outside of brackets, the comments and what stands in `<>` apart."""
    parts = _Parts()
    characters = iter(item)
    for char in characters:
        if char == "\\" and not parts.is_closed:
            escaped = next(characters, "")
            parts.take(escaped or char, char + escaped)
        elif char == '"' and not parts.depth:
            parts.quoted = not parts.quoted
            parts.take("", char)
        elif parts.quoted:
            parts.take(char, char)
        elif char == "(":
            parts.enter_comment()
        elif char == ")" and parts.depth:
            parts.leave_comment()
        elif char in "<>" and not parts.depth:
            parts.turn(char)
        else:
            parts.take(char, char)
    return parts


def _clean_address(written: str) -> str:
    """Return an address without a route (RFC 5322, section 4.4), scheme, spaces and needless quotes.

    Spaces may stand around the "@" and the dots (section 4.4) and where a long address was folded;
    words that nothing joins are no address, for joined they would be somebody else's.
    """
    address = _ROUTE.sub("", written.strip())
    if scheme := _SCHEME.match(address):
        address = address[scheme.end() :].split("?", 1)[0]
    if '"' in address:
        return _unquote_local_part(address)
    address = _JOINED.sub(r"\1", " ".join(address.split()))
    return "" if " " in address else address


def _unquote_local_part(address: str) -> str:
    """Return an address with a quoted local part only where that needs its quotes, "" for none.

    A whole address in quotes is one; anything else in quotes is a name.
    """
    if whole := _QUOTED_WHOLE.fullmatch(address):
        return whole[1]
    quoted = _QUOTED_LOCAL_PART.fullmatch(address)
    if not quoted:
        return ""
    local, domain = _ESCAPED.sub(r"\1", quoted[1]), "".join(quoted[2].split())
    if _DOT_ATOM.fullmatch(local):
        return f"{local}@{domain}"
    return '"' + re.sub(r'(["\\])', r"\\\1", local) + f'"@{domain}'


def _bare_address(words: str) -> tuple[str, str]:
    """Return the first address among words and the rest of them, which is a name."""
    if '"' not in words:
        words = _OBSOLETE_SPACES.sub(r"\1\2", " ".join(words.split()))
    pieces = _WORD.findall(words)
    index = next((number for number, word in enumerate(pieces) if "@" in word), None)
    if index is None:
        return "", words
    address = pieces[index]
    if address[:1] in "['" and '"' not in address:
        address = address.strip("'[]")
    elif address[-1:] == "]" and "[" not in address:
        address = address[:-1]
    rest = " ".join(pieces[:index] + pieces[index + 1 :])
    cleaned = _clean_address(address)
    return cleaned, _QUOTE.sub(r"\1", rest if cleaned else words)


def _readable(phrase: str) -> str:
    return _SPACES.sub(" ", decode_words(phrase)).strip()[:1_000]
