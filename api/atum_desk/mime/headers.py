"""Header fields of mail: splitting, unfolding, comments, message ids."""

import re
from collections.abc import Iterator

from atum_desk.kernel.notices import Notice

from . import oddities
from .charset import clean_text, decode_header_bytes
from .encoded_words import decode_words

MAX_FIELDS = 2_000
MAX_FIELD_BYTES = 200_000
# How far a header is searched for its next field after a line that is none.
MAX_STRAY_BYTES = 200_000
MAX_IDS = 200

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
# Fields by which a header goes on after lines that are none.
_MAIL_FIELD = re.compile(
    rb"(from|to|cc|subject|date|message-id|mime-version|content-(?:type|transfer-encoding"
    rb"|disposition|id|language)|reply-to|in-reply-to|references|sender|return-path|received"
    rb"|delivered-to|dkim-signature|authentication-results|x-[\w-]{1,60})[ \t]{0,20}:",
    re.IGNORECASE,
)
_ADDRESS_FIELDS = ("from", "sender", "reply-to", "to", "cc")
_REPEATED_FIELDS = ("received", "delivered-to", "dkim-signature", "authentication-results")
_LINE_BREAK = re.compile(r"[\r\n]+[ \t]*")

# Fields while they are read: folded lines are added to a value without copying it.
_Fields = list[tuple[str, bytearray]]


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


def split_headers(raw: bytes, start: int, end: int) -> tuple[Headers, int, list[Notice]]:
    """Split the header fields off `raw[start:end]`.

    Returns the fields, where the body begins, and oddities met. Tolerates mbox "From "
    lines, stray lines and folded lines that lost their space; a line that is no field ends the
    headers where no more fields follow.
    """
    fields: _Fields = []
    problems: list[Notice] = []
    position = start
    # Up to here the lines belong to the header, because a field follows them.
    resumes_at = start
    while position < end:
        line, following = _take_line(raw, position, end)
        field = _FIELD.match(line)
        if not line.strip() and not (line and fields and _new_field_at(raw, following, end, fields)):
            return _finished(fields), following, problems
        if line[:1] in b" \t" and fields:
            _continue_field(fields, line)
        elif field:
            _add_field(fields, field, line, problems)
        elif not line.startswith((b"From ", b">From ")):
            if position >= resumes_at:
                resumes_at = _next_field(raw, following, end, fields)
            if position >= resumes_at:
                if fields:
                    problems.append(oddities.NoEmptyLine())
                return _finished(fields), position, problems
            _continue_unfolded(fields, line, problems)
        position = following
    return _finished(fields), end, problems


def _take_line(raw: bytes, position: int, end: int) -> tuple[bytes, int]:
    line_end = raw.find(b"\n", position, end)
    following = end if line_end < 0 else line_end + 1
    line = raw[position : min(following, position + MAX_FIELD_BYTES)]
    return line.rstrip(b"\r\n"), following


def _next_field(raw: bytes, position: int, end: int, fields: _Fields) -> int:
    """Return where the header goes on after a line that is no field, 0 when it does not.

    The next line may be any field. Further down, before the empty line, only one counts that mail
    has and this mail does not have yet: a body whose empty line was lost may quote the others.
    """
    line, _ = _take_line(raw, position, end)
    if _FIELD.match(line) and b"://" not in line[:20]:
        return position
    limit = min(end, position + MAX_STRAY_BYTES)
    while fields and position < limit:
        line, following = _take_line(raw, position, end)
        if not line.strip():
            break
        if _new_field_at(raw, position, end, fields):
            return position
        position = following
    return 0


def _new_field_at(raw: bytes, position: int, end: int, fields: _Fields) -> bool:
    field = _MAIL_FIELD.match(raw, position, min(end, position + 80))
    if not field:
        return False
    name = field[1].decode("ascii").lower()
    return name in _REPEATED_FIELDS or all(name != known for known, _ in fields)


def _continue_unfolded(fields: _Fields, line: bytes, problems: list[Notice]) -> None:
    """Join a line that lost the space of its folding; a line of a value alone belongs nowhere."""
    if not fields or line.startswith(b":") or not _may_go_on(*fields[-1], line):
        problems.append(oddities.LineWithoutName())
        return
    _continue_field(fields, b" " + line)
    if (problem := oddities.FoldedWithoutSpace()) not in problems:
        problems.append(problem)


def _may_go_on(name: str, value: bytearray, line: bytes) -> bool:
    """Say whether a line may belong to a field: a stray word is no part of somebody's address."""
    if name not in _ADDRESS_FIELDS or b"@" in line or value.endswith(b","):
        return True
    return value.rfind(b"<", -200) > value.rfind(b">", -200)


def _add_field(fields: _Fields, field: re.Match[bytes], line: bytes, problems: list[Notice]) -> None:
    if len(fields) < MAX_FIELDS:
        fields.append((field.group(1).decode("ascii").lower(), bytearray(line[field.end() :].strip(b" \t"))))
    elif len(fields) == MAX_FIELDS:
        problems.append(oddities.TooManyHeaderFields(MAX_FIELDS))
        fields.append(("", bytearray()))


def _continue_field(fields: _Fields, line: bytes) -> None:
    value = fields[-1][1]
    if len(value) < MAX_FIELD_BYTES:
        value += b"\n"
        value += line


def _finished(fields: _Fields) -> Headers:
    return Headers([(name, bytes(value)) for name, value in fields])


def unfold(value: str) -> str:
    """Join the lines of a folded field (RFC 5322, section 2.2.3)."""
    return _LINE_BREAK.sub(" ", value)


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
