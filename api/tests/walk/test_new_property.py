"""CONTRIBUTING's walk is true: its edits, made to a copy of the tree, give tickets a property.

The edits are the blocks of CONTRIBUTING.md that name a file. Each one left out is an error that names it.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from atum_desk.kernel.config.settings import REPOSITORY
from atum_desk.kernel.database.migrate import head_revision
from suite.machine_speed import scaled

API = REPOSITORY / "api"
pytestmark = pytest.mark.slow("starts the whole application in a copy of the tree")

MOST_EDITS = 6
# The table of properties, their words, and the stand-in for the API of the web's tests.
WEB_EDITS = 3
# What the copy needs: the program, its schema, and of the tests what the walk's steps use.
COPIED = (
    "atum_desk",
    "migrations",
    "openapi.json",
    "tests/suite",
    "tests/tickets/test_fields.py",
    "tests/walk/steps.py",
)
TABLE_ENDS = ")\n# Columns of `tickets` that are no property, and why.\n"
NEXT = f"{int(head_revision()) + 1:04}"
RENEW = "select renew_ticket_triggers();\n"


def edits() -> dict[str, str]:
    """Return the walk's edits of the API: what to write, by file."""
    text = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
    found = re.findall(r"^ *```\w+ (api/\S+)\n(.*?)^ *```", text, re.M | re.S)
    return {numbered(path): numbered(re.sub(r"^   ", "", block, flags=re.M)) for path, block in found}


def numbered(text: str) -> str:
    """Return a text of the walk with the numbers of its migration and of the one before."""
    return text.replace("NNNN", NEXT).replace("PPPP", head_revision())


def copied_tree(root: Path) -> Path:
    """Copy what the walk needs and return the copy's `api`."""
    for name in (*COPIED, *(f"tests/{path.name}" for path in (API / "tests").glob("*.*"))):
        source, target = API / name, root / "api" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    return root / "api"


def apply(root: Path, walk: dict[str, str]) -> None:
    """Make the edits."""
    for path, text in walk.items():
        target = root / path
        if target.name == "fields.py":
            table = target.read_text(encoding="utf-8")
            assert table.count(TABLE_ENDS) == 1
            target.write_text(table.replace(TABLE_ENDS, text + TABLE_ENDS), encoding="utf-8")
        else:
            assert not target.exists()
            target.write_text(text, encoding="utf-8")


async def said(*command: str | Path, folder: Path) -> str:
    """Return what a command prints; whatever fails is part of it."""
    async with asyncio.timeout(scaled(120)):
        process = await asyncio.create_subprocess_exec(
            sys.executable, *map(str, command), cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        output, _ = await process.communicate()
    return output.decode()


async def walked(tmp_path: Path, cluster: str, template: str, walk: dict[str, str], *, generated: bool = True) -> str:
    """Return what is missing after these edits, as a developer would read it; empty when all is there."""
    root = tmp_path / "tree"
    api = copied_tree(root)
    apply(root, walk)
    written = "--generate" if generated else "--stale"
    return await said("tests/walk/steps.py", cluster, template, tmp_path / "data", written, folder=api)


def test_the_walk_is_short() -> None:
    walk = edits()
    assert sorted(Path(path).suffix for path in walk) == [".py", ".py", ".sql"]
    assert len(walk) + WEB_EDITS <= MOST_EDITS


async def test_the_walk_gives_tickets_a_property(tmp_path: Path, cluster: str, template: str) -> None:
    assert await walked(tmp_path, cluster, template, edits()) == ""


# What is forgotten, and what the error that follows says.
FORGOTTEN = {
    "api/migrations/versions/NNNN_due_date.sql": "NNNN_due_date.sql is missing",
    "api/migrations/versions/NNNN_due_date.py": "NNNN_due_date.py is missing",
    "api/atum_desk/tickets/fields.py": "tickets/fields.py does not name these columns of tickets.*due_at",
}


def test_each_edit_of_the_walk_is_forgotten_once() -> None:
    assert {numbered(path) for path in FORGOTTEN} == set(edits())


@pytest.mark.parametrize("path", FORGOTTEN)
async def test_a_forgotten_edit_is_an_error_that_names_it(
    tmp_path: Path, cluster: str, template: str, path: str
) -> None:
    walk = edits()
    del walk[numbered(path)]
    expected = numbered(FORGOTTEN[path])
    assert re.search(expected, await walked(tmp_path, cluster, template, walk))


async def test_a_forgotten_migration_is_an_error_that_names_it(tmp_path: Path, cluster: str, template: str) -> None:
    walk = {path: text for path, text in edits().items() if "migrations" not in path}
    told = await walked(tmp_path, cluster, template, walk)
    assert "no migration makes these columns of tickets: due_at" in told


async def test_a_forgotten_trigger_is_an_error_that_names_it(tmp_path: Path, cluster: str, template: str) -> None:
    walk = edits()
    [migration] = [path for path in walk if path.endswith(".sql")]
    assert RENEW in walk[migration]
    walk[migration] = walk[migration].replace(RENEW, "")
    told = await walked(tmp_path, cluster, template, walk)
    assert "due_at" in told
    assert "its migration must call atum.renew_ticket_triggers()" in told


async def test_a_stale_openapi_is_an_error_that_names_it(tmp_path: Path, cluster: str, template: str) -> None:
    told = await walked(tmp_path, cluster, template, edits(), generated=False)
    assert "due_at" in told
    assert "run python -m atum_desk.entry.openapi" in told


async def test_a_kind_without_a_check_is_an_error_at_the_start(tmp_path: Path, cluster: str, template: str) -> None:
    walk = edits()
    table = "api/atum_desk/tickets/fields.py"
    walk[table] = walk[table].replace('kind="moment"', 'kind="mailbox"')
    told = await walked(tmp_path, cluster, template, walk)
    assert re.search("start: .*due_at be set; CHECKS here has no check for its kind, mailbox", told)
