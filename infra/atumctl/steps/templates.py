"""Fills in templates: `@NAME@` is a value, and one that is missing is an error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from atumctl.core.own_tree import INFRA


def fill(template: str, values: Mapping[str, str]) -> str:
    """Return a template with its names replaced. Raises KeyError for an unknown one."""
    return re.sub(r"@([A-Z_]+)@", lambda found: values[found[1]], template)


def tools_folder(name: str) -> Path:
    """Return a folder beside this package, e.g. `systemd`."""
    return INFRA / name
