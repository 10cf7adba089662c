"""Every command on a page of docs/operations is run by a test that documented_commands.toml names."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

TREE = Path(__file__).resolve().parents[2]
PAGES = sorted((TREE / "docs/operations").glob("*.md"))
LISTED: list[dict[str, Any]] = tomllib.loads((Path(__file__).with_name("documented_commands.toml")).read_text())[
    "command"
]
# What a command begins with, followed by words of its own; verbs stand there without the tool's path.
PROGRAMS = (
    *("age", "age-keygen", "api/.venv/bin/python", "apt", "apt-get", "bash", "cat", "doctor", "export", "journalctl"),
    *("install", "mkdir", "pg_checksums", "postfix", "printf", "python3", "restore", "rollback", "select"),
    *("sha256sum", "sudo", "systemctl", "tar", "verify"),
)
PROGRAM = rf"(?:{'|'.join(map(re.escape, PROGRAMS))}|(?:infra/scripts/)?[a-z]+\.sh) (?=[^ ])"
COMMAND = re.compile(rf"{PROGRAM}|\./atum (?!up\b|check\b|settings\b)")


def commands(page: Path) -> list[str]:
    """Return the commands of a page: lines of its blocks, and what stands in a sentence as code."""
    text = page.read_text()
    blocks = "".join(re.findall(r"```\n(.*?)```", text, re.DOTALL)).splitlines()
    sentences = re.sub(r"```\n.*?```", "", text, flags=re.DOTALL)
    told = [*blocks, *re.findall(r"`([^`\n]+)`", sentences)]
    return [one for one in dict.fromkeys(told) if COMMAND.match(one)]


def listed(page: Path) -> list[str]:
    return [one["begins"] for one in LISTED if one["page"] == page.name]


@cache
def known_tests(path: Path) -> set[str]:
    """Return the names of a file's tests."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, kinds)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))
def test_every_command_of_a_page_is_listed(page: Path) -> None:
    beginnings = tuple(listed(page))
    assert [one for one in commands(page) if not one.startswith(beginnings)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))
def test_what_is_listed_stands_on_its_page(page: Path) -> None:
    text = page.read_text()
    assert [one for one in listed(page) if one not in text] == []


def test_each_is_run_by_a_test_that_is_there_or_says_why_none_does() -> None:
    pages = {page.name for page in PAGES}
    for one in LISTED:
        assert one["page"] in pages, one
        assert bool(one.get("tests")) != bool(one.get("unrun")), one
        for test in one.get("tests", []):
            path, _colons, name = test.partition("::")
            assert name.startswith("test_"), test
            assert name in known_tests(TREE / path), test


def test_the_pages_have_commands_to_look_for() -> None:
    assert sum(len(commands(page)) for page in PAGES) > 40
