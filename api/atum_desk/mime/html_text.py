"""Readable plain text from mail HTML, line by line, remembering where each line came from."""

import re
from collections.abc import Iterable

import msgspec

from .charset import clean_text
from .html_tokens import VOID_TAGS, Token, read_attributes, tokenise, unescape_text

MAX_QUOTE_DEPTH = 20
MAX_LIST_DEPTH = 10
RULE_LINE = "-" * 10

_BLOCK_NAMES = (
    "address article aside body center dd details dir div dl dt fieldset figcaption figure footer"
    " form header hr html legend li main menu nav ol option p pre section summary table tbody"
    " tfoot thead tr ul h1 h2 h3 h4 h5 h6 blockquote caption"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_PARAGRAPH_NAMES = "p h1 h2 h3 h4 h5 h6 ul ol dl table pre blockquote"
_PARAGRAPHS = frozenset(_PARAGRAPH_NAMES.split())
_SKIPPED_NAMES = "script style title noscript template"
_SKIPPED = frozenset(_SKIPPED_NAMES.split())
_COLLAPSIBLE = re.compile(r"[ \t\n\r\f]+")
_ADDRESS_BREAK = re.compile(r"[\t\r\n]+ *")
_BLANK_LINES = re.compile(r"\n{4,}")


class TextLine(msgspec.Struct):
    """One line of text; `tokens` are the numbers of the HTML tokens that made it.

    `has_image` says that an image stands in it.
    """

    text: str
    depth: int
    tokens: list[int]
    has_image: bool = False


def html_to_text(html: str) -> str:
    """Return `html` as plain text: lists, quotes ("> ") and lines kept, links named.

    A link becomes "text (url)" where its text says something else than its address. Takes time
    proportional to the length of `html`.
    """
    return join_lines(render_lines(tokenise(html)))


def join_lines(lines: Iterable[TextLine]) -> str:
    """Join rendered lines to one text without blank lines at either end."""
    text = "\n".join(quoted_text(line) for line in lines)
    return clean_text(_BLANK_LINES.sub("\n\n\n", text).strip("\n"))


def quoted_text(line: TextLine) -> str:
    """Return the text of a line with its quote prefix."""
    prefix = ">" * line.depth
    return f"{prefix} {line.text}".rstrip() if prefix else line.text


def render_lines(tokens: Iterable[Token]) -> list[TextLine]:
    """Render tokens to lines; each line knows the numbers of its tokens."""
    renderer = _Renderer()
    for number, token in enumerate(tokens):
        renderer.feed(number, token)
    renderer.break_line()
    if renderer.lines:
        renderer.lines[-1].tokens.extend(renderer.tokens)
    return renderer.lines


class _Renderer:
    def __init__(self) -> None:
        self.lines: list[TextLine] = []
        self.pieces: list[str] = []
        self.tokens: list[int] = []
        self.bullet = ""
        self.has_image = False
        self.at_space = True
        self.is_tight_paragraph = False
        self.wants_blank = False
        self.depth = 0
        self.preformatted = 0
        self.skipping: str | None = None
        self.lists: list[int | None] = []
        # The open link: its address, where its text begins in the line, its text in lines before.
        self.link: tuple[str, int, str] | None = None

    def feed(self, number: int, token: Token) -> None:
        if self.skipping:
            if token.kind == "end" and token.name == self.skipping:
                self.skipping = None
        elif token.kind == "text":
            self._text(number, token.source)
        elif token.kind == "start":
            self._start(number, token)
        elif token.kind == "end":
            self._end(token.name)

    def break_line(self, *, is_forced: bool = False) -> None:
        """End the current line; an empty one stays open unless it is forced."""
        text = "".join(self.pieces).rstrip(" ")
        if self.link:
            href, begin, before = self.link
            self.link = (href, 0, f"{before} {''.join(self.pieces[begin:])}"[:2_000].strip())
        self.pieces.clear()
        if text.strip() or is_forced or self.has_image:
            self._append(text)
        self.at_space = True

    def _append(self, text: str) -> None:
        if self.wants_blank and self.lines and self.lines[-1].text:
            depth = min(self.depth, self.lines[-1].depth)
            self.lines.append(TextLine("", depth, []))
        self.wants_blank = False
        if text or not self.lines:
            text, self.bullet = self.bullet + text, ""
        self.lines.append(TextLine(text, self.depth, self.tokens, self.has_image))
        self.tokens = []
        self.has_image = False

    def _text(self, number: int, source: str) -> None:
        text = unescape_text(source)
        if self.preformatted:
            self._preformatted_text(number, text)
            return
        text = _COLLAPSIBLE.sub(" ", text)
        if self.at_space:
            text = text.removeprefix(" ")
        if text:
            self.at_space = text.endswith(" ")
            self.pieces.append(text.replace("\xa0", " "))
        self.tokens.append(number)

    def _preformatted_text(self, number: int, text: str) -> None:
        first, *others = text.replace("\r\n", "\n").split("\n")
        self.pieces.append(first)
        self.tokens.append(number)
        for line in others:
            self.break_line(is_forced=True)
            self.pieces.append(line)
            self.tokens.append(number)
        self.at_space = False

    def _start(self, number: int, token: Token) -> None:
        name = token.name
        if name in _SKIPPED:
            self.skipping = name
            return
        if name in _BLOCKS:
            self._open_block(token)
        elif name == "br":
            self.tokens.append(number)
            self.break_line(is_forced=True)
        elif name in ("td", "th") and not self.at_space:
            self.pieces.append(" ")
            self.at_space = True
        elif name == "a":
            self._close_link()
            href = read_attributes(token.attributes).get("href", "")
            href = _ADDRESS_BREAK.sub("", href).strip()
            self.link = (href, len(self.pieces), "") if href else None
        elif name in VOID_TAGS:
            self.tokens.append(number)
            self.has_image = self.has_image or name == "img"
        if name == "hr":
            self.pieces.append(RULE_LINE)
            self.tokens.append(number)
            self.break_line()

    def _open_block(self, token: Token) -> None:
        self.break_line()
        name = token.name
        if name == "p":
            # Outlook writes every line as a paragraph without margins.
            self.is_tight_paragraph = "mso" in token.attributes.lower()
        if name in _PARAGRAPHS and not (name == "p" and (self.is_tight_paragraph or self.bullet)):
            self.wants_blank = True
        if name == "blockquote":
            self.depth = min(self.depth + 1, MAX_QUOTE_DEPTH)
        elif name == "pre":
            self.preformatted += 1
        elif name in ("ul", "ol"):
            self.wants_blank = not self.lists
            if len(self.lists) < MAX_LIST_DEPTH:
                self.lists.append(0 if name == "ol" else None)
        elif name == "li":
            self._open_item()

    def _open_item(self) -> None:
        indent = "  " * max(len(self.lists) - 1, 0)
        bullet = "* "
        if self.lists and self.lists[-1] is not None:
            self.lists[-1] += 1
            bullet = f"{self.lists[-1]}. "
        self.bullet = indent + bullet

    def _end(self, name: str) -> None:
        if name == "a":
            self._close_link()
        elif name in _BLOCKS:
            self.break_line()
            is_tight = name == "p" and self.is_tight_paragraph
            self.wants_blank = self.wants_blank or (name in _PARAGRAPHS and not is_tight)
        if name == "blockquote":
            self.depth = max(self.depth - 1, 0)
        elif name == "pre":
            self.preformatted = max(self.preformatted - 1, 0)
        elif name in ("ul", "ol") and self.lists:
            self.lists.pop()
            self.wants_blank = not self.lists

    def _close_link(self) -> None:
        if not self.link:
            return
        href, begin, before = self.link
        self.link = None
        here = "".join(self.pieces[begin:]).strip()
        target = _link_target(href)
        if not target or not (before or here) or _says_same(f"{before} {here}", target):
            return
        if here or not self.lines:
            self.pieces.append(f" ({target})")
            self.at_space = False
        else:
            self.lines[-1].text += f" ({target})"


def _link_target(href: str) -> str:
    lowered = href.lower()
    if lowered.startswith("mailto:"):
        return href[7:].split("?", 1)[0]
    return href if lowered.startswith(("http://", "https://", "tel:", "ftp://")) else ""


def _says_same(text: str, target: str) -> bool:
    def bare(value: str) -> str:
        lowered = value.lower().strip().rstrip("/")
        for prefix in ("https://", "http://", "mailto:", "tel:", "www."):
            lowered = lowered.removeprefix(prefix)
        return lowered

    return bare(text) == bare(target)
