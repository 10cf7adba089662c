"""Settings as a person reads them."""

import textwrap
from collections.abc import Iterator

from atum_desk.kernel.config.settings import SettingRow

WIDTH = 96
INDENT = "    "


def as_lines(rows: list[SettingRow]) -> Iterator[str]:
    """Yield a line with the value and its source for each setting, then what it means."""
    for row in rows:
        shown = row.value or "(empty)"
        yield f"{row.name}={shown}  [{row.source}]"
        meaning = f"{row.meaning} Allowed: {row.allowed}."
        yield textwrap.fill(meaning, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT)
