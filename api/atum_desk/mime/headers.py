"""Header fields of mail: splitting, parameters (RFC 2231), message ids."""

import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from .charset import clean_text, decode_header_bytes, decode_text, find_codec
from .encoded_words import decode_words

MAX_FIELDS = 2_000
MAX_FIELD_BYTES = 200_000
MAX_IDS = 200
MAX_PARAMETERS = 400

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_SPACES = re.compile(r"[ \t\r\n]+")
_LINE_BREAK = re.compile(r"[\r\n]+[ \t]*")


class Headers:
    """The header fields of one part, in order; values are raw bytes without line breaks' CRLF."""

    def __init__(self, fields: list[tuple[str, bytes]], charset: str | None = None) -> None:
        self.fields = fields
        self.charset = charset

    def raw(self, name: str) -> str:
        """Return the first field `name`, 8-bit decoded but encoded words untouched, or ""."""
        return next(self.raw_all(name), "")

    def raw_all(self, name: str) -> Iterator[str]:
        """Yield every field `name` like `raw` does."""
        for field, value in self.fields:
            if field == name:
                yield decode_header_bytes(value, self.charset)

    def text(self, name: str) -> str:
        """Return the first field `name` as readable text on one line, or ""."""
        return decode_words(unfold(self.raw(name))).strip()

    def has(self, name: str) -> bool:
        """Say whether the field `name` (lower case) is there."""
        return any(field == name for field, _ in self.fields)


def split_headers(raw: bytes, start: int, end: int) -> tuple[Headers, int, list[str]]:
    """Split the header fields off `raw[start:end]`.

    Returns the fields, where the body begins, and problems in words. Tolerates mbox "From "
    lines and stray lines; a line that is no field ends the headers where no more fields follow.
    """
    fields: list[tuple[str, bytes]] = []
    problems: list[str] = []
    position = start
    while position < end:
        line, following = _take_line(raw, position, end)
        if not line.strip():
            return Headers(fields), following, problems
        field = _FIELD.match(line)
        if line[:1] in b" \t" and fields:
            _continue_field(fields, line)
        elif field and not _is_envelope(line):
            _add_field(fields, field, line, problems)
        elif not _is_envelope(line):
            if not _field_follows(raw, following, end):
                if fields:
                    problems.append("no empty line between headers and body")
                return Headers(fields), position, problems
            problems.append("a header line without a name")
        position = following
    return Headers(fields), end, problems


def _take_line(raw: bytes, position: int, end: int) -> tuple[bytes, int]:
    line_end = raw.find(b"\n", position, end)
    following = end if line_end < 0 else line_end + 1
    line = raw[position : min(following, position + MAX_FIELD_BYTES)]
    return line.rstrip(b"\r\n"), following


def _is_envelope(line: bytes) -> bool:
    return line.startswith((b"From ", b">From "))


def _field_follows(raw: bytes, position: int, end: int) -> bool:
    line, _ = _take_line(raw, position, end)
    return bool(_FIELD.match(line)) and b"://" not in line[:20]


def _add_field(
    fields: list[tuple[str, bytes]], field: re.Match[bytes], line: bytes, problems: list[str]
) -> None:
    if len(fields) < MAX_FIELDS:
        fields.append((field.group(1).decode("ascii").lower(), line[field.end() :].strip(b" \t")))
    elif len(fields) == MAX_FIELDS:
        problems.append(f"more than {MAX_FIELDS} header fields, the rest left out")
        fields.append(("", b""))


def _continue_field(fields: list[tuple[str, bytes]], line: bytes) -> None:
    name, value = fields[-1]
    if len(value) < MAX_FIELD_BYTES:
        fields[-1] = (name, value + b"\n" + line)


def unfold(value: str) -> str:
    """Join the lines of a folded field (RFC 5322, section 2.2.3)."""
    return _LINE_BREAK.sub(" ", value)


def parse_parameters(value: str) -> tuple[str, dict[str, str]]:
    """Split a Content-Type or Content-Disposition field into its value and its parameters.

    Parameter names are lower case; RFC 2231 continuations and charsets are resolved, encoded
    words decoded although RFC 2047 forbids them here, because most senders write them.
    """
    pieces = _split_parameters(strip_comments(unfold(value)))
    head = _SPACES.sub("", pieces[0]).lower() if pieces else ""
    plain: dict[str, str] = {}
    extended: dict[str, list[tuple[int, bool, str]]] = {}
    for piece in pieces[1:MAX_PARAMETERS]:
        name, equals, content = piece.partition("=")
        name = name.strip().lower()
        if not equals or not name:
            continue
        content = _unquote(content.strip())
        base, star, rest = name.partition("*")
        if not star:
            plain.setdefault(name, decode_words(content))
            continue
        number = rest.rstrip("*")
        index = int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 0
        extended.setdefault(base, []).append((index, rest.endswith("*") or not rest, content))
    for base, segments in extended.items():
        plain[base] = _join_segments(segments)
    return head, {name: clean_text(content) for name, content in plain.items()}


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


def _split_parameters(value: str) -> list[str]:
    pieces: list[str] = []
    begin = position = 0
    quoted = False
    while position < len(value):
        char = value[position]
        if char == "\\" and quoted:
            position += 1
        elif char == '"':
            quoted = not quoted
        elif char == ";" and not quoted:
            pieces.append(value[begin:position])
            begin = position + 1
        position += 1
    pieces.append(value[begin:])
    if quoted and len(pieces) == 1 and ";" in value:
        return value.split(";")
    return pieces


def _unquote(content: str) -> str:
    if not content.startswith('"'):
        return content
    inner = content[1:-1] if len(content) > 1 and content.endswith('"') else content[1:]
    return re.sub(r"\\(.)", r"\1", inner) if '\\"' in inner or "\\\\" in inner else inner


def strip_comments(value: str) -> str:
    """Remove (nested) comments outside quoted strings; an unclosed one is left as it is."""
    if "(" not in value:
        return value
    kept: list[str] = []
    depth = 0
    quoted = False
    for char in value:
        if char == '"' and depth == 0:
            quoted = not quoted
        if char == "(" and not quoted:
            depth += 1
        elif char == ")" and depth:
            depth -= 1
            kept.append(" ")
        elif not depth:
            kept.append(char)
    return value if depth else "".join(kept)


def parse_ids(value: str) -> tuple[str, ...]:
    """Return the message ids of a References, In-Reply-To or Message-ID field, no brackets.

    Without any brackets every word with an "@" counts, a single word in any case. Of more than
    `MAX_IDS` the first and the newest are kept.
    """
    text = unfold(value)
    found: list[str] = []
    for piece in text.split("<")[1:]:
        inner = "".join(piece.split(">", 1)[0].split())
        if inner:
            found.append(inner)
    if not found:
        words = [word.strip("<>,;\"'") for word in text.split()]
        found = [word for word in words if "@" in word] or (words if len(words) == 1 else [])
    unique = list(dict.fromkeys(clean_text(word) for word in found if len(word) <= 1_000))
    unique = [word for word in unique if word]
    if len(unique) > MAX_IDS:
        unique = unique[:1] + unique[1 - MAX_IDS :]
    return tuple(unique)


def body_charset(headers: Headers) -> str | None:
    """Return the charset that the part declares, a hint for its 8-bit headers, or None."""
    _, parameters = parse_parameters(headers.raw("content-type"))
    charset = parameters.get("charset")
    return charset if charset and find_codec(charset) else None
