"""A search's words as a query of PostgreSQL, each word widened by the words that it may stand for."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

# PostgreSQL's text form of a query: words in quotation marks, and what stands between them.
_TOKEN = re.compile(r"'((?:[^'\\]|''|\\.)*)'(?::[*A-D]*)?|<(?:-|\d+)>|[&|!()]")
_STARRED = re.compile(r"(?<!\S)([^\s\"]+)\*(?!\S)")
_LAST = re.compile(r"(?:^|\s)([^\s\"-][^\s\"]*)\s*$")
SHORTEST_BEGINNING = 2


class QueryWord(msgspec.Struct, frozen=True):
    """A word of a query as PostgreSQL compares it, and how it stands there."""

    text: str
    in_phrase: bool
    excluded: bool
    is_beginning: bool

    @property
    def may_be_corrected(self) -> bool:
        """Tell whether a mistake in it may be looked for."""
        return not (self.in_phrase or self.excluded)


class WordQuery(msgspec.Struct, frozen=True):
    """The tokens of a query in PostgreSQL's text form; the words stand at their places among them."""

    tokens: tuple[str | QueryWord, ...]

    @property
    def words(self) -> list[QueryWord]:
        """The words, those excluded among them, in their order."""
        return [token for token in self.tokens if isinstance(token, QueryWord)]

    def text(self, forms: Callable[[QueryWord], list[str]]) -> str:
        """Return the query's text with each word as the alternatives that `forms` gives for it."""
        return " ".join(token if isinstance(token, str) else _alternatives(forms(token)) for token in self.tokens)


def read_query(text: str, words: str) -> WordQuery:
    """Read a query's text form, as websearch_to_tsquery() made it of a search's words.

    A word with an asterisk behind it is a beginning, and so is the last one unless it is quoted or excluded.
    """
    beginnings = {found.lower() for found in _STARRED.findall(words)}
    last = _LAST.search(words) if words.count('"') % 2 == 0 else None
    beginnings |= {last[1].lower().rstrip("*")} if last else set()
    found = [(match[0], match[1]) for match in _TOKEN.finditer(text)]
    tokens: list[str | QueryWord] = []
    excluding: list[bool] = []
    negated = False
    for n, (token, quoted) in enumerate(found):
        if token.startswith("'"):
            word = re.sub(r"''|\\(.)", lambda one: one[1] or "'", quoted)
            in_phrase = any(0 <= m < len(found) and found[m][0].startswith("<") for m in (n - 1, n + 1))
            excluded = negated or any(excluding)
            is_beginning = word in beginnings and not in_phrase and not excluded and len(word) >= SHORTEST_BEGINNING
            tokens.append(QueryWord(word, in_phrase, excluded, is_beginning))
        else:
            tokens.append(token)
            if token == "(":
                excluding.append(negated)
            elif token == ")":
                excluding.pop()
        negated = token == "!"
    return WordQuery(tuple(tokens))


def quoted(word: str) -> str:
    """Return a word as PostgreSQL reads it in the text form of a query."""
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def _alternatives(words: list[str]) -> str:
    alternatives = " | ".join(quoted(word) for word in words)
    return f"( {alternatives} )" if len(words) > 1 else alternatives
