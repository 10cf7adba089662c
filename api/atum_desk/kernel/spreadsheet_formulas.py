"""What a spreadsheet takes for a formula, in whatever file it opens."""

from __future__ import annotations

import re

# OWASP, "CSV Injection"; also behind quotes and spaces, which a program that splits cells by itself may take away.
_FORMULA = re.compile(r"""^(?:[\t\r\n]|[\s"'`\u200b\ufeff]*[=+\-@＝＋－＠])""")


def is_formula(text: str) -> bool:
    """Tell whether a spreadsheet might take a text for a formula."""
    return _FORMULA.match(text) is not None


def neutralised(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: an apostrophe stands before what looks like one."""
    return f"'{text}" if is_formula(text) else text
