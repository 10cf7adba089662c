"""Why an undo is refused, and what it leaves: sentences that stand in problems and answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from atum_desk.kernel.feature import declared
from atum_desk.kernel.notices import Notice, Sayable, Term


class _Refusals(Mapping[str, str]):
    """Why no undo takes a command back, by the command's name, as features declare it."""

    def __getitem__(self, command: str) -> str:
        if command in declared.commands and (refusal := declared.commands[command].refusal):
            return refusal
        raise KeyError(command)

    def __iter__(self) -> Iterator[str]:
        return (name for name, command in declared.commands.items() if command.refusal)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _Leftovers(Mapping[str, str]):
    """What an undo of a command does not bring back, by the command's name and a number."""

    def __getitem__(self, value: str) -> str:
        command, _, number = value.rpartition(".")
        if command in declared.commands and number.isdigit():
            return dict(enumerate(declared.commands[command].leaves))[int(number)]
        raise KeyError(value)

    def __iter__(self) -> Iterator[str]:
        return (f"{name}.{number}" for name, one in declared.commands.items() for number in range(len(one.leaves)))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Irreversibility(Term, frozen=True):
    """Why no undo takes a command back."""

    code = "irreversible"
    WORDS: ClassVar = _Refusals()


class Kept(Term, frozen=True):
    """What stays as it is although a change was taken back."""

    code = "kept"
    WORDS: ClassVar = _Leftovers()


class TooManyChanges(Notice, frozen=True):
    """these are more than {most} changes; undo them by parts."""

    code = "undo.too_many_changes"

    most: int


class UnknownCommand(Notice, frozen=True):
    """this release does not know the command {command}."""

    code = "undo.unknown_command"

    command: str


class OneOfSeveral(Notice, frozen=True):
    """change {change_id} ({command}): {reason}"""

    code = "undo.one_of_several"

    change_id: int
    command: str
    reason: Sayable


class ChangeInTheWay(Notice, frozen=True):
    """change {change_id} ({command})"""

    code = "undo.change"

    change_id: int
    command: str


class ChangeOf(Notice, frozen=True):
    """change {change_id} ({command} by {actor})"""

    code = "undo.change_of"

    change_id: int
    command: str
    actor: str


class InUse(Notice, frozen=True):
    """what it made is in use"""

    code = "undo.in_use"
