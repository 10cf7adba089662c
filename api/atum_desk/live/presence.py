"""Who has a ticket open or is typing: kept in memory, forgotten after 30 seconds of silence."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from itertools import count

import msgspec
from websockets.asyncio.server import broadcast

from atum_desk.live.client import LiveClient
from atum_desk.live.models import PresenceFrame, PresenceState, PresentPerson, encode
from atum_desk.live.queries import TicketPlace

LASTS_SECONDS = 30.0
MOST_TICKETS = 5

Place = tuple[int, int]


class PresenceNews(msgspec.Struct, frozen=True, kw_only=True):
    """What live processes tell each other; `source` is one client of one process."""

    source: str
    workspace_id: int
    number: int
    team_id: int
    person_id: int
    name: str
    state: PresenceState | None


class _Seat(msgspec.Struct, kw_only=True):
    """One client of any process on one ticket."""

    person_id: int
    name: str
    state: PresenceState
    until: float
    typing_until: float
    client: LiveClient | None


class _Room(msgspec.Struct, kw_only=True):
    """Everybody on one ticket."""

    number: int
    team_id: int
    seats: dict[str, _Seat]
    told: list[tuple[int, str, PresenceState]]


class Presence:
    """The rooms of this process; `tell_others` reaches the other live processes."""

    def __init__(self, node: str) -> None:
        self._node = node
        self._rooms: dict[Place, _Room] = {}
        self._places: dict[LiveClient, set[Place]] = {}
        self._sources: dict[LiveClient, str] = {}
        self._numbers = count(1)
        self.tell_others: Callable[[PresenceNews], None] = lambda _news: None

    def is_in(self, client: LiveClient, number: int) -> bool:
        """Tell whether the client is known to see this ticket and is on it."""
        return (client.powers.workspace_id, number) in self._places.get(client, ())

    def may_enter(self, client: LiveClient, place: TicketPlace) -> bool:
        """Tell whether the client sees the ticket and is not on too many others."""
        few = len(self._places.get(client, ())) < MOST_TICKETS
        return few and client.powers.sees_tickets_of(place.team_id)

    def enter(self, client: LiveClient, number: int, team_id: int, state: PresenceState) -> None:
        """Put a client on a ticket it may see."""
        place = (client.powers.workspace_id, number)
        self._places.setdefault(client, set()).add(place)
        self._sources.setdefault(client, f"{self._node}.{next(self._numbers)}")
        self._room(place, team_id).team_id = team_id
        self.renew(client, number, state)

    def renew(self, client: LiveClient, number: int, state: PresenceState) -> None:
        """Note what a client that is on a ticket does there."""
        place = (client.powers.workspace_id, number)
        news = self._news(client, place, state)
        self._take_seat(place, news, client)
        self.tell_others(news)
        self._announce(place, newcomer=client)

    def heard_from(self, client: LiveClient) -> None:
        """Keep a client's places: it has just shown that it lives."""
        for place in self._places.get(client, ()):
            seat = self._rooms[place].seats[self._sources[client]]
            seat.until = time.monotonic() + LASTS_SECONDS
            self.tell_others(self._news(client, place, seat.state))

    def go(self, client: LiveClient, number: int) -> None:
        """Take a client off a ticket."""
        place = (client.powers.workspace_id, number)
        if place in self._places.get(client, ()):
            self._go(client, place)

    def leave(self, client: LiveClient) -> None:
        """Take a client off everything."""
        for place in list(self._places.get(client, ())):
            self._go(client, place)
        self._places.pop(client, None)
        self._sources.pop(client, None)

    def recheck(self, client: LiveClient) -> None:
        """Take a client whose powers changed off the tickets it no longer sees."""
        for place in list(self._places.get(client, ())):
            if not client.powers.sees_tickets_of(self._rooms[place].team_id):
                self._go(client, place)

    def move_ticket(self, workspace_id: int, number: int, team_id: int) -> None:
        """Follow a ticket to another team; who does not see it there leaves."""
        room = self._rooms.get((workspace_id, number))
        if room and room.team_id != team_id:
            room.team_id = team_id
            for seat in list(room.seats.values()):
                if seat.client and not seat.client.powers.sees_tickets_of(team_id):
                    self._go(seat.client, (workspace_id, number))

    def hear(self, news: PresenceNews) -> None:
        """Take in what another process tells."""
        if news.source.partition(".")[0] == self._node:
            return
        place = (news.workspace_id, news.number)
        if news.state is None:
            self._free_seat(place, news.source)
        else:
            self._room(place, news.team_id)
            self._take_seat(place, news, None)
        self._announce(place)

    def sweep(self) -> None:
        """Forget what has not been renewed; call every few seconds."""
        now = time.monotonic()
        for place, room in list(self._rooms.items()):
            for source, seat in list(room.seats.items()):
                if seat.state == "typing" and seat.typing_until < now:
                    seat.state = "viewing"
                if seat.until < now and seat.client:
                    self._go(seat.client, place)
                elif seat.until < now:
                    self._free_seat(place, source)
            self._announce(place)

    def _room(self, place: Place, team_id: int) -> _Room:
        room = self._rooms.get(place)
        if room is None:
            room = self._rooms[place] = _Room(number=place[1], team_id=team_id, seats={}, told=[])
        return room

    def _news(self, client: LiveClient, place: Place, state: PresenceState | None) -> PresenceNews:
        return PresenceNews(
            source=self._sources[client],
            workspace_id=place[0],
            number=place[1],
            team_id=self._rooms[place].team_id,
            person_id=client.powers.person_id,
            name=client.powers.name,
            state=state,
        )

    def _take_seat(self, place: Place, news: PresenceNews, client: LiveClient | None) -> None:
        assert news.state is not None
        until = time.monotonic() + LASTS_SECONDS
        self._rooms[place].seats[news.source] = _Seat(
            person_id=news.person_id, name=news.name, state=news.state, until=until, typing_until=until, client=client
        )

    def _go(self, client: LiveClient, place: Place) -> None:
        self.tell_others(self._news(client, place, None))
        self._places[client].discard(place)
        self._free_seat(place, self._sources[client])
        self._announce(place)

    def _free_seat(self, place: Place, source: str) -> None:
        room = self._rooms.get(place)
        if room:
            room.seats.pop(source, None)
            if not room.seats:
                del self._rooms[place]

    def _announce(self, place: Place, newcomer: LiveClient | None = None) -> None:
        """Tell everybody on a ticket who the others are, if that changed; a newcomer always."""
        room = self._rooms.get(place)
        if room is None:
            return
        people = _people(room.seats.values())
        changed, room.told = people != room.told, people
        for client in {seat.client for seat in room.seats.values() if seat.client}:
            if changed or client is newcomer:
                others = [PresentPerson(*one) for one in people if one[0] != client.powers.person_id]
                frame = encode(PresenceFrame(ticket=room.number, people=others))
                broadcast([client.connection], frame, text=True)
                client.drop_if_slow()


def _people(seats: Iterable[_Seat]) -> list[tuple[int, str, PresenceState]]:
    """One entry a person, however many windows they have open."""
    found: dict[int, tuple[int, str, PresenceState]] = {}
    for seat in seats:
        known = found.get(seat.person_id)
        if known is None or seat.state == "typing":
            found[seat.person_id] = (seat.person_id, seat.name, seat.state)
    return sorted(found.values())
