"""Texts in Liquid: read once, filled in for each ticket.

Of the language stand `{{ variable | filter }}`, `if`, `unless`, `case` and comments. Nothing repeats and
nothing is assigned, so the time is bounded by the length of the text; no filter makes a value longer
than what is written, and what is filled in has a limit. https://shopify.github.io/liquid/
"""

from __future__ import annotations

import html as html_entities
import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Any

from liquid import Environment, StrictUndefined
from liquid.exceptions import LiquidError, OutputStreamLimitError

from atum_desk.templates.notices import TextNestedTooDeeply, TextUnreadable
from atum_desk.templates.problems import FilterUnknown, TemplateInvalid, TemplateTooLong, VariableUnknown

MOST_CHARACTERS = 20_000
MOST_FILLED_IN = 200_000
TAGS = ("if", "unless", "case", "comment", "content", "output", "illegal", "#")
FILTERS = ("append", "capitalize", "default", "downcase", "prepend", "strip", "truncate", "truncatewords", "upcase")


class _Bounded(Environment):
    output_stream_limit = MOST_FILLED_IN * 4
    context_depth_limit = 20
    block_nesting_limit = 20


def _environment(*, html: bool) -> Environment:
    environment = _Bounded(undefined=StrictUndefined, autoescape=html)
    environment.tags = {name: tag for name, tag in environment.tags.items() if name in TAGS}
    return environment


_ENVIRONMENT = _environment(html=False)
_HTML_ENVIRONMENT = _environment(html=True)
# What an editor of HTML wrote between braces is escaped, as all text in HTML is.
_MARKED = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


class LiquidText:
    """A text that was read and names only variables that there are."""

    def __init__(self, source: str, variables: Collection[str], *, html: bool = False) -> None:
        """Read a text of at most MOST_CHARACTERS; `variables` are paths such as `requester.name`.

        Of `html` every value is escaped, so that it is text in it. Raises TemplateInvalid, VariableUnknown (with
        the nearest known one) and FilterUnknown.
        """
        if len(source) > MOST_CHARACTERS:
            raise TemplateTooLong(most=MOST_CHARACTERS)
        if html:
            source = _MARKED.sub(lambda found: html_entities.unescape(found[0]).replace("\xa0", " "), source)
        try:
            self._template = (_HTML_ENVIRONMENT if html else _ENVIRONMENT).from_string(source)
            analysis = self._template.analyze()
        except LiquidError as error:
            raise _invalid(error, source) from None
        except RecursionError:
            raise TemplateInvalid(reason=TextNestedTooDeeply(), line=1) from None
        for name in analysis.filters:
            if name not in FILTERS:
                raise FilterUnknown(name=name, allowed=list(FILTERS))
        self.names = sorted({_path(one.segments) for group in analysis.globals.values() for one in group})
        for name in self.names:
            if name not in variables:
                raise VariableUnknown(name=name, suggestion=_nearest(name, variables))

    def filled_in(self, values: Mapping[str, Any]) -> str:
        """Return the text with values, which are nested as the variables' paths are; None is nothing.

        Raises TemplateInvalid for a filter that cannot take its value, TemplateTooLong.
        """
        try:
            text = str(self._template.render(**values))
        except OutputStreamLimitError:
            raise TemplateTooLong(most=MOST_FILLED_IN) from None
        except LiquidError as error:
            raise _invalid(error, "") from None
        if len(text) > MOST_FILLED_IN:
            raise TemplateTooLong(most=MOST_FILLED_IN)
        return text


def _path(segments: Any) -> str:
    """Return a variable's path; what is looked up by another variable is no path of ours."""
    return ".".join(str(one) if isinstance(one, str | int) else "[]" for one in segments)


def _nearest(name: str, variables: Collection[str]) -> str:
    found = get_close_matches(name, variables, n=1, cutoff=0.0)
    return found[0] if found else ""


def _invalid(error: LiquidError, source: str) -> TemplateInvalid:
    token = getattr(error, "token", None)
    start = max(getattr(token, "start_index", 0) or 0, 0)
    return TemplateInvalid(
        reason=TextUnreadable(str(error.args[0] if error.args else error)[:200]), line=source.count("\n", 0, start) + 1
    )
