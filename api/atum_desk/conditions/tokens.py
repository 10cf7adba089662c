"""The text form of conditions, cut into tokens that know where they stand."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from atum_desk.conditions import notices
from atum_desk.conditions.problems import ConditionInvalid

MAX_CHARACTERS = 1_000

TextTokenKind = Literal["open", "close", "or", "field", "word"]

# Neither an address of the web nor a path of Windows is a field with a value.
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*):(?!//|\\)")
_SIGN = re.compile(r">=|<=|>|<|=|\^")
_BARE = re.compile(r"[^\s()\",]+")
_WORD = re.compile(r"[^\s()\"]+")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)("|$)', re.S)
_ESCAPED = re.compile(r"\\(.)", re.S)


class WrittenValue(msgspec.Struct, frozen=True):
    """A value as it is written: its text without quotation marks, and where it stands."""

    text: str
    start: int
    end: int
    quoted: bool = False


class TextToken(msgspec.Struct, frozen=True, kw_only=True):
    """A parenthesis, `or`, a free word, or a field with its sign and values; `negated` by a `-` before it."""

    kind: TextTokenKind
    start: int
    end: int
    negated: bool = False
    name: str = ""
    sign: str = ""
    parts: tuple[WrittenValue, ...] = ()


def tokens_of(text: str) -> list[TextToken]:
    """Return the tokens of a text. Raises ConditionInvalid for one that is too long or holds what no text does."""
    if len(text) > MAX_CHARACTERS:
        raise ConditionInvalid(notices.TextTooLong(MAX_CHARACTERS), MAX_CHARACTERS)
    if (nul := text.find("\0")) >= 0:
        raise ConditionInvalid(notices.ImpossibleCharacter(), nul)
    found: list[TextToken] = []
    at = _after_space(text, 0)
    while at < len(text):
        found.append(_token_at(text, at))
        at = _after_space(text, found[-1].end)
    return found


def _token_at(text: str, start: int) -> TextToken:
    negated = text[start] == "-" and start + 1 < len(text) and not text[start + 1].isspace()
    at = start + negated
    if text[at] == "(":
        return TextToken(kind="open", start=start, end=at + 1, negated=negated)
    if text[at] == ")" and not negated:
        return TextToken(kind="close", start=start, end=at + 1)
    if text[at] == '"':
        part = _quoted(text, at)
        return TextToken(kind="word", start=start, end=part.end, negated=negated, parts=(part,))
    if field := _FIELD.match(text, at):
        return _field(text, start, field, negated=negated)
    word = _WORD.match(text, at)
    end = word.end() if word else at + 1
    if text[at:end].lower() == "or" and not negated:
        return TextToken(kind="or", start=start, end=end)
    return TextToken(kind="word", start=start, end=end, negated=negated, parts=(WrittenValue(text[at:end], at, end),))


def _field(text: str, start: int, field: re.Match[str], *, negated: bool) -> TextToken:
    sign = _SIGN.match(text, field.end())
    at = sign.end() if sign else field.end()
    parts: list[WrittenValue] = []
    while at < len(text):
        if text[at] == '"':
            parts.append(_quoted(text, at))
        elif bare := _BARE.match(text, at):
            parts.append(WrittenValue(bare.group(), at, bare.end()))
        else:
            break
        at = parts[-1].end
        if at >= len(text) or text[at] != ",":
            break
        at += 1
    return TextToken(
        kind="field",
        start=start,
        end=at,
        negated=negated,
        name=field.group(1).lower(),
        sign=sign.group() if sign else "",
        parts=tuple(parts),
    )


def _quoted(text: str, start: int) -> WrittenValue:
    """A quotation that nobody closed goes on to the end, as in the middle of typing."""
    match = _QUOTED.match(text, start)
    if match is None:
        return WrittenValue(text[start + 1 :], start, len(text), quoted=True)
    return WrittenValue(_ESCAPED.sub(r"\1", match.group(1)), start, match.end(), quoted=True)


def _after_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at
