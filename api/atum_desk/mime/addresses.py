"""Address fields (RFC 5322, section 3.4) as people and programs really write them."""

import re

from .encoded_words import decode_words
from .headers import unfold
from .models import Address

MAX_ADDRESSES = 1_000

_SPACES = re.compile(r"[ \t\r\n]+")


def parse_addresses(value: str) -> tuple[Address, ...]:
    """Read an address field; `value` has its encoded words still encoded.

    Groups are flattened, comments after a bare address become its name, a comma inside an
    unquoted name ("Miller, Ann <ann@x>") is joined again. Addresses without an "@" are kept:
    a mail from "root" comes from there. Never raises; at most `MAX_ADDRESSES` are returned.
    """
    items = _join_split_names(_split_items(unfold(value)))
    found: list[Address] = []
    for item in items:
        address = _parse_item(item)
        if address is not None:
            found.append(address)
        if len(found) >= MAX_ADDRESSES:
            break
    return tuple(found)


def first_address(addresses: tuple[Address, ...]) -> Address | None:
    """Return the first entry that can be answered, else the first of all, else None."""
    usable = (entry for entry in addresses if "@" in entry.address)
    return next(usable, addresses[0] if addresses else None)


def _split_items(text: str) -> list[str]:
    """Cut at commas, semicolons and group names, outside quotes, comments and brackets."""
    items: list[str] = []
    begin = 0
    depth = 0
    quoted = bracketed = False
    position = 0
    while position < len(text):
        char = text[position]
        if char == "\\" and (quoted or depth):
            position += 1
        elif char == '"' and not depth:
            quoted = not quoted
        elif quoted:
            pass
        elif char == "(":
            depth += 1
        elif char == ")" and depth:
            depth -= 1
        elif depth:
            pass
        elif char in "<>":
            bracketed = char == "<"
        elif char in ",;" and not (bracketed and _closes_soon(text, position)):
            items.append(text[begin:position])
            begin = position + 1
            bracketed = False
        elif char == ":" and not bracketed and "@" not in text[begin:position]:
            begin = position + 1
        position += 1
    items.append(text[begin:])
    if (quoted or depth) and len(items) == 1 and "," in text:
        return text.replace('"', "").split(",")
    return [item.strip() for item in items if item.strip()]


def _closes_soon(text: str, position: int) -> bool:
    window = text[position : position + 300]
    close, opening = window.find(">"), window.find("<")
    return close >= 0 and (opening < 0 or close < opening)


def _join_split_names(items: list[str]) -> list[str]:
    joined: list[str] = []
    waiting: list[str] = []
    for item in items:
        if "@" not in item and "<" not in item and " " not in item.strip() and len(waiting) < 3:
            waiting.append(item)
            continue
        if waiting and "<" in item and item[0] not in '<"':
            joined.append(", ".join([*waiting, item]))
        else:
            joined.extend([*waiting, item])
        waiting = []
    return joined + waiting


def _parse_item(item: str) -> Address | None:
    phrase, comments, address = _dissect(item)
    if not address and "@" in phrase:
        address, phrase = _bare_address(phrase)
    elif not address and phrase and '"' not in item and " " not in phrase:
        address, phrase = phrase, ""
    name = _readable(phrase)
    note = _readable(" ".join(comments))
    if note:
        name = f"{name} ({note})" if name else note
    address = "".join(decode_words(address).split())
    if not name and not address:
        return None
    return Address(name=name, address=address)


def _dissect(item: str) -> tuple[str, list[str], str]:
    """Return the words outside of brackets, the comments and what stands in `<>`."""
    words: list[str] = []
    comments: list[str] = []
    address: list[str] = []
    target = words
    depth = 0
    quoted = False
    position = 0
    while position < len(item):
        char = item[position]
        if char == "\\" and (quoted or depth) and position + 1 < len(item):
            position += 1
            (comments if depth else target).append(item[position])
        elif char == '"' and not depth:
            quoted = not quoted
        elif quoted:
            target.append(char)
        elif char == "(":
            depth += 1
            comments.append(" " if depth == 1 else char)
        elif char == ")" and depth:
            depth -= 1
            if depth:
                comments.append(char)
        elif depth:
            comments.append(char)
        elif char == "<":
            if "".join(address).strip():
                words.extend(address)
                address.clear()
            target = address
        elif char == ">":
            target = words
        else:
            target.append(char)
        position += 1
    return "".join(words).strip(), ["".join(comments).strip()], "".join(address).strip()


def _bare_address(phrase: str) -> tuple[str, str]:
    words = phrase.split()
    index = next(number for number, word in enumerate(words) if "@" in word)
    address = words[index].strip("'\"[]")
    return address, " ".join(words[:index] + words[index + 1 :])


def _readable(phrase: str) -> str:
    return _SPACES.sub(" ", decode_words(phrase)).strip()[:1_000]
