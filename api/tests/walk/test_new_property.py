"""CONTRIBUTING's walk is true: its edits, made to a copy of the tree, give tickets a property.

Each one left out is an error that names it. What it shows on the screen: test_property_on_screen.py.
"""

from __future__ import annotations

import re
import sys
from importlib.util import cache_from_source
from pathlib import Path

import pytest
from edited_copy import RENEW, apply, copied_tree, edits, numbered, said

pytestmark = pytest.mark.slow("starts the whole application in a copy of the tree")

MOST_EDITS = 6


async def walked(tmp_path: Path, cluster: str, template: str, walk: dict[str, str], *, generated: bool = True) -> str:
    """Return what is missing after these edits, as a developer would read it; empty when all is there."""
    root = tmp_path / "tree"
    api = copied_tree(root)
    apply(root, walk)
    written = "--generate" if generated else "--stale"
    return await said(sys.executable, "tests/walk/steps.py", cluster, template, tmp_path / "data", written, folder=api)


def test_the_walk_is_short() -> None:
    walk = edits("api", "web")
    assert sorted(Path(path).suffix for path in walk) == [".py", ".py", ".sql", ".ts", ".ts", ".tsx"]
    assert len(walk) <= MOST_EDITS


def test_the_copy_is_compiled(tmp_path: Path) -> None:
    """Else each walk compiles the whole application first."""
    api = copied_tree(tmp_path)
    assert Path(cache_from_source(str(api / "atum_desk/tickets/fields.py"))).exists()


async def test_the_walk_gives_tickets_a_property(tmp_path: Path, cluster: str, template: str) -> None:
    assert await walked(tmp_path, cluster, template, edits("api")) == ""


# What is forgotten, and what the error that follows says.
FORGOTTEN = {
    "api/migrations/versions/NNNN_due_date.sql": "NNNN_due_date.sql is missing",
    "api/migrations/versions/NNNN_due_date.py": "NNNN_due_date.py is missing",
    "api/atum_desk/tickets/fields.py": "tickets/fields.py does not name these columns of tickets.*due_at",
}


def test_each_edit_of_the_walk_is_forgotten_once() -> None:
    assert {numbered(path) for path in FORGOTTEN} == set(edits("api"))


@pytest.mark.parametrize("path", FORGOTTEN)
async def test_a_forgotten_edit_is_an_error_that_names_it(
    tmp_path: Path, cluster: str, template: str, path: str
) -> None:
    walk = edits("api")
    del walk[numbered(path)]
    expected = numbered(FORGOTTEN[path])
    assert re.search(expected, await walked(tmp_path, cluster, template, walk))


async def test_a_forgotten_migration_is_an_error_that_names_it(tmp_path: Path, cluster: str, template: str) -> None:
    walk = {path: text for path, text in edits("api").items() if "migrations" not in path}
    told = await walked(tmp_path, cluster, template, walk)
    assert "no migration makes these columns of tickets: due_at" in told


async def test_a_forgotten_trigger_is_an_error_that_names_it(tmp_path: Path, cluster: str, template: str) -> None:
    walk = edits("api")
    [migration] = [path for path in walk if path.endswith(".sql")]
    assert RENEW in walk[migration]
    walk[migration] = walk[migration].replace(RENEW, "")
    told = await walked(tmp_path, cluster, template, walk)
    assert "due_at" in told
    assert "its migration must call atum.renew_ticket_triggers()" in told


async def test_a_stale_openapi_is_an_error_that_names_it(tmp_path: Path, cluster: str, template: str) -> None:
    told = await walked(tmp_path, cluster, template, edits("api"), generated=False)
    assert "due_at" in told
    assert "run python -m atum_desk.entry.openapi" in told


async def test_a_kind_without_a_check_is_an_error_at_the_start(tmp_path: Path, cluster: str, template: str) -> None:
    walk = edits("api")
    table = "api/atum_desk/tickets/fields.py"
    walk[table] = walk[table].replace('kind="moment"', 'kind="mailbox"')
    told = await walked(tmp_path, cluster, template, walk)
    assert re.search("start: .*due_at be set; CHECKS here has no check for its kind, mailbox", told)
