"""What a workspace says of its tags, where people write one: a renamed tag is the other, a retired one is refused."""

from __future__ import annotations

from collections.abc import Sequence

from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.tickets.problems import TagRetired
from atum_desk.tickets.queries.tags import list_managed


async def admitted_tags(work: UnitOfWork, tags: list[str], *, held: Sequence[str] = ()) -> list[str]:
    """Return the tags a ticket gets, each once; those that it has already stay, whatever became of them.

    Asks once for what is new. Raises TagRetired.
    """
    known: dict[str, str | None] = work.known.setdefault("tags", {})
    unknown = [tag for tag in tags if tag not in held and tag not in known]
    if unknown:
        managed = await list_managed(work, unknown)
        known.update({tag: tag for tag in unknown} | managed)
    admitted = []
    for tag in tags:
        became = tag if tag in held else known[tag]
        if became is None:
            raise TagRetired(name=tag)
        admitted.append(became)
    return list(dict.fromkeys(admitted))
