"""What a redaction looks for: passages as they stand in text, in HTML and where a mail quotes them.

A pattern is one of PostgreSQL's advanced regular expressions. Between words it passes over spaces, line
breaks, marks of quotes and HTML; within a word over HTML alone.
"""

from __future__ import annotations

import re
from html import unescape

import msgspec

# A shorter one would be found where nobody means it.
SHORTEST = 3
_PIECE = 20
_LONGEST_PIECE = 1000
_MOST_PIECES = 200
_BETWEEN = r"(?:[\s\u00A0\u200B>|]|&nbsp;|&#160;|&gt;|<[^>]*>)+"
_WITHIN = r"(?:<[^>]*>)*"
_RUN = re.compile(r"[A-Za-z0-9]+")
_AS_HTML = {"&": "(?:&|&amp;)", "<": "(?:<|&lt;)", ">": "(?:>|&gt;)", '"': '(?:"|&quot;|&#34;)', "'": "(?:'|&#39;)"}
_TAG = re.compile(r"<[^>]*>")
_LINE_END = re.compile(r"<(?:br|/p|/div|/li|/tr|/td|/th|/h[1-6]|/blockquote|/pre)\b[^>]*>", re.IGNORECASE)
_SPECIAL = re.compile(r"[\\.*+?()\[\]{}|^$]")


class Patterns(msgspec.Struct, frozen=True):
    """Patterns, and for each a run of letters that stands wherever it is found; empty: unknown."""

    runs: list[str]
    patterns: list[str]


def patterns_of(passages: list[str]) -> Patterns:
    """Return what finds passages, the longest first, so that none takes a part of another away."""
    chosen = sorted(dict.fromkeys(" ".join(one.split()) for one in passages), key=len, reverse=True)
    return Patterns([_run_of(one) for one in chosen], [_pattern(one) for one in chosen])


def pieces_of(body: str) -> list[str]:
    """Return a message's body in pieces that are told from what others write.

    A short line, such as a greeting, stands in other messages as well: it is part of a piece with its neighbours.
    """
    least = max(_PIECE, len(body) // _MOST_PIECES + 1)
    pieces: list[str] = []
    open_piece: list[str] = []
    for word in _words_by_line(body):
        if word is None:
            if len(" ".join(open_piece)) >= least:
                pieces.append(" ".join(open_piece))
                open_piece = []
        else:
            open_piece.append(word)
            if len(" ".join(open_piece)) >= max(_LONGEST_PIECE, least):
                pieces.append(" ".join(open_piece))
                open_piece = []
    if open_piece:
        pieces.append(" ".join(open_piece))
    return [piece for piece in pieces if len(piece) >= SHORTEST]


def text_of(html: str) -> str:
    """Return what stands in sanitised HTML, a line for each of its paragraphs."""
    return unescape(_TAG.sub("", _LINE_END.sub("\n", html)))


def _words_by_line(body: str) -> list[str | None]:
    words: list[str | None] = []
    for line in body.splitlines():
        words += [part for word in line.split() for part in _parts_of(word)]
        words.append(None)
    return words


def _parts_of(word: str) -> list[str]:
    return [word[start : start + _LONGEST_PIECE] for start in range(0, len(word), _LONGEST_PIECE)]


def _run_of(passage: str) -> str:
    return max(_RUN.findall(passage), key=len, default="")


def _pattern(passage: str) -> str:
    return _BETWEEN.join(_WITHIN.join(_character(one) for one in word) for word in passage.split(" "))


def _character(one: str) -> str:
    return _AS_HTML.get(one) or _SPECIAL.sub(lambda found: "\\" + found[0], one)
