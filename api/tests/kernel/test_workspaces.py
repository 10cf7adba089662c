"""Going through all workspaces, and what each of them chose."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import msgspec

import atum_desk
from atum_desk.kernel.context import SystemActor
from atum_desk.kernel.database.workspaces import for_each_workspace, list_workspaces
from atum_desk.kernel.workspace_settings import WorkspaceSettings, chosen
from factories import Given


class Choices(msgspec.Struct, frozen=True):
    days: int = 7
    words: str = "usual"


class ChoicesChange(msgspec.Struct):
    days: int | msgspec.UnsetType = msgspec.UNSET
    words: str | msgspec.UnsetType = msgspec.UNSET


CHOICES = WorkspaceSettings("test_choices", Choices)
# Where the tables are made, filled for the first time, or a workspace is known already.
ASKS_FOR_ALL = {"kernel/database/workspaces.py", "identity/seed.py"}


async def test_each_workspace_is_acted_in_once_the_oldest_first(given: Given) -> None:
    ids = await list_workspaces(given.database)
    assert given.workspace_id in ids
    assert ids == sorted(set(ids))
    actors = [actor async for actor in for_each_workspace(given.database, "job")]
    assert actors == [SystemActor(workspace_id=one, via="job") for one in ids]


def modules_with(pattern: str) -> set[str]:
    """Return the modules whose text has a pattern, by their paths inside of the package."""
    package = Path(atum_desk.__file__).parent
    return {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(pattern, path.read_text(encoding="utf-8"))
    }


def test_nobody_else_asks_for_all_workspaces() -> None:
    assert modules_with(r"all_workspaces\(|from atum\.workspaces") == ASKS_FOR_ALL


def test_settings_are_read_and_written_in_one_place() -> None:
    assert modules_with(r"\b(from|join|into|update) settings\b") == {"kernel/workspace_settings.py"}


async def test_what_nobody_chose_is_the_default_and_only_what_differs_is_written(given: Given) -> None:
    async with given.database.reading(given.system) as transaction:
        assert await CHOICES.get(transaction) == Choices()
    async with given.database.writing(given.system, "settings.edit") as work:
        assert await CHOICES.change(work, {"days": 9, "words": "usual"}) == Choices(days=9)
        assert (work.unchanged, work.summary) == (False, {"fields": ["days"]})
    async with given.database.writing(given.system, "settings.edit") as work:
        await CHOICES.change(work, {"days": 9})
        assert work.unchanged
    async with given.database.reading(given.system) as transaction:
        assert await CHOICES.get(transaction) == Choices(days=9)
        assert await transaction.fetchval(f"select {CHOICES.as_object}") == {"days": 9}
        rows = await transaction.fetch("select name from settings where name like 'test_choices.%'")
    assert [row["name"] for row in rows] == ["test_choices.days"]


async def test_a_family_reads_no_other(given: Given) -> None:
    """An underscore in a name stands for itself, not for any letter as in a pattern."""
    other = WorkspaceSettings("testxchoices", Choices)
    async with given.database.writing(given.system, "settings.edit") as work:
        await other.set(work, "days", 1)
    async with given.database.reading(given.system) as transaction:
        assert await CHOICES.get(transaction) == Choices()
        assert await transaction.fetchval(f"select {CHOICES.as_object}") == {}


async def test_two_who_change_at_once_lose_nothing(given: Given) -> None:
    async def change(name: str, value: object) -> Choices:
        async with given.database.writing(given.system, "settings.edit") as work:
            return await CHOICES.change(work, {name: value})

    answers = await asyncio.gather(change("days", 3), change("words", "mine"))
    assert Choices(days=3, words="mine") in answers


def test_only_what_a_request_gives_is_chosen() -> None:
    assert chosen(ChoicesChange(words="mine")) == {"words": "mine"}
