"""The commands that docs/operations gives, taken from its pages so that a test runs what stands there."""

from __future__ import annotations

import re

from machine import REPOSITORY

PAGES = REPOSITORY / "docs/operations"


def block(page: str, beginning: str) -> str:
    """Return the one block of a page whose first line begins with these words."""
    blocks: list[str] = re.findall(r"```\n(.*?)```", (PAGES / page).read_text(), re.DOTALL)
    [found] = [one for one in blocks if one.startswith(beginning)]
    return found


def inline(page: str, beginning: str) -> str:
    """Return the command in a sentence of a page that begins with these words."""
    commands = re.findall(r"`([^`\n]+)`", (PAGES / page).read_text())
    [found] = {one for one in commands if one.startswith(beginning)}
    return str(found)
