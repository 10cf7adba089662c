"""Who hears of a change, and what of it: the rules of the tables' policies, said once more.

tests/live/test_audience.py and test_live_rows.py hold these rules against the policies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from atum_desk.kernel.ledger.tail import Change, Position
from atum_desk.live.models import ChangeFrame, Event, Powers, encode
from atum_desk.live.queries import TouchedRow

FIELD_BY_COLUMN = {
    "subject": "subject",
    "status_id": "status",
    "category": "status",
    "priority": "priority",
    "type": "type",
    "team_id": "team",
    "assignee_id": "assignee",
    "requester_id": "requester",
    "organization_id": "organization",
    "mailbox_id": "mailbox",
    "follow_up_of_id": "links",
    "tags": "tags",
}
FIELD_BY_TABLE = {
    "tickets": "ticket",
    "messages": "messages",
    "attachments": "attachments",
    "participants": "cc",
    "outbox": "mail",
    "mails": "mail",
    "people": "people",
    "addresses": "people",
    "organizations": "organizations",
    "organization_domains": "organizations",
    "teams": "teams",
    "team_members": "teams",
    "roles": "roles",
    "mailboxes": "mailboxes",
    "mailbox_receiving": "mailboxes",
    "statuses": "statuses",
    "status_transitions": "statuses",
    "settings": "settings",
    "workspaces": "settings",
}
# Who reads of what: the permissions of the routes that show it. Whoever reads all changes hears of all.
READS_OF_FIELD = {
    "mail": {"mail:read", "mail:quarantine", "outbox:read"},
    "people": {"people:read", "contact:read"},
    "organizations": {"contact:read"},
    "teams": {"people:read"},
    "roles": {"people:read"},
    "mailboxes": {"settings:read"},
    "settings": {"settings:read"},
}
READS_OF_TICKETS = {"ticket:read"}
READS_ALL_CHANGES = {"audit:read"}
# What a contact may see of a ticket; attachments come with their message.
CONTACT_FIELDS = {"ticket", "subject", "status"}
# A change of these, or a command of these, may change who may hear what.
POWER_TABLES = {"people", "roles", "teams", "team_members", "workspaces"}
POWER_COMMANDS = {"session", "person", "people", "role", "team", "password", "token"}
# These end the sessions that a link to a request opened, as a change of a ticket's requester does.
LINK_COMMANDS = {"ticket.revoke_links"}
LINK_TABLES = {"addresses"}


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


def touches_powers(change: Change, rows: Iterable[TouchedRow]) -> bool:
    """Tell whether a change may have altered what somebody may hear."""
    command = change.command
    if command in LINK_COMMANDS or command.partition(".")[0] in POWER_COMMANDS:
        return True
    return any(
        row.table_name in POWER_TABLES
        or row.table_name in LINK_TABLES
        or (row.table_name == "tickets" and "requester_id" in (row.columns or ()))
        for row in rows
    )


def make_events(change: Change, rows: list[TouchedRow]) -> Iterator[Event]:
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


def _make_event(
    change: Change, ticket_id: int | None, rows: list[TouchedRow], seq: Position
) -> Event:
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
    shown = [READS_OF_FIELD.get(field, READS_OF_TICKETS) for field in fields]
    of_ticket = READS_OF_TICKETS if ticket_id else set()
    return frozenset(READS_ALL_CHANGES.union(of_ticket, *shown))


def _contact_frame(
    change: Change, frame: ChangeFrame, fields: set[str], rows: list[TouchedRow]
) -> bytes | None:
    """Encode what contacts hear, or None when nothing of it is theirs to see, whatever it says."""
    if not change.public:
        return None
    visible = fields & CONTACT_FIELDS
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
        if row.columns is not None:
            fields.update(FIELD_BY_COLUMN[name] for name in row.columns if name in FIELD_BY_COLUMN)
        elif row.table_name in FIELD_BY_TABLE:
            fields.add(FIELD_BY_TABLE[row.table_name])
    return fields


def _ticket_key(row: TouchedRow) -> int:
    return row.ticket_id or 0
