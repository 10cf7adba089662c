"""HTML replies parted from history by the rules for text.

The HTML is rendered to lines that remember their tokens; the tokens of quoted lines go.
"""

from .html_text import TextLine, quoted_text, render_lines
from .html_tokens import VOID_TAGS, Token, tokenise
from .quote import mark_quoted
from .quote_structure import read_structure

_IMAGE = "\ufffc"


def strip_quote_html(html: str) -> tuple[str, str]:
    """Part HTML into (reply, quoted) by the rules of `strip_quote_text`.

    Neither is sanitised here; elements stay balanced as they were. Without quoted history the
    answer is (html, "").
    """
    tokens = list(tokenise(html))
    lines = render_lines(tokens)
    texts = [_line_text(line) for line in lines]
    quoted = mark_quoted(texts, read_structure(tokens, lines, texts))
    if not any(quoted) or all(is_old or not text.strip() for text, is_old in zip(texts, quoted, strict=True)):
        return html, ""
    old: set[int] = set()
    new: set[int] = set()
    for line, is_old in zip(lines, quoted, strict=True):
        (old if is_old else new).update(line.tokens)
    return _keep_tokens(tokens, old - new), _keep_tokens(tokens, new)


def _line_text(line: TextLine) -> str:
    return quoted_text(line) or (_IMAGE if line.has_image else "")


def _keep_tokens(tokens: list[Token], dropped: set[int]) -> str:
    """Write the tokens but the dropped ones, without the elements that thereby became empty."""
    filled: set[int] = set()
    closing: dict[int, int] = {}
    stack: list[int] = []
    touched: set[int] = set()
    for number, token in enumerate(tokens):
        if token.kind == "start" and token.name not in VOID_TAGS:
            stack.append(number)
        elif token.kind == "end":
            _close(tokens, stack, number, closing)
        elif _is_content(token):
            for opened in reversed(stack):
                marked = touched if number in dropped else filled
                if opened in marked:
                    break
                marked.add(opened)
    emptied = touched - filled
    emptied |= {end for end, start in closing.items() if start in emptied}
    return "".join(
        token.source for number, token in enumerate(tokens) if number not in dropped and number not in emptied
    )


def _is_content(token: Token) -> bool:
    if token.kind == "text":
        return bool(token.source.strip())
    return token.kind == "start" and token.name in ("img", "hr", "br")


def _close(tokens: list[Token], stack: list[int], number: int, closing: dict[int, int]) -> None:
    """Pair an end tag with the nearest start of its name among the last 50 open elements."""
    for depth in range(1, min(len(stack), 50) + 1):
        if tokens[stack[-depth]].name == tokens[number].name:
            closing[number] = stack[-depth]
            del stack[-depth:]
            return
