"""How many of many tickets lack what a change of them needs: a reason for resolving, and required fields.

Tickets that are alike are counted together, so a thousand of them take one statement.
"""

from __future__ import annotations

from collections import Counter, defaultdict

import msgspec
from msgspec import UNSET

from atum_desk.custom_fields.public import FIELD_BITS, CustomField, is_cleared, list_fields, required_fields
from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.lifecycle.public import Category, Status, get_rules, get_status, list_next_statuses, list_resolutions
from atum_desk.tickets.bulk_schemas import BulkChange, MissingCounts, MissingField

ENDED = ("resolved", "closed")
# $1 the numbers, $2 the ids of fields: of each kind of ticket how many have no value of each field; as field 0 all.
ALIKE = f"""
    select t.status_id, t.category, t.team_id, t.type, t.resolution_id is not null as has_resolution,
           f.id as field_id, count(*)::int as tickets
      from tickets t
      join unnest(array_prepend(0::bigint, $2::bigint[])) f(id)
        on f.id = 0 or not exists (select from ticket_field_values v where v.id = (t.id << {FIELD_BITS}) + f.id)
     where t.workspace_id = (select ctx_workspace()) and t.number = any($1)
     group by 1, 2, 3, 4, 5, 6"""


class Alike(msgspec.Struct, frozen=True):
    """Tickets of one status, team and type."""

    status_id: int
    category: Category
    team_id: int
    type: str
    has_resolution: bool


class MissingCounter:
    """Counts what tickets lack for a change, some of them after the other; what is asked once is kept."""

    def __init__(self, transaction: ReadTransaction, change: BulkChange) -> None:
        self._transaction = transaction
        self._set = change.set
        self._given = change.where_missing
        self._resolution = 0
        self._lacking: Counter[str] = Counter()
        self._fields: list[CustomField] | None = None
        self._status: Status | None = None
        self._reasons: dict[int, bool] = {}
        self._allowed: dict[int, list[str]] = {}

    async def add(self, numbers: list[int]) -> None:
        """Count the visible ones of these tickets, which were not counted before."""
        if self._set.status is UNSET and self._set.team_id is UNSET and self._set.resolution is not None:
            # Whatever else is set requires nothing.
            return
        if self._fields is None:
            await self._prepare()
        asked = [field.id for field in self._fields or []]
        alike: defaultdict[Alike, Counter[int]] = defaultdict(Counter)
        for row in await self._transaction.fetch(ALIKE, numbers, asked):
            values = dict(row)
            field_id, tickets = values.pop("field_id"), values.pop("tickets")
            alike[Alike(**values)][field_id] = tickets
        for one, counts in alike.items():
            await self._count(one, counts)

    @property
    def counts(self) -> MissingCounts:
        """What the tickets lack, the fields in their order."""
        fields = [
            MissingField(field.key, field.name, self._lacking[field.key])
            for field in self._fields or []
            if self._lacking[field.key]
        ]
        return MissingCounts(self._resolution, fields)

    async def _prepare(self) -> None:
        occasions = {"resolve"} if self._set.status is not UNSET else set()
        if self._set.team_id is not UNSET:
            occasions.add("hand_over")
        fields = await list_fields(self._transaction, "ticket") if occasions else []
        self._fields = [field for field in fields if field.active and occasions & set(field.required_on)]
        if self._set.status is not UNSET:
            self._status = await get_status(self._transaction, self._set.status)

    async def _count(self, one: Alike, counts: Counter[int]) -> None:
        if not await self._may_be(one):
            return
        team_id = one.team_id if self._set.team_id is UNSET else self._set.team_id
        ticket_type = one.type if self._set.type is UNSET else self._set.type
        required: dict[str, CustomField] = {}
        if self._status and self._status.category in ENDED and one.category not in ENDED:
            of_type = required_fields(self._fields or [], "resolve", team_id=team_id, ticket_type=ticket_type)
            required |= {field.key: field for field in of_type}
        if team_id != one.team_id:
            of_team = required_fields(self._fields or [], "hand_over", team_id=team_id, ticket_type=ticket_type)
            required |= {field.key: field for field in of_team}
        for field in required.values():
            self._lacking[field.key] += self._lack(field, counts)
        if await self._needs_reason(one, team_id):
            self._resolution += counts[0]

    async def _may_be(self, one: Alike) -> bool:
        """Tell whether such tickets may get the status at all: others are refused whatever is given."""
        if self._set.status is UNSET:
            return True
        if self._status is None or self._status.id == one.status_id:
            return self._status is not None
        if one.status_id not in self._allowed:
            self._allowed[one.status_id] = await list_next_statuses(self._transaction, one.status_id)
        return self._status.key in self._allowed[one.status_id]

    def _lack(self, field: CustomField, counts: Counter[int]) -> int:
        if not is_cleared(self._given.fields.get(field.key)):
            return 0
        if self._set.fields is not UNSET and field.key in self._set.fields:
            return counts[0] if is_cleared(self._set.fields[field.key]) else 0
        return counts[field.id]

    async def _needs_reason(self, one: Alike, team_id: int) -> bool:
        ends = (self._status.category if self._status else one.category) in ENDED
        left = one.has_resolution if self._set.resolution is UNSET else self._set.resolution is not None
        if not ends or left or self._given.resolution is not None:
            return False
        if one.category in ENDED and not one.has_resolution:
            return False
        if team_id not in self._reasons:
            rules = await get_rules(self._transaction, team_id)
            known = await list_resolutions(self._transaction) if rules.resolution_required else []
            self._reasons[team_id] = any(reason.active for reason in known)
        return self._reasons[team_id]
