"""The connected clients by workspace, those together who hear the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec
from websockets.frames import Frame, Opcode
from websockets.protocol import State

from atum_desk.live.client import LiveClient
from atum_desk.live.models import Hearing, Powers


class LiveClients:
    """All clients of this process."""

    def __init__(self) -> None:
        self._groups: defaultdict[int, dict[Hearing, set[LiveClient]]] = defaultdict(dict)

    def __len__(self) -> int:
        return sum(len(clients) for groups in self._groups.values() for clients in groups.values())

    def __contains__(self, client: LiveClient) -> bool:
        groups = self._groups.get(client.powers.workspace_id, {})
        return client in groups.get(client.powers.hearing, ())

    def add(self, client: LiveClient) -> None:
        """Take a client in."""
        groups = self._groups[client.powers.workspace_id]
        others = groups.setdefault(client.powers.hearing, set())
        if others:
            # A role's permissions are as large as all else that is kept of a client: once is enough.
            shared = next(iter(others)).powers
            client.powers = msgspec.structs.replace(
                client.powers, team_ids=shared.team_ids, permissions=shared.permissions
            )
        others.add(client)

    def remove(self, client: LiveClient) -> bool:
        """Let a client go; False when it was not here."""
        if client not in self:
            return False
        groups = self._groups[client.powers.workspace_id]
        clients = groups[client.powers.hearing]
        clients.remove(client)
        if not clients:
            del groups[client.powers.hearing]
        if not groups:
            del self._groups[client.powers.workspace_id]
        return True

    def give_powers(self, client: LiveClient, powers: Powers) -> None:
        """Let a client hear from now on what these powers let it hear."""
        if self.remove(client):
            client.powers = powers
            self.add(client)

    def workspaces(self) -> list[int]:
        """Return the workspaces that have a client."""
        return list(self._groups)

    def of(self, workspace_id: int) -> list[LiveClient]:
        """Return the clients of a workspace."""
        return [one for clients in self._groups.get(workspace_id, {}).values() for one in clients]

    def everybody(self) -> list[LiveClient]:
        """Return all clients."""
        return [client for workspace_id in self._groups for client in self.of(workspace_id)]

    def groups(self, workspace_id: int, named: frozenset[int] = frozenset()) -> list[tuple[Powers, list[LiveClient]]]:
        """Return who hears the same, with powers that say what.

        The people named may hear what others with the same powers do not: each has a group of their own.
        """
        found: defaultdict[tuple[Hearing, int], list[LiveClient]] = defaultdict(list)
        for hearing, clients in self._groups.get(workspace_id, {}).items():
            for client in clients:
                person = client.powers.person_id
                found[hearing, person if person in named else 0].append(client)
        return [(clients[0].powers, clients) for clients in found.values()]

    def seen_teams(self, workspace_id: int) -> set[int]:
        """Return the teams whose tickets somebody here sees."""
        staff = (powers for powers, _ in self.groups(workspace_id) if powers.audience == "staff")
        seen = (powers.team_ids for powers in staff if "ticket:read" in powers.permissions)
        return {team for teams in seen for team in teams}


def send(clients: Iterable[LiveClient], payload: bytes) -> None:
    """Send a text frame to all that are open, made once; drop who does not read.

    A server's frames are unmasked (RFC 6455, 5.1), so one is the same bytes for everybody. Ours are
    never fragmented, so it cannot come between the parts of another.
    """
    data = Frame(Opcode.TEXT, payload).serialize(mask=False)
    for client in clients:
        connection = client.connection
        if connection.protocol.state is State.OPEN:
            connection.transport.write(data)
            client.drop_if_slow()
