"""HTML cut into tokens in one pass, whatever it is: the base of reading and cleaning mail HTML.

No tree is built, so hostile nesting costs neither stack nor quadratic time.
"""

import re
from collections.abc import Iterator
from html import unescape
from html.entities import html5
from typing import NamedTuple

MAX_TAG_CHARS = 200_000
# An image inside of an attribute makes a tag of megabytes; it is one tag all the same.
MAX_DATA_TAG_CHARS = 60_000_000

_VOID_NAMES = "area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr"
VOID_TAGS = frozenset(_VOID_NAMES.split())
_RAW_NAMES = "script style title textarea xmp iframe noembed noframes"
_RAW_TAGS = frozenset(_RAW_NAMES.split())

_NAME = re.compile(r"[A-Za-z][^\s/>\x00]{0,60}")
# Nearly every tag: no quote of one kind holds an angle bracket.
_SIMPLE_TAG = re.compile(r"""<(/?)([A-Za-z][A-Za-z0-9]{0,60}+)((?:[\s/](?:[^<>"']|"[^"<>]*+")*+)?)>""")
_LONE_BRACKETS = re.compile("<+(?=<)")
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]{1,60})(?:\s{0,20}=\s{0,20}("[^"]*"|'[^']*'|[^\s"'>]+))?""")
_NUMBER = re.compile(r"&#(0*+)([0-9]*+)")
_REFERENCE = re.compile(r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[A-Za-z][A-Za-z0-9]{1,31}(;|(?!=)))")


# A named tuple's own constructor is a function in Python, and mails hold thousands of tokens.
_new = tuple.__new__


class Token(NamedTuple):
    """`kind` is text, start, end or other; `source` the characters as written.

    `name` is the lower-case tag name of start and end, "" else; `attributes` the raw text between
    the name and ">".
    """

    kind: str
    source: str
    name: str = ""
    attributes: str = ""


def tokenise(html: str) -> Iterator[Token]:
    """Yield the tokens of `html` in order; joined, their sources are `html` without NUL."""
    html = html.replace("\x00", "")
    # Closings once searched in vain; searching again for each opening would take quadratic time.
    absent: set[str] = set()
    position = 0
    length = len(html)
    find, match_simple = html.find, _SIMPLE_TAG.match
    while position < length:
        opening = find("<", position)
        if opening < 0:
            yield _new(Token, ("text", html[position:], "", ""))
            return
        if opening > position:
            yield _new(Token, ("text", html[position:opening], "", ""))
        if simple := match_simple(html, opening):
            source, slash, written, attributes = simple.group(0, 1, 2, 3)
            kind, name = "end" if slash else "start", written.lower()
            yield _new(Token, (kind, source, name, attributes))
            position = simple.end()
        else:
            token = _read_markup(html, opening, absent)
            yield token
            kind, name = token.kind, token.name
            position = opening + len(token.source)
        if kind == "start" and name in _RAW_TAGS:
            end = _find_raw_end(html, name, position, absent)
            if end > position:
                yield Token("text" if name in ("textarea", "xmp") else "other", html[position:end])
            position = end


def _read_markup(html: str, opening: int, absent: set[str]) -> Token:
    """Read what is no simple tag."""
    following = html[opening + 1 : opening + 2]
    if following == "!":
        return Token("other", html[opening : _comment_end(html, opening, absent)])
    if following == "?":
        return Token("other", html[opening : _tag_end(html, opening, absent)])
    is_end = following == "/"
    name = _NAME.match(html, opening + (2 if is_end else 1))
    if not name and is_end:
        return Token("other", "</")
    if not name:
        run = _LONE_BRACKETS.match(html, opening)
        return Token("text", run.group() if run else "<")
    end = _tag_end(html, name.end(), absent)
    attributes = html[name.end() : end].removesuffix(">")
    return Token("end" if is_end else "start", html[opening:end], name.group().lower(), attributes)


def _comment_end(html: str, opening: int, absent: set[str]) -> int:
    if not html.startswith("<!--", opening):
        return _tag_end(html, opening, absent)
    if html.startswith(("<!-->", "<!--->"), opening):
        return html.index(">", opening) + 1
    end = -1 if "-->" in absent else html.find("-->", opening + 4)
    if end < 0:
        # An unclosed comment would swallow the rest of the mail: only its opening is skipped.
        absent.add("-->")
        return opening + 4
    return end + 3


def _tag_end(html: str, position: int, absent: set[str]) -> int:
    """Return the position after the ">" that ends the tag, honouring quoted values."""
    limit = min(len(html), position + MAX_TAG_CHARS)
    plain = html.find(">", position, limit)
    if plain < 0 and ">" not in absent and html.find("data:", position, limit) >= 0:
        plain = html.find(">", position, position + MAX_DATA_TAG_CHARS)
        if plain < 0:
            absent.add(">")
        else:
            limit = plain + 1
    if plain < 0:
        return limit
    quoted = html.find('"', position, plain), html.find("'", position, plain)
    if quoted == (-1, -1):
        return plain + 1
    cursor = position
    for match in _ATTRIBUTE.finditer(html, position, limit):
        plain = html.find(">", cursor, match.start())
        if plain >= 0:
            return plain + 1
        cursor = match.end()
    plain = html.find(">", cursor, limit)
    return plain + 1 if plain >= 0 else limit


def _find_raw_end(html: str, name: str, position: int, absent: set[str]) -> int:
    """Return where the end tag begins; without one, script and style swallow all, others none."""
    pattern = re.compile(f"</{name}", re.IGNORECASE)
    closing = None if name in absent else pattern.search(html, position)
    if closing:
        return closing.start()
    absent.add(name)
    return len(html) if name in ("script", "style") else position


def read_attributes(attributes: str) -> dict[str, str]:
    """Return the attributes of a tag: lower-case names, unescaped values, the first one wins."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(attributes):
        value = match.group(2) or ""
        if value[:1] in ('"', "'") and len(value) > 1:
            value = value[1:-1]
        found.setdefault(match.group(1).lower(), unescape_attribute(value))
    return found


def unescape_text(source: str) -> str:
    """Return text without references; a number too long for any character is a broken one.

    `html.unescape` raises ValueError for numbers of more than 4,300 digits.
    """
    if "&" not in source:
        return source
    return unescape(_NUMBER.sub(_bounded_number, source) if "&#" in source else source)


def _bounded_number(match: re.Match[str]) -> str:
    zeros, digits = match.groups()
    return "&#1114112" if len(digits) > 7 else f"&#{zeros[:1]}{digits}"


def unescape_attribute(value: str) -> str:
    """Return an attribute's value without references, as browsers read it.

    In attributes a name without its semicolon counts only where no letter, digit or "=" follows:
    "?a=1&copy=2" is an address (HTML standard, named character reference state).
    """
    return _REFERENCE.sub(_resolve, value) if "&" in value else value


def _resolve(match: re.Match[str]) -> str:
    written = match.group()
    if written.startswith("&#") or written.endswith(";") or written[1:] in html5:
        return unescape_text(written)
    return written
