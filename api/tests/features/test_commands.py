"""Every command is declared, written by something, named to people, and never forgotten."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from code_walk import Module, Named, command_argument, commands_written, places, texts_of

from atum_desk.entry.features import FEATURES
from atum_desk.kernel.config.settings import REPOSITORY
from atum_desk.kernel.feature import Command
from desk import Desk

COMMANDS = {command.name: command for feature in FEATURES for command in feature.commands}
OF_RELEASES = Path(__file__).with_name("commands_of_releases.txt")
CATALOGUE = REPOSITORY / "web" / "src" / "locales" / "en"


@pytest.fixture(scope="module")
def written() -> dict[Named, list[str]]:
    return commands_written()


def matching(named: Named) -> set[str]:
    """Return the declared commands of a name or pattern."""
    if isinstance(named, str):
        return {named} & COMMANDS.keys()
    return {name for name in COMMANDS if named.fullmatch(name)}


def test_every_command_that_is_written_is_declared(written: dict[Named, list[str]]) -> None:
    undeclared = {str(named): where for named, where in written.items() if not matching(named)}
    assert not undeclared, f"add them to the feature.py of their slice: {undeclared}"
    assert len(written) > 80


def test_every_declared_command_is_written_or_of_an_earlier_release(written: dict[Named, list[str]]) -> None:
    known = {name for named in written for name in matching(named)}
    retired = {name for name, command in COMMANDS.items() if command.is_retired}
    assert COMMANDS.keys() - known - retired == set(), "declared, but nothing writes it"
    # A pattern, such as outbox.{verb}, may fit what is no longer among its verbs.
    assert retired & {named for named in written if isinstance(named, str)} == set(), "retired, but written"


def test_a_command_of_any_release_stays_declared() -> None:
    """The ledger keeps what earlier releases wrote; undo and the list of changes must know it."""
    lines = OF_RELEASES.read_text(encoding="utf-8").splitlines()
    names = [line for line in lines if line and not line.startswith("#")]
    assert names == sorted(set(names))
    assert set(names) - COMMANDS.keys() == set(), "keep it declared, with is_retired=True"
    assert COMMANDS.keys() - set(names) == set(), f"add it to {OF_RELEASES.name}"


async def test_what_a_seeded_database_holds_is_declared(shared_desk: Desk) -> None:
    rows = await shared_desk.rows("select distinct command from changes where via = 'cli'")
    held = {row["command"] for row in rows}
    assert {"workspace.create", "workspace.prepare"} <= held <= COMMANDS.keys()


def test_every_command_has_its_sentence_in_the_catalogue() -> None:
    told = sentences()
    expected = {name.replace(".", "_") for name in COMMANDS}
    assert expected - told == set(), "add its sentence under changes.what"
    assert told - expected == set(), "no command has this name"


def sentences() -> set[str]:
    """Return the keys of changes.what in the English catalogue."""
    for path in sorted(CATALOGUE.glob("*.ts")):
        block = re.search(r"\n    what: \{\n(.*?)\n    \}", path.read_text("utf-8"), re.DOTALL)
        if block:
            return set(re.findall(r"^ +([a-z_]+):", block[1], re.MULTILINE))
    raise LookupError("no catalogue has changes.what")


def test_a_command_asks_for_the_permission_that_it_declares() -> None:
    """Where the function that opens the unit of work asks itself; others ask in a function of their own."""
    compared = 0
    for place in places("kernel"):
        for function in place.functions():
            for command in commands_of(function, place):
                asked = required_in(function, place)
                if asked and command.permissions:
                    compared += 1
                    assert asked & set(command.permissions), f"{place.path.name}: {command.name}"
    assert compared > 30


def commands_of(function: object, place: Module) -> list[Command]:
    """Return the declared commands for which a function opens a unit of work, written out."""
    calls = [one for one in place.calls("writing") if is_inside(one, function)]
    return [COMMANDS[name] for one in calls for name in texts_of([command_argument(one)], place) if name in COMMANDS]


def required_in(function: object, place: Module) -> set[str]:
    """Return the permissions that a function asks of whoever acts."""
    calls = [one for one in place.calls("require") if is_inside(one, function)]
    return {name for one in calls for name in texts_of(list(one.args), place) if ":" in name}


def is_inside(node: object, function: object) -> bool:
    first, last = function.lineno, function.end_lineno  # type: ignore[attr-defined]
    return first <= node.lineno <= last  # type: ignore[attr-defined]


def test_what_an_undo_may_take_back_takes_a_permission() -> None:
    free = [one.name for one in COMMANDS.values() if not one.permissions and not one.refusal]
    assert free == []


@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda command: command.name)
def test_what_people_read_of_an_undo_is_a_sentence(command: Command) -> None:
    if command.refusal:
        assert command.refusal.endswith(".")
        assert command.refusal[0].islower()
        assert not command.leaves, "what is never undone leaves nothing behind"
    for sentence in command.leaves:
        assert sentence.endswith(".")
        assert sentence[0].isupper()
