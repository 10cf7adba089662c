"""People and tickets for tests, made in units of work as everything else is."""

from __future__ import annotations

from itertools import count

import msgspec

from atum_desk.kernel.context import Actor, Audience, SystemActor, new_token, token_hash
from atum_desk.kernel.database.units_of_work import Database

_numbers = count(1)


class SignedIn(msgspec.Struct, frozen=True):
    """A person with a session: `token` is what a cookie would hold."""

    actor: Actor
    token: str

    @property
    def id(self) -> int:
        return self.actor.person_id


class MadeTicket(msgspec.Struct, frozen=True):
    """A ticket as its maker knows it."""

    id: int
    number: int


class Given:
    """What a test needs to exist, in one workspace."""

    def __init__(self, database: Database, workspace_id: int) -> None:
        self.database = database
        self.workspace_id = workspace_id
        self.system = SystemActor(workspace_id=workspace_id, via="job")

    @classmethod
    async def of_first_workspace(cls, database: Database) -> Given:
        async with database.connection("atum_desk_worker") as connection:
            workspace_id = await connection.fetchval("select workspace_id from mailbox_of('support@atum.localhost')")
        return cls(database, workspace_id)

    async def team(self, name: str | None = None) -> int:
        """Make a team."""
        async with self.database.writing(self.system, "team.create") as work:
            return await work.fetchval(
                "insert into teams (workspace_id, name) values ($1, $2) returning id",
                self.workspace_id,
                name or f"Team {next(_numbers)}",
            )

    async def first_team(self) -> int:
        """Return the team every workspace begins with."""
        async with self.database.reading(self.system) as transaction:
            return await transaction.fetchval("select min(id) from teams")

    async def staff(
        self, name: str | None = None, *, role: str = "Agent", teams: tuple[int, ...] = (), sees_all_teams: bool = True
    ) -> SignedIn:
        """Make a member of the staff and sign them in."""
        async with self.database.writing(self.system, "person.create") as work:
            person_id = await work.fetchval(
                """insert into people (workspace_id, kind, name, role_id, sees_all_teams)
                   select $1, 'staff', $2, id, $4 from roles where name = $3 and workspace_id = $1 returning id""",
                self.workspace_id,
                name or f"Agent {next(_numbers)}",
                role,
                sees_all_teams,
            )
            assert person_id, f"there is no role {role}"
            await work.execute(
                "insert into addresses (workspace_id, person_id, email) values ($1, $2, $3)",
                self.workspace_id,
                person_id,
                f"agent{person_id}@atum.localhost",
            )
            await work.execute(
                """insert into team_members (workspace_id, team_id, person_id)
                   select $1, t, $2 from unnest($3::bigint[]) t""",
                self.workspace_id,
                person_id,
                list(teams),
            )
        return await self.sign_in(person_id, "staff")

    async def organization(self, name: str | None = None, *domains: str) -> int:
        """Make an organization with its mail domains."""
        async with self.database.writing(self.system, "organization.create") as work:
            organization_id = await work.fetchval(
                "insert into organizations (workspace_id, name) values ($1, $2) returning id",
                self.workspace_id,
                name or f"Organization {next(_numbers)}",
            )
            await work.execute(
                """insert into organization_domains (workspace_id, organization_id, domain)
                   select $1, $2, d from unnest($3::text[]) d""",
                self.workspace_id,
                organization_id,
                list(domains),
            )
        return organization_id

    async def contact(
        self,
        name: str | None = None,
        email: str | None = None,
        *,
        organization_id: int | None = None,
        manager: bool = False,
    ) -> int:
        """Make a contact and return their id."""
        number = next(_numbers)
        async with self.database.writing(self.system, "contact.create") as work:
            person_id = await work.fetchval(
                """insert into people (workspace_id, kind, name, organization_id, organization_manager)
                   values ($1, 'contact', $2, $3, $4) returning id""",
                self.workspace_id,
                name or f"Contact {number}",
                organization_id,
                manager,
            )
            await work.execute(
                "insert into addresses (workspace_id, person_id, email) values ($1, $2, $3)",
                self.workspace_id,
                person_id,
                email or f"contact{number}@example.org",
            )
        return person_id

    async def sign_in(self, person_id: int, audience: Audience, *, only_ticket_id: int | None = None) -> SignedIn:
        """Open a session for a person."""
        token = new_token(audience)
        async with self.database.connection("atum_desk_worker") as connection:
            await connection.execute(
                "select open_session($1, $2, $3, $4, $5, 'test', null, interval '1 day')",
                person_id,
                audience,
                "link" if only_ticket_id else "cookie",
                token_hash(token),
                only_ticket_id,
            )
        return SignedIn(await self.database.authenticate(token_hash(token), audience), token)

    async def ticket(
        self,
        subject: str = "The printer is on fire",
        *,
        requester_id: int | None = None,
        team_id: int | None = None,
        text: str = "Please help.",
        cc_ids: tuple[int, ...] = (),
    ) -> MadeTicket:
        """Make a ticket as if it came by mail, in one unit of work."""
        requester_id = requester_id or await self.contact()
        team_id = team_id or await self.first_team()
        async with self.database.writing(self.system, "ticket.open") as work:
            row = await work.fetchone(
                """insert into tickets (workspace_id, number, subject, status_id, category, channel, team_id,
                                        requester_id, organization_id, preview, message_count, last_message_at)
                   select $1, next_ticket_number(), $2, s.id, s.category, 'email', $3, p.id, p.organization_id,
                          left($5, 200), 1, moment()
                     from statuses s, people p where s.key = 'new' and s.workspace_id = $1 and p.id = $4
                   returning id, number""",
                self.workspace_id,
                subject,
                team_id,
                requester_id,
                text,
            )
            await work.execute(
                """insert into messages (workspace_id, ticket_id, kind, author_id, author_name, from_staff,
                                         channel, text)
                   select $1, $2, 'reply', id, name, false, 'email', $4 from people where id = $3""",
                self.workspace_id,
                row["id"],
                requester_id,
                text,
            )
            await work.execute(
                """insert into participants (workspace_id, ticket_id, person_id)
                   select $1, $2, p from unnest($3::bigint[]) p""",
                self.workspace_id,
                row["id"],
                list(cc_ids),
            )
            work.ticket_id, work.public = row["id"], True
        return MadeTicket(row["id"], row["number"])
