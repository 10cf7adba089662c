"""Who hears of a change, and what of it: the rules of the tables' policies, said once more.

What browsers are told of a table, whom that concerns, and whether it alters powers, stands in its
slice's `feature.py`; what is not declared is told to nobody.

tests/live/test_audience.py and test_live_rows.py hold these rules against the policies, and
test_declared_audiences.py holds every declared table and command against real sockets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from atum_desk.kernel.audience import ACTOR, Audience, person
from atum_desk.kernel.feature import declared
from atum_desk.kernel.ledger.tail import LedgerChange, Position
from atum_desk.live.models import ChangeFrame, Event, Powers, Word, encode
from atum_desk.live.queries import TouchedRow

TICKET_READ = "ticket:read"
AUDIT_READ = "audit:read"


def may_hear(powers: Powers, event: Event) -> bool:
    """Tell whether an event is for a session's eyes."""
    if powers.workspace_id != event.workspace_id:
        return False
    if powers.audience == "staff":
        if event.ticket_id is not None and powers.team_ids.isdisjoint(event.team_ids):
            return False
        return _lists(powers, event) or bool(words_for(powers, event))
    if event.contact_frame is None or event.ticket_id is None:
        return False
    if powers.only_ticket_id not in (None, event.ticket_id):
        return False
    return (
        powers.person_id == event.requester_id
        or powers.person_id in event.cc_ids
        or (powers.organization_id is not None and powers.organization_id == event.organization_id)
    )


def words_for(powers: Powers, event: Event) -> frozenset[str]:
    """Return what of an event concerns a member of the staff who hears of it."""
    return frozenset(word.name for word in event.words if word.concerns(powers))


def _lists(powers: Powers, event: Event) -> bool:
    """Tell whether the list of changes shows a change to somebody who sees its ticket, if it has one."""
    if AUDIT_READ in powers.permissions:
        return True
    shown = event.ticket_id is not None or event.actor_id == powers.person_id
    return shown and TICKET_READ in powers.permissions


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
    # What concerns no ticket is told once: the list of changes shows it, whatever it wrote.
    for place, (ticket_id, group) in enumerate(by_ticket):
        is_last = place == len(by_ticket) - 1
        seq = change.position if is_last else Position(change.xid, change.id - 1)
        yield _make_event(change, ticket_id, group, seq)


def _make_event(change: LedgerChange, ticket_id: int | None, rows: list[TouchedRow], seq: Position) -> Event:
    ticket = rows[0]
    words = set(_words(change, rows))
    fields = {word.name for word in words}
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
        actor_id=change.actor_id,
        words=frozenset(words),
    )


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


def _words(change: LedgerChange, rows: Iterable[TouchedRow]) -> Iterator[Word]:
    for row in rows:
        table = declared.tables.get(row.table_name or "")
        if table is None:
            continue
        if row.columns is None:
            names = {table.live} if table.live else set()
        else:
            by_column = table.live_by_column
            names = {by_column[column] for column in row.columns if column in by_column}
        for name in names:
            for audience in table.audience or ():
                yield from _word_of_row(name, audience, row)
        if table.own:
            word, column = table.own
            yield from _word_of_row(word, person(column), row)
    yield from _words_of_command(change, rows)


def _word_of_row(name: str, audience: Audience, row: TouchedRow) -> Iterator[Word]:
    permissions = frozenset(audience.permissions)
    if audience.scope == "person":
        yield from (Word(name, permissions, person_id=one) for one in row.concerned.get(audience.column, ()) if one)
    elif row.ticket_id is not None or audience.scope == "staff":
        # Of a row of a ticket only those hear who see the ticket.
        yield Word(name, permissions)
    elif audience.scope == "team":
        teams = row.concerned.get(audience.column, ())
        # What names no team is seen by everybody.
        named = None if None in teams else frozenset(one for one in teams if one is not None)
        yield Word(name, permissions, team_ids=named)


def _words_of_command(change: LedgerChange, rows: Iterable[TouchedRow]) -> Iterator[Word]:
    """Yield what a command changes beside the ledger's tables, which concerns no ticket."""
    command = declared.commands.get(change.command)
    if command is None or command.live is None or any(row.ticket_id for row in rows):
        return
    for audience in command.audience:
        permissions = frozenset(audience.permissions)
        if audience.scope == "staff":
            yield Word(command.live, permissions)
        elif audience.scope == "person":
            named = change.actor_id if audience.column == ACTOR else change.summary.get(audience.column)
            if isinstance(named, int):
                yield Word(command.live, permissions, person_id=named)


def _ticket_key(row: TouchedRow) -> int:
    return row.ticket_id or 0
