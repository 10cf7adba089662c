"""Content-Type and Content-Disposition: a value and parameters (RFC 2045, 2183, 2231), however written."""

import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from .charset import clean_text, decode_text, find_codec
from .encoded_words import decode_words
from .headers import Headers, strip_comments, unfold

MAX_PARAMETERS = 400
MAX_PARAMETERS_IN_PIECE = 20

# A name before an equals sign begins a parameter, also where no semicolon stands before it.
_BEGINS = re.compile(r"[\w*-]{1,60}[ \t]{0,20}=")
_BEGINS_INSIDE = re.compile(r"[ \t](?=[\w*-]{1,60}[ \t]{0,20}=)")
_HEADLESS = re.compile(r"(?:filename|charset|boundary)[\w*-]{0,9}[ \t]{0,20}=", re.IGNORECASE)
# "text/html charset=...", "text/html, charset=...", '"text/html"'.
_HEAD = re.compile(r'"?([^\s";,=/]{1,100}(?:[ \t]{0,9}/[ \t]{0,9}[^\s";,=/]{1,100})?)"?[ \t,]{0,20}')
_SPACES = re.compile(r"[ \t\r\n]+")
_ESCAPED = re.compile(r"\\(.)")
_FILE_NAMES = ("filename", "name")
_COLON_NAMES = ("charset", "boundary", "format", "delsp", "method", "filename", "name")


def parse_parameters(value: str) -> tuple[str, dict[str, str]]:
    """Split a Content-Type or Content-Disposition field into its value and its parameters.

    Parameter names are lower case; RFC 2231 continuations and charsets are resolved, encoded
    words decoded although RFC 2047 forbids them here, because most senders write them. Missing
    semicolons, colons for equals signs and a charset without its name are understood.
    """
    pieces = _split_at_semicolons(unfold(value))
    head, first = _split_head(strip_comments(pieces[0]).strip())
    plain: dict[str, str] = {}
    extended: dict[str, list[tuple[int, bool, str]]] = {}
    for piece in [first, *pieces[1:MAX_PARAMETERS]]:
        for name, content in _read_piece(piece):
            base, star, rest = name.partition("*")
            if not star:
                plain.setdefault(name, decode_words(content))
                continue
            number = rest.rstrip("*")
            index = int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 0
            segment = (index, rest.endswith("*") or not rest, content)
            extended.setdefault(base, []).append(segment)
    for base, segments in extended.items():
        plain[base] = _join_segments(segments)
    return head, {name: clean_text(content) for name, content in plain.items()}


def _split_at_semicolons(value: str) -> list[str]:
    """Cut at semicolons outside of quotes and comments; where one never ends, outside of none."""
    pieces: list[str] = []
    begin = position = depth = 0
    quoted = False
    while position < len(value):
        char = value[position]
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
        elif char == ";" and not depth:
            pieces.append(value[begin:position])
            begin = position + 1
        position += 1
    pieces.append(value[begin:])
    if depth or (quoted and len(pieces) == 1):
        return value.split(";")
    return pieces


def _split_head(written: str) -> tuple[str, str]:
    """Return the value in lower case and a parameter that stands in its piece, or ""."""
    if _HEADLESS.match(written):
        return "", written
    found = _HEAD.match(written)
    if found and (found.end() == len(written) or _BEGINS.match(written, found.end())):
        return _SPACES.sub("", found[1]).lower(), written[found.end() :]
    return _SPACES.sub("", written).lower(), ""


def _read_piece(piece: str) -> Iterator[tuple[str, str]]:
    """Yield the parameters between two semicolons: one, or more whose semicolons are missing."""
    rest = piece.strip()
    for _ in range(MAX_PARAMETERS_IN_PIECE):
        name, equals, content = rest.partition("=")
        name = strip_comments(name).strip().lower()
        if not equals:
            yield from _read_without_equals_sign(rest)
            return
        if not name:
            return
        content = content.strip()
        if content.startswith('"'):
            content, rest = _take_quoted(content)
        elif name in _FILE_NAMES:
            # Brackets of an unquoted name are its own ("offer (1).pdf") and no comment.
            content, rest = _without_single_quotes(content), ""
        else:
            content, rest = _take_word(strip_comments(content).strip(), name)
        yield name, content
        if not rest:
            return


def _read_without_equals_sign(piece: str) -> Iterator[tuple[str, str]]:
    name, colon, content = piece.partition(":")
    name = name.strip().lower()
    if colon and name in _COLON_NAMES:
        yield name, _take_quoted(content.strip())[0]
    elif not colon and len(name) <= 40 and find_codec(name):
        yield "charset", name


def _take_quoted(content: str) -> tuple[str, str]:
    """Return a value without its quotes and a parameter after it, or ""."""
    if not content.startswith('"'):
        return content, ""
    closing = 1
    while closing < len(content) and content[closing] != '"':
        closing += 2 if content[closing] == "\\" else 1
    inner, after = content[1:closing], content[closing + 1 :].strip()
    if after and not _BEGINS.match(after):
        # A quote within a name ("a"b".pdf") or a comment.
        inner = content[1:-1] if content.endswith('"') else inner
        after = ""
    is_escaped = '\\"' in inner or "\\\\" in inner
    return (_ESCAPED.sub(r"\1", inner) if is_escaped else inner), after


def _without_single_quotes(content: str) -> str:
    is_quoted = len(content) > 2 and content[0] == content[-1] == "'"
    return content[1:-1] if is_quoted else content


def _take_word(content: str, name: str) -> tuple[str, str]:
    """Return an unquoted value and a parameter after it, or ""."""
    inside = _BEGINS_INSIDE.search(content)
    if inside:
        return content[: inside.start()].strip(), content[inside.end() :]
    return (content.split()[0] if name == "charset" and content else content), ""


def _join_segments(segments: list[tuple[int, bool, str]]) -> str:
    data = b""
    charset = ""
    for position, (_, is_encoded, written) in enumerate(sorted(segments, key=lambda s: s[0])):
        content = written
        if is_encoded and position == 0 and written.count("'") >= 2:
            charset, _, content = written.split("'", 2)
        encoded = content.encode("utf-8", "replace")
        data += unquote_to_bytes(encoded) if is_encoded else encoded
    text, _ = decode_text(data, charset or "utf-8")
    return decode_words(text)


def body_charset(headers: Headers) -> str | None:
    """Return the charset that the part declares, a hint for its 8-bit headers, or None."""
    _, parameters = parse_parameters(headers.raw("content-type"))
    charset = parameters.get("charset")
    return charset if charset and find_codec(charset) else None
