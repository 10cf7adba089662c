"""A disk of 32 MB and 500 inodes, where one may be mounted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from atumctl.core.shell import run


@contextmanager
def small_disk(place: Path) -> Iterator[None]:
    """Mount it over a folder for the while; without the right to, the test is skipped."""
    options = "size=32m,nr_inodes=500"
    mounted = run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", place], check=False)
    if not mounted.ok:
        pytest.skip(f"a small disk could not be mounted: {mounted.stderr.strip()}")
    try:
        yield
    finally:
        run(["umount", "--lazy", place])
