"""The SQL that tells which of the staff see a ticket, for what is decided while they are not there.

Whoever asks for a ticket themselves is answered by the policies, also for what they were told of before.
"""

from __future__ import annotations


def sees_tickets_of(person: str, team: str) -> str:
    """Return a condition: whether a person reads tickets of a team. Both are SQL, a row of `people` and an id."""
    return f"""({person}.active and {person}.kind = 'staff'
        and exists (select from roles r where r.id = {person}.role_id and 'ticket:read' = any(r.permissions))
        and ({person}.sees_all_teams or exists (
              select from team_members m where m.team_id = {team} and m.person_id = {person}.id)))"""
