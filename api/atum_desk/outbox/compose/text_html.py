"""Plain text as HTML that looks alike: paragraphs, line breaks, links, and its own spaces."""

from __future__ import annotations

import html
import re

TAB_COLUMNS = 8
_NO_BREAK = "\u00a0"
_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]}']")
_BLANK_LINES = re.compile(r"\n((?:[ \t]*\n)+)")
_BLANK_START = re.compile(r"\A(?:[ \t]*\n)+")
# HTML shows one space for many and none where a line begins.
_SPACES = re.compile(r"^ +|(?<=\S)  +")


def text_to_html(text: str) -> str:
    """Return plain text as HTML with its indentation and gaps, everything else escaped.

    Spaces become no-break spaces instead of a style, for Outlook knows no `white-space: pre-wrap`.
    """
    paragraphs = _BLANK_LINES.split(without_blank_ends(text))
    # Every second part is the blank lines between two paragraphs; the first of them parts them.
    gaps = [0, *(blank.count("\n") - 1 for blank in paragraphs[1::2])]
    return "\n".join(
        f'<p dir="auto" style="margin:0 0 12px">{"<br>" * gap}{_lines(part)}</p>'
        for gap, part in zip(gaps, paragraphs[::2], strict=True)
    )


def without_blank_ends(text: str) -> str:
    """Return text without blank lines around it; what its first line is indented by stays."""
    return _BLANK_START.sub("", text.replace("\r\n", "\n")).rstrip()


def _lines(paragraph: str) -> str:
    return "<br>\n".join(_linked(_kept_spaces(line)) for line in paragraph.split("\n"))


def _kept_spaces(line: str) -> str:
    return _SPACES.sub(_no_break, line.expandtabs(TAB_COLUMNS).rstrip(" "))


def _no_break(spaces: re.Match[str]) -> str:
    # The last space between two words may break the line.
    end = " " if spaces.start() else _NO_BREAK
    return _NO_BREAK * (len(spaces.group()) - 1) + end


def _linked(line: str) -> str:
    parts, end = [], 0
    for match in _LINK.finditer(line):
        address = html.escape(match.group())
        parts += [html.escape(line[end : match.start()]), f'<a href="{address}">{address}</a>']
        end = match.end()
    return "".join([*parts, html.escape(line[end:])])
