"""Who hears of a change, and what of it: the rules of the tables' policies, said once more.

What browsers are told of a table, and whether it alters powers, stands in its slice's `feature.py`.

tests/live/test_audience.py and test_live_rows.py hold these rules against the policies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from atum_desk.kernel.feature import declared
from atum_desk.kernel.ledger.tail import LedgerChange, Position
from atum_desk.live.models import ChangeFrame, Event, Powers, encode
from atum_desk.live.queries import TouchedRow

READS_OF_TICKETS = frozenset({"ticket:read"})
READS_ALL_CHANGES = frozenset({"audit:read"})


def may_hear(powers: Powers, event: Event) -> bool:
    """Tell whether an event is for a session's eyes."""
    if powers.workspace_id != event.workspace_id:
        return False
    if powers.audience == "staff":
        if powers.permissions.isdisjoint(event.reads):
            return False
        return event.ticket_id is None or not powers.team_ids.isdisjoint(event.team_ids)
    if event.contact_frame is None or event.ticket_id is None:
        return False
    if powers.only_ticket_id not in (None, event.ticket_id):
        return False
    return (
        powers.person_id == event.requester_id
        or powers.person_id in event.cc_ids
        or (powers.organization_id is not None and powers.organization_id == event.organization_id)
    )


def touches_powers(change: LedgerChange, rows: Iterable[TouchedRow]) -> bool:
    """Tell whether a change may have altered what somebody may hear."""
    command = declared.commands.get(change.command)
    # A newer release that was taken back may have written what this one does not know.
    if command is None or command.alters_powers:
        return True
    return any(_alters_powers(row) for row in rows)


def commands_that_leave_powers() -> list[str]:
    """Return the commands that by themselves alter nobody's powers."""
    return [one.name for one in declared.commands.values() if not one.alters_powers]


def tables_of_powers() -> list[str]:
    """Return the tables of which any written row may alter somebody's powers."""
    return [one.name for one in declared.tables.values() if one.alters_powers is True]


def _alters_powers(row: TouchedRow) -> bool:
    table = declared.tables.get(row.table_name or "")
    if table is None:
        return row.table_name is not None
    if isinstance(table.alters_powers, bool):
        return table.alters_powers
    return not set(table.alters_powers).isdisjoint(row.columns or ())


def make_events(change: LedgerChange, rows: list[TouchedRow]) -> Iterator[Event]:
    """Yield one event per ticket the change concerns, and one for what concerns none.

    All but the last carry the place just before the change: a client that loses its connection
    between them is told the whole change again.
    """
    by_ticket = [
        (ticket_id, list(group))
        for ticket_id, group in groupby(sorted(rows, key=_ticket_key), lambda row: row.ticket_id)
    ]
    # Without rows and without a ticket nothing is shown anywhere that could have changed.
    told = [(ticket_id, group) for ticket_id, group in by_ticket if ticket_id or _fields(group)]
    for place, (ticket_id, group) in enumerate(told):
        is_last = place == len(told) - 1
        seq = change.position if is_last else Position(change.xid, change.id - 1)
        yield _make_event(change, ticket_id, group, seq)


def _make_event(change: LedgerChange, ticket_id: int | None, rows: list[TouchedRow], seq: Position) -> Event:
    ticket = rows[0]
    fields = _fields(rows)
    frame = ChangeFrame(
        seq=str(seq),
        change_id=change.id,
        command=change.command,
        ticket=next((row.number for row in rows if row.number), None),
        ticket_id=ticket_id,
        version=ticket.version,
        fields=sorted(fields),
        actor_id=change.actor_id,
        undo_of=change.undo_of,
    )
    teams = {team for row in rows for team in (row.old_team_id, row.new_team_id, row.team_id)}
    return Event(
        position=change.position,
        seq=frame.seq,
        workspace_id=change.workspace_id,
        ticket_id=ticket_id,
        number=frame.ticket,
        team_id=ticket.team_id,
        team_ids=frozenset(team for team in teams if team is not None),
        requester_id=ticket.requester_id,
        organization_id=ticket.organization_id,
        cc_ids=frozenset(ticket.cc_ids),
        staff_frame=encode(frame),
        contact_frame=_contact_frame(change, frame, fields, rows),
        reads=_reads(ticket_id, fields),
    )


def _reads(ticket_id: int | None, fields: set[str]) -> frozenset[str]:
    """Return the permissions of which one is needed to hear of these fields."""
    shown = [declared.reads_by_word[field] for field in fields]
    of_ticket = READS_OF_TICKETS if ticket_id else frozenset[str]()
    return READS_ALL_CHANGES.union(of_ticket, *shown)


def _contact_frame(change: LedgerChange, frame: ChangeFrame, fields: set[str], rows: list[TouchedRow]) -> bytes | None:
    """Encode what contacts hear, or None when nothing of it is theirs to see, whatever it says."""
    if not change.public:
        return None
    visible = fields & declared.words_for_contacts
    if any(row.is_reply for row in rows):
        visible.add("messages")
    if not visible:
        return None
    return encode(
        ChangeFrame(
            seq=frame.seq,
            change_id=frame.change_id,
            command=frame.command,
            ticket=frame.ticket,
            ticket_id=frame.ticket_id,
            version=frame.version,
            fields=sorted(visible),
            actor_id=frame.actor_id,
            undo_of=frame.undo_of,
        )
    )


def _fields(rows: Iterable[TouchedRow]) -> set[str]:
    fields: set[str] = set()
    for row in rows:
        table = declared.tables.get(row.table_name or "")
        if table is None:
            continue
        if row.columns is not None:
            by_column = table.live_by_column
            fields.update(by_column[name] for name in row.columns if name in by_column)
        elif table.live:
            fields.add(table.live)
    return fields


def _ticket_key(row: TouchedRow) -> int:
    return row.ticket_id or 0
