"""What holds for all of infra: nothing but Python's own library, and each name once."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

INFRA = Path(__file__).resolve().parents[1]
MAX_LINES = 300
MODULES = sorted((INFRA / "atumctl").rglob("*.py"))
TESTS = sorted((INFRA / "tests").rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(INFRA)))
def test_a_module_of_atumctl_needs_nothing_but_pythons_own_library(path: Path) -> None:
    known = sys.stdlib_module_names | {"atumctl"}
    assert {name for name in imported(path) if name.partition(".")[0] not in known} == set()


def test_no_class_has_the_name_of_another() -> None:
    classes = Counter(
        node.name
        for path in (*MODULES, *TESTS)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
    )
    assert [name for name, count in classes.items() if count > 1] == []


def test_no_file_is_longer_than_a_page_or_two() -> None:
    long = {
        str(path.relative_to(INFRA)): count
        for path in (*MODULES, *TESTS)
        if (count := len(path.read_text().splitlines())) > MAX_LINES
    }
    assert long == {}
