"""The MIME walk (RFC 2045, 2046): one raw message to a tree of parts, bounded and lenient.

Own code instead of `email.parser`, whose nested generators exceed the recursion limit on deep
nesting and take time proportional to lines times depth. Here parts are spans of the raw bytes,
so nothing is copied before it is decoded.
"""

import re
from collections.abc import Iterator

from atum_desk.kernel.notices import Notice

from . import oddities
from .headers import Headers, split_headers, strip_comments, unfold
from .parameters import body_charset, parse_parameters

MAX_DEPTH = 40
MAX_PARTS = 1_000

_REST = ("content-type", b'application/octet-stream; name="rest-of-message.eml"')
_BOUNDARY_GUESS = re.compile(rb"^--([^\r\n]{1,100}?)[ \t]{0,20}\r?\n(?=[!-9;-~]{1,60}[ \t]{0,20}:)", re.MULTILINE)
_ENCODINGS_OF_TWO_WORDS = ("quoted-printable", "7-bit", "8-bit", "base-64")
_LEADING_BLANK = re.compile(rb"(?:\xef\xbb\xbf|[\r\n\x00])*")
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,100}")


class Part:
    """One node of the tree: header fields and the span `raw[start:end]` of its encoded body."""

    def __init__(self, raw: bytes, start: int, end: int, headers: Headers) -> None:
        self.raw = raw
        self.start = start
        self.end = end
        # Where the part's own header begins: what a signature covers.
        self.header_start = start
        self.headers = headers
        self.children: list[Part] = []
        self.parent: Part | None = None
        head, self.parameters = parse_parameters(headers.raw("content-type"))
        self.declared_type = head
        self.disposition, self.disposition_parameters = parse_parameters(headers.raw("content-disposition"))
        self.media_type = self._media_type(head)

    def take_default_type(self, parent: "Part") -> None:
        """Remember the part above; in a digest, what names no type is a message (RFC 2046, 5.1.5)."""
        self.parent = parent
        is_in_digest = parent.media_type == "multipart/digest"
        if is_in_digest and not self.headers.has("content-type"):
            self.media_type = "message/rfc822"

    def _media_type(self, head: str) -> str:
        if _MEDIA_TYPE.fullmatch(head):
            return head
        if head in ("text", "text/", "html", "text/text") or not head:
            return "text/html" if head == "html" else "text/plain"
        named = self.parameters.get("name") or self.disposition_parameters.get("filename")
        return "application/octet-stream" if named or self.disposition else "text/plain"

    @property
    def body(self) -> bytes:
        """The body as it stands in the message, transfer encoding included."""
        return self.raw[self.start : self.end]

    @property
    def transfer_encoding(self) -> str:
        """The lower-case Content-Transfer-Encoding, "" when there is none."""
        text = strip_comments(unfold(self.headers.raw("content-transfer-encoding"))).lower()
        words = text.split(";")[0].replace('"', " ").replace("'", " ").split()
        joined = "-".join(words)
        return joined if joined in _ENCODINGS_OF_TWO_WORDS else words[0] if words else ""

    @property
    def filename(self) -> str:
        """The name the sender gave the part, or ""."""
        return self.disposition_parameters.get("filename") or self.parameters.get("name") or ""

    @property
    def content_id(self) -> str | None:
        """The Content-ID without brackets, or None."""
        return self.headers.text("content-id").strip("<> \t") or None

    def walk(self) -> "Iterator[Part]":
        """Yield the part and all below it, in the order of the message."""
        waiting = [self]
        while waiting:
            part = waiting.pop()
            yield part
            waiting.extend(reversed(part.children))


class _Budget:
    def __init__(self) -> None:
        self.parts = 0
        self.problems: list[Notice] = []

    def note(self, problem: Notice) -> None:
        if problem not in self.problems and len(self.problems) < 50:
            self.problems.append(problem)


def parse_structure(raw: bytes) -> tuple[Part, list[Notice]]:
    """Return the tree of parts of `raw` and the oddities met, in words. Never raises.

    At most `MAX_PARTS` parts and `MAX_DEPTH` levels are told apart; what lies beyond stays
    together in one last part, so no byte is lost.
    """
    raw = _with_line_feeds(raw)
    budget = _Budget()
    root = _read_part(raw, _skip_blank(raw), len(raw), budget)
    waiting = [(root, 0)]
    while waiting:
        part, depth = waiting.pop()
        if not part.media_type.startswith("multipart/"):
            continue
        if depth >= MAX_DEPTH:
            budget.note(oddities.PartsNestedTooDeep(MAX_DEPTH))
            continue
        _split_multipart(part, budget)
        waiting.extend((child, depth + 1) for child in reversed(part.children))
    return root, budget.problems


def _with_line_feeds(raw: bytes) -> bytes:
    """Old Macs ended lines with CR alone; a message without any LF is such a one."""
    return raw if b"\n" in raw else raw.replace(b"\r", b"\n")


def _skip_blank(raw: bytes) -> int:
    """Empty lines, NUL and a byte order mark before the first field are no end of the headers."""
    found = _LEADING_BLANK.match(raw)
    return found.end() if found and found.end() < len(raw) else 0


def _read_part(raw: bytes, start: int, end: int, budget: _Budget) -> Part:
    headers, body_start, problems = split_headers(raw, start, end)
    for problem in problems:
        budget.note(problem)
    budget.parts += 1
    headers.charset = body_charset(headers)
    part = Part(raw, body_start, end, headers)
    part.header_start = start
    return part


def _split_multipart(part: Part, budget: _Budget) -> None:
    boundary = part.parameters.get("boundary", "").encode("utf-8", "replace").rstrip()
    spans, is_closed = _find_spans(part, boundary) if boundary else ([], False)
    if not spans:
        guessed = _BOUNDARY_GUESS.search(part.raw, part.start, part.end)
        if guessed:
            budget.note(oddities.WrongBoundary())
            spans, is_closed = _find_spans(part, guessed.group(1))
    if not spans:
        budget.note(oddities.NoParts())
        return
    if not is_closed:
        budget.note(oddities.NoEndBoundary())
    for start, end in spans:
        if budget.parts >= MAX_PARTS:
            budget.note(oddities.TooManyParts(MAX_PARTS))
            part.children.append(Part(part.raw, start, part.end, Headers([_REST])))
            break
        part.children.append(_read_part(part.raw, start, end, budget))
    for child in part.children:
        child.take_default_type(part)


def _find_spans(part: Part, boundary: bytes) -> tuple[list[tuple[int, int]], bool]:
    """Return the spans between the boundary lines and whether the closing one was there."""
    delimiter = b"--" + boundary
    spans: list[tuple[int, int]] = []
    begin: int | None = None
    is_closed = False
    position = part.start
    raw = part.raw
    while (found := raw.find(delimiter, position, part.end)) >= 0:
        position = found + len(delimiter)
        line_start = _line_start(raw, part.start, found, is_long=len(boundary) >= 10)
        if line_start is None:
            continue
        line_end = raw.find(b"\n", position, part.end)
        line_end = part.end if line_end < 0 else line_end
        tail = raw[position : min(line_end, position + 1_000)].strip()
        if tail not in (b"", b"--"):
            continue
        if begin is not None:
            spans.append((begin, _before_line_break(raw, begin, line_start)))
        begin = position = min(line_end + 1, part.end)
        if tail == b"--":
            # Not the end: a part nested under the same boundary closes first.
            begin, is_closed = None, True
    if begin is not None and begin < part.end:
        spans.append((begin, part.end))
    return spans, is_closed


def _line_start(raw: bytes, start: int, found: int, *, is_long: bool) -> int | None:
    """Return where the line of a boundary begins; before a long one, gateways put spaces."""
    if found == start or raw[found - 1 : found] == b"\n":
        return found
    before = raw[max(start, found - 9) : found]
    bare = before.rstrip(b" \t")
    return found - len(before) + len(bare) if is_long and bare.endswith(b"\n") else None


def _before_line_break(raw: bytes, begin: int, found: int) -> int:
    end = found
    if end > begin and raw[end - 1 : end] == b"\n":
        end -= 1
        if end > begin and raw[end - 1 : end] == b"\r":
            end -= 1
    return end
