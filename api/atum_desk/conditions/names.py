"""Names of what conditions hold by id: people write the names, and saved conditions survive renaming."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from atum_desk.conditions.models import Value
from atum_desk.conditions.operators import Kind


class NamedValue(msgspec.Struct, frozen=True):
    """Something that a field can point to: its id (a status's key), and what people call it, best first."""

    kind: Kind
    value: Value
    names: tuple[str, ...]


class ValueNames:
    """What is called how. It need not hold everything: what it lacks is written by its id."""

    def __init__(self, known: Iterable[NamedValue] = ()) -> None:
        self._values: dict[tuple[Kind, str], list[Value]] = {}
        self._names: dict[tuple[Kind, Value], tuple[str, ...]] = {}
        for one in known:
            self._names[one.kind, one.value] = one.names
            for name in one.names:
                values = self._values.setdefault((one.kind, name.lower()), [])
                if one.value not in values:
                    values.append(one.value)

    def called(self, kind: Kind, name: str) -> list[Value]:
        """Return all that are called so."""
        return self._values.get((kind, name.lower()), [])

    def name_of(self, kind: Kind, value: Value) -> str | None:
        """Return a name that means this one alone; None when there is none."""
        names = self._names.get((kind, value), ())
        return next((name for name in names if self.called(kind, name) == [value]), None)

    def of_kind(self, kind: Kind) -> list[str]:
        """Return every name of a kind."""
        return [name for (known, _), names in self._names.items() if known == kind for name in names]
